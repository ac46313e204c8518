"""Operations on SQLite: one function call per expression, `rapport_formula(program, a, b, …)`, done by `operations`.

The program is the expression as JSON, its fields replaced by the places of the arguments; it is read once and kept.
Sums and averages of related records are exact as well: `rapport_sum`, `rapport_avg`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment
from rapport.platform.formula.limits import MOST, MOST_SECONDS, PLACES
from rapport.platform.formula.operations import EXACT, OPERATIONS, quotient, rounded
from rapport.platform.query.sql import bound, piece

if TYPE_CHECKING:
    from rapport.platform.formula.ast import Type
    from rapport.platform.formula.compile import Part

Calculation = Callable[[tuple[Any, ...]], Any]


def column(part: Part, kind: Type, places: int) -> Fragment:
    """The whole expression as a column of its kind would hold it."""
    found: list[Fragment] = []
    program = json.dumps([_written(part, found), kind.kind, places], ensure_ascii=False)
    arguments = [bound(program), *found]
    return piece("rapport_formula(" + ", ".join(["{}"] * len(arguments)) + ")", *arguments)


def _written(part: Part, found: list[Fragment]) -> Any:
    """["read", place, kind] | ["known", text, kind] | [operation, part, …]"""
    from rapport.platform.formula.compile import Known, Leaf

    if isinstance(part, Leaf):
        for place, one in enumerate(found):
            if one == part.sql:
                return ["read", place, part.kind]
        found.append(piece("(({}) IS TRUE)", part.sql) if part.kind == "boolean" else part.sql)
        return ["read", len(found) - 1, part.kind]
    if isinstance(part, Known):
        return ["known", _as_text(part.value), part.kind]
    return [part.name, *(_written(item, found) for item in part.items)]


def _as_text(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else format(value, "f")


# --- in the database ---------------------------------------------------------------------------------------------


def register(connection: Any) -> None:
    """Make the functions known to a connection."""
    connection.create_function("rapport_formula", -1, calculate, deterministic=True)
    connection.create_aggregate("rapport_sum", 1, Sum)
    connection.create_aggregate("rapport_avg", 2, Average)


def calculate(program: str, *arguments: Any) -> Any:
    run, finish = _prepared(program)
    return finish(run(arguments))


@lru_cache(maxsize=500)
def _prepared(program: str) -> tuple[Calculation, Callable[[Any], Any]]:
    tree, kind, places = json.loads(program)
    return _calculation(tree), lambda value: for_column(value, kind, places)


def _calculation(tree: list[Any]) -> Calculation:
    name, *rest = tree
    if name == "read":
        place, kind = rest
        read = READ[kind]
        return lambda arguments: read(arguments[place])
    if name == "known":
        value = _known(*rest)
        return lambda _arguments: value
    operation, items = OPERATIONS[name], [_calculation(item) for item in rest]
    if name == "if":
        condition, then, otherwise = items
        return lambda arguments: then(arguments) if condition(arguments) else otherwise(arguments)
    if len(items) == 1:
        (only,) = items
        return lambda arguments: operation(only(arguments))
    return lambda arguments: operation(*[item(arguments) for item in items])


def _number(raw: Any) -> Decimal | None:
    """A binary fraction means the shortest decimal that is read as it: what was written into the column."""
    return None if raw is None else Decimal(raw if isinstance(raw, int | str) else repr(raw))


def _percent(raw: Any) -> Decimal | None:
    number = _number(raw)
    if number is None:
        return None
    with localcontext(EXACT):
        return number / 100


def _day(raw: str | None) -> date | None:
    return None if raw is None else date.fromisoformat(raw[:10])


def _moment(raw: str | None) -> datetime | None:
    return None if raw is None else datetime.fromisoformat(raw).replace(tzinfo=UTC)


def _text(raw: Any) -> str:
    return "" if raw is None else str(raw)


READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("number", "percent", "money", "duration", "reference"), _number),
    "percent_raw": _percent,
    "date": _day,
    "datetime": _moment,
    "text": _text,
    "boolean": bool,
    "key": lambda raw: raw,
}


def _known(value: Any, kind: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    return value if kind in ("text", "name", "choice", "key") else Decimal(value)


def final(value: Any, kind: str, places: int) -> Any:
    """A value as the field of a formula holds it: rounded, and unknown where it is out of range."""
    if value is None:
        return None
    if kind in ("number", "percent", "money"):
        if not -MOST < value < MOST:
            return None
        with localcontext(EXACT):
            return rounded(value * 100 if kind == "percent" else value, places)
    if kind == "duration":
        return int(value) if abs(value) <= MOST_SECONDS else None
    return value


def for_column(value: Any, kind: str, places: int) -> Any:
    """What a column of SQLite would hold."""
    found = final(value, kind, places)
    match found:
        case bool():
            return int(found)
        case Decimal():
            return int(found) if found == found.to_integral_value() else float(found)
        case datetime():
            return found.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        case date():
            return found.isoformat()
    return found


class Sum:
    """The sum of what is known, exactly; 0 of nothing."""

    def __init__(self) -> None:
        self.total, self.count = Decimal(0), 0

    def step(self, raw: Any, *_rest: Any) -> None:
        number = _number(raw)
        if number is not None:
            with localcontext(EXACT):
                self.total += number
            self.count += 1

    def finalize(self) -> str:
        return format(self.total, "f")


class Average(Sum):
    """The average of what is known, to so many places."""

    places = PLACES

    def step(self, raw: Any, *rest: Any) -> None:
        self.places = rest[0]
        super().step(raw)

    def finalize(self) -> str | None:  # type: ignore[override]  # of nothing there is none
        if not self.count:
            return None
        found = quotient(self.total, Decimal(self.count))
        return None if found is None else format(found.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP), "f")
