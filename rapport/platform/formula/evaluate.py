"""An expression asked of a record in memory, in plain Python: what it means, said a second time without any SQL.

It walks over the same worlds as `query.evaluate`. Tests hold the SQL of both databases against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from rapport.base.money import Money
from rapport.platform import currencies
from rapport.platform.fields import Choice, Field
from rapport.platform.formula.ast import TEXT, Apply, Constant, Expression, RightNow, RollUp, Test, Today, Type, Value
from rapport.platform.formula.operations import EXACT, OPERATIONS, quotient, rounded
from rapport.platform.formula.rolling import moment_key
from rapport.platform.query.sql import zone_name
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from rapport.platform.objects import Object
    from rapport.platform.query.ast import Path
    from rapport.platform.query.evaluate import Evaluator, Record


def evaluate(asked: Evaluator, expression: Expression, obj: Object, record: Record) -> Any:
    """The value of one record, before it is rounded for its field."""
    match expression:
        case Constant(value, _kind):
            return asked.worth(value) if isinstance(value, Money) else value
        case Today():
            return asked.now.moment.date()
        case RightNow():
            return asked.now.moment.astimezone(UTC)
        case Value(path, kind):
            return field_value(asked, path, kind, obj, record)
        case Test(condition):
            return asked.holds(condition, obj, record)
        case RollUp():
            return _roll_up(asked, expression, obj, record)
    return _apply(asked, expression, obj, record)


def _apply(asked: Evaluator, expression: Apply, obj: Object, record: Record) -> Any:
    name, items = expression.name, expression.items
    if name == "convert":
        return _convert(asked, items[0], expression.type.of, obj, record)
    values = [evaluate(asked, item, obj, record) for item in items]
    if name in ("day_of", "moment_text"):
        values.append(zone_name(asked.now.tz))
    if name == "money_text":
        values.append(items[0].type.of or currencies.base_currency())
    return OPERATIONS[name](*values)


def _convert(asked: Evaluator, money: Expression, code: str, obj: Object, record: Record) -> Any:
    rate = asked.worth(Money(Decimal(1), code))
    if isinstance(money, Value):
        found = _reach(asked, money.path, obj, record)
        if found is not None and found.currency == code:
            return found.amount
    worth = evaluate(asked, money, obj, record)
    return None if worth is None or rate is None else quotient(worth, rate)


def _reach(asked: Evaluator, path: Path, obj: Object, record: Record) -> Any:
    """The field's own value at the end of a path; None where the way is barred."""
    for hop in path.hops:
        found = asked.target(hop, record)
        if found is None:
            return None
        obj, record = found
    return asked.value(path.field, obj, record)


def field_value(asked: Evaluator, path: Path, kind: Type, obj: Object, record: Record) -> Any:
    return of_field(asked, path.field, _reach(asked, path, obj, record), kind)


def of_field(asked: Evaluator, field: Field[Any], value: Any, kind: Type) -> Any:
    """A field's value as operations take it."""
    if isinstance(field, Choice):
        return _answer(field, value) if kind == TEXT else (value or None)
    if field.family == "reference":
        if kind == TEXT:
            return "" if value is None else asked.name(field, value)
        return value
    if kind == TEXT:
        return value or ""
    if value is None:
        return None
    match kind.kind:
        case "percent":
            with localcontext(EXACT):
                return value / 100
        case "money":
            return asked.worth(value)
        case "duration":
            return Decimal(value // timedelta(seconds=1))
        case "number":
            return Decimal(value)
        case "datetime":
            return value.astimezone(UTC)
    return value


def _answer(field: Choice, value: str | None) -> str:
    with as_written():
        return next((str(option.label) for option in field.options if option.key == value), "")


# --- related records ---------------------------------------------------------------------------------------------


def _roll_up(asked: Evaluator, one: RollUp, obj: Object, record: Record) -> Any:
    found = list(asked.related(one.relation, one.where, obj, record))
    if one.path is None:
        return Decimal(len(found))
    if one.function in ("latest", "earliest"):
        return _newest(asked, one, found)
    raw = [_reach(asked, one.path, one.relation.obj, other) for other in found]
    values = [of_field(asked, one.path.field, value, one.type) for value in raw if value is not None]
    if one.function in ("min", "max"):
        if None in values:
            return None
        return (min if one.function == "min" else max)(values) if values else None
    return total(one, values)


def total(one: RollUp, values: Sequence[Decimal | None]) -> Decimal | None:
    """A sum or an average; unknown where the worth of one sum of money is."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    with localcontext(EXACT):
        whole = sum(known, Decimal(0))
        if one.function == "sum":
            return whole
        if not known:
            return None
        # Percent are averaged as they stand in the column, 25 and not 0.25.
        scale = 100 if one.type.kind == "percent" else 1
        found = quotient(whole * scale, Decimal(len(known)))
        assert found is not None  # noqa: S101  # divided by a number of records
        return rounded(found, 0) if one.type.kind == "duration" else found / scale


def _newest(asked: Evaluator, one: RollUp, found: Sequence[Record]) -> Any:
    key = moment_key(one.relation.obj)
    dated: list[tuple[datetime, int, Record]] = [(r[key], r["id"], r) for r in found if r[key] is not None]
    if not dated:
        return "" if one.type == TEXT else None
    pick = max if one.function == "latest" else min
    _at, _id, record = pick(dated, key=lambda entry: entry[:2])
    assert one.path is not None  # noqa: S101  # `check` asks for a field
    return field_value(asked, one.path, one.type, one.relation.obj, record)
