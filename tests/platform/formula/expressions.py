"""Random expressions that are right, of every type: drawn from the names an actor may use, with values that hit."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rapport.platform.access import Actor
from rapport.platform.formula.check import _Checker
from rapport.platform.objects import Object
from rapport.platform.query import schema
from rapport.platform.query.check import COMPARABLE, SUMMABLE
from rapport.platform.query.text import quoted
from tests.platform.query.queries import comparisons, conditions, related_conditions
from tests.toys import WORDS

KINDS = ("text", "number", "percent", "money", "date", "datetime", "duration", "boolean")
NUMBERS = ("0", "1", "2", "-3", "0.5", "1000", "12.345678", "1k")
SUMS = ("10 EUR", "20 USD", "-1.5 CHF", "100 JPY")
LENGTHS = ("1 day", "90 minutes", "3 h", "2 weeks", "45 s")
DAYS = ("2026-03-29", "2024-02-29", "1000-01-01", "9998-12-30", "today")
MOMENTS = ("now", "2026-03-29T22:30:00Z", "2024-02-29T12:00")
CODES = ('"USD"', '"CHF"', '"JPY"', '"EUR"')
PAIRS = ('"a", "bb"', '" ", ""', '"ä", "Ä"')
PLACES = ("-2", "0", "1", "4")


class Drawing:
    """Draws texts of expressions over one Object for one actor; parts stand in brackets."""

    def __init__(self, draw: Any, actor: Actor, obj: Object) -> None:
        self.draw, self.actor, self.obj = draw, actor, obj

    def pick(self, pool: Any) -> Any:
        return self.draw(st.sampled_from(pool))

    def expression(self, kind: str, depth: int = 3) -> str:
        turn = self.draw(st.integers(0, 9))
        if not depth or turn < 3:
            return self.leaf(kind)
        if turn == 3:
            return self.choice(kind, depth - 1)
        ways = _MADE[kind]
        return str(self.pick(ways)(lambda other: f"({self.expression(other, depth - 1)})", self.pick))

    def choice(self, kind: str, depth: int) -> str:
        otherwise = [f" else ({self.expression(kind, depth)})"]
        otherwise += ["", " else empty"] if kind != "boolean" else []
        return f"if {self.expression('boolean', depth)} then ({self.expression(kind, depth)}){self.pick(otherwise)}"

    def leaf(self, kind: str) -> str:
        fields, turn = sorted(_fields(self.actor, self.obj, kind)), self.draw(st.integers(0, 5))
        if kind == "boolean" and turn < 3:
            way = comparisons(self.actor, self.obj) if turn else related_conditions(self.actor, self.obj, 1)
            return f"({self.draw(way)})"
        if fields and turn < 4:
            return str(self.pick(fields))
        return self.roll_up(kind) if turn == 4 else str(self.pick(LITERALS[kind]))

    def roll_up(self, kind: str) -> str:
        ways = [
            way for way in schema.relations(self.actor, self.obj) if way.obj.key in ("toy", "play", "maker", "workshop")
        ]
        heads = [(way, head) for way in ways for head in _heads(self.actor, way, kind)]
        if not heads:
            return str(self.pick(LITERALS[kind]))
        way, head = self.pick(heads)
        via = "" if way.forward else f" via {way.field.key}"
        where = f" where {self.draw(conditions(self.actor, way.obj, 1))}" if self.draw(st.booleans()) else ""
        return f"({head}{via}{where})"


def expressions(actor: Actor, obj: Object, kind: str) -> st.SearchStrategy[str]:
    """Texts of expressions of one type, at most three levels deep."""

    @st.composite
    def made(draw: Any) -> str:
        return Drawing(draw, actor, obj).expression(kind)

    return made()


def _sign(left: str, signs: str, right: str) -> Any:
    return lambda of, pick: f"{of(left)} {pick(signs.split())} {of(right)}"


def _call(name: str, *kinds: str) -> Any:
    return lambda of, pick: f"{name}({', '.join(of(pick(kind.split('|'))) for kind in kinds)})"


def _same(kind: str) -> list[Any]:
    return [_call("min", kind, kind), _call("max", kind, kind, kind), _call("coalesce", kind, kind)]


def _rounding(kind: str) -> list[Any]:
    whole = [_call(name, kind) for name in ("floor", "ceil", "abs")]
    return [*whole, lambda of, pick: f"round({of(kind)}, {pick(PLACES)})", lambda of, pick: f"-{of(kind)}"]


ORDERED = ("number", "percent", "money", "date", "datetime", "duration")
SIGNS = "= != < <= > >="
_MADE: dict[str, list[Any]] = {
    "number": [
        *_same("number"),
        *_rounding("number"),
        *[_sign("number", "+ - * / %", "number")] * 4,
        _sign("number", "* /", "percent"),
        _sign("percent", "/", "percent"),
        _sign("money", "/", "money"),
        _sign("duration", "/", "duration"),
        _call("length", "text"),
        *(_call(name, "date|datetime") for name in ("year", "month", "day")),
        _call("days_between", "date", "date|datetime"),
        _call("number", "text|money|percent"),
        lambda of, pick: f"number(convert({of('money')}, {pick(CODES)}))",
    ],
    "percent": [
        *_same("percent"),
        *_rounding("percent"),
        _sign("percent", "+ - *", "percent"),
        _sign("percent", "/", "number"),
    ],
    "money": [
        *_same("money"),
        *_rounding("money"),
        *[_sign("money", "+ -", "money")] * 2,
        _sign("money", "* /", "number"),
        _sign("money", "* /", "percent"),
        _sign("number", "*", "money"),
    ],
    "duration": [
        *_same("duration"),
        _call("abs", "duration"),
        _sign("duration", "+ -", "duration"),
        _sign("duration", "* /", "number"),
        _sign("date", "-", "date"),
        _sign("datetime", "-", "datetime"),
    ],
    "date": [
        *_same("date"),
        _sign("date", "+ -", "duration"),
        _call("add_days", "date", "number"),
        _call("add_months", "date", "number"),
        _call("date", "datetime"),
    ],
    "datetime": [*_same("datetime"), _sign("datetime", "+ -", "duration")],
    "text": [
        _call("coalesce", "text", "text"),
        *(_call(name, "text") for name in ("lower", "trim")),
        *(_call(name, "text", "number") for name in ("left", "right")),
        lambda of, pick: f"replace({of('text')}, {pick(PAIRS)})",
        *(_sign("text", "&", kind) for kind in ("text", "number", "date", "money", "percent")),
        _call("text", "number|money|percent|date|datetime|boolean"),
    ],
    "boolean": [
        *(_sign(kind, SIGNS, kind) for kind in ORDERED),
        lambda of, pick: f"{of(kind := pick(ORDERED))} between {of(kind)} and {of(kind)}",
        lambda of, pick: f"{of(kind := pick([*ORDERED, 'text']))} {pick(['in', 'not in'])} ({of(kind)}, {of(kind)})",
        _sign("text", "= !=", "text"),
        lambda of, pick: f"{of('text')} {pick(['contains', 'not contains', 'starts with'])} {of('text')}",
        _sign("boolean", "and or", "boolean"),
        lambda of, pick: f"not {of('boolean')}",
        lambda of, pick: f"{of(pick([*ORDERED, 'text']))} is empty",
    ],
}
LITERALS: dict[str, Any] = {
    "number": NUMBERS,
    "percent": ("25%", "0%", "150%"),
    "money": SUMS,
    "date": DAYS,
    "datetime": MOMENTS,
    "duration": LENGTHS,
    "text": [quoted(word) for word in WORDS],
    "boolean": ("yes", "no"),
}


def _fields(actor: Actor, obj: Object, kind: str, hops: int = 1) -> list[str]:
    """Names of fields of a type, of records pointed at too; answers and records count as text."""
    found = []
    for key, field in schema.names(actor, obj).items():
        known = _Checker.type_of(field)
        if known is not None and (known.kind == kind or (kind == "text" and known.kind in ("choice", "reference"))):
            found.append(key)
        target = schema.target_of(field)
        if target is not None and field.family == "reference" and hops and target.key in ("maker", "toy"):
            found += [f"{key}.{name}" for name in _fields(actor, target, kind, hops - 1)]
    return [name for name in found if name != "id"]


def _heads(actor: Actor, way: Any, kind: str) -> list[str]:
    """What may be asked of related records so that a type comes of it."""
    heads = [f"count {way.name}"] * 3 if kind == "number" else []
    for key, field in sorted(schema.fields(actor, way.obj).items()):
        known = _Checker.type_of(field)
        if known is None or (known.kind != kind and not (kind == "text" and known.kind in ("choice", "reference"))):
            continue
        functions = ["latest", "earliest"] if kind != "boolean" else []
        functions += ["sum", "avg"] if field.family in SUMMABLE else []
        functions += ["min", "max"] if field.family in COMPARABLE else []
        heads += [f"{function} {way.name}.{key}" for function in functions]
    return heads
