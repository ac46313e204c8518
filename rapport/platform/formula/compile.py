"""An expression as SQL over the record a Frame of the Query language is at: one expression on both databases.

Fields, joins, conditions and roll-ups are the Query language's own SQL, under the rights of whoever asks. What is done
with them differs: PostgreSQL has exact numbers, so operations are SQL there (`postgresql`); SQLite has binary fractions
only, so all operations of an expression are one call of a function that does them in Python (`sqlite`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.base.money import Money
from rapport.platform import currencies
from rapport.platform.access import Fragment
from rapport.platform.fields import Choice
from rapport.platform.formula import postgresql, sqlite
from rapport.platform.formula.ast import (
    DATE,
    DATETIME,
    NUMBER,
    TEXT,
    Apply,
    Constant,
    Expression,
    RightNow,
    RollUp,
    Test,
    Today,
    Type,
    Value,
)
from rapport.platform.formula.rolling import roll_up_sql
from rapport.platform.query import sql
from rapport.platform.query.ast import And, Condition, Measure, Not, Or, Related, Relation
from rapport.platform.query.errors import QueryError
from rapport.platform.query.sql import bound, piece
from rapport.platform.query.where import condition_sql
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from rapport.platform.query.ast import Path
    from rapport.platform.query.frame import Frame


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the database gives: a piece of SQL and how it is to be read (a kind; percent stand as 25 there)."""

    sql: Fragment
    kind: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known while the SQL is made."""

    value: Any
    kind: str


@dataclass(frozen=True, slots=True)
class Step:
    """An operation on the parts below it."""

    name: str
    items: tuple[Part, ...]
    kind: str


Part = Leaf | Known | Step


def expression_sql(frame: Frame, expression: Expression, places: int) -> Fragment:
    """The value as a column would hold it: numbers rounded to `places`, out of range unknown."""
    part = _part(frame, expression)
    write = postgresql.column if sql.is_postgresql() else sqlite.column
    return write(part, expression.type, places)


def _part(frame: Frame, expression: Expression) -> Part:
    match expression:
        case Constant(value, kind):
            return Known(_worth(value) if isinstance(value, Money) else value, kind.kind)
        case Today():
            return Known(frame.context.now.moment.date(), DATE.kind)
        case RightNow():
            return Known(frame.context.now.moment, DATETIME.kind)
        case Value(path, kind):
            return _value(frame, path, kind)
        case Test(condition):
            inside(frame, condition)
            return Leaf(condition_sql(frame, condition), "boolean")
        case RollUp():
            related(frame, expression.relation, expression.where)
            return Leaf(roll_up_sql(frame, expression), _raw(expression.type))
    return _apply(frame, expression)


def related(frame: Frame, relation: Relation, where: Condition | None) -> None:
    """Records of which the reader may not see any are not counted as none: the whole is unknown."""
    if frame.context.actor.may(relation.obj, "read") == "none":
        raise QueryError(_("There are no related records “%(name)s”.") % {"name": relation.name})
    inside(frame, where)


def inside(frame: Frame, condition: Condition | None) -> None:
    match condition:
        case And(items) | Or(items):
            for item in items:
                inside(frame, item)
        case Not(item):
            inside(frame, item)
        case Related() | Measure():
            related(frame, condition.relation, condition.where)


def _worth(money: Money) -> Decimal | None:
    return currencies.to_base(money)


def _raw(kind: Type) -> str:
    """Percent stand in columns as 25, not as 0.25."""
    return "percent_raw" if kind.kind == "percent" else kind.kind


def _value(frame: Frame, path: Path, kind: Type) -> Leaf:
    if path.field.family == "reference":
        if kind == TEXT:
            return Leaf(Fragment(frame.name_of(path) or "NULL"), "text")
        return Leaf(Fragment(frame.reference_id(path)), "number")
    column = frame.columns(path)[-1]
    if kind == TEXT and isinstance(path.field, Choice):
        return Leaf(answer_sql(column, path.field), "text")
    if kind.kind == "choice":
        return Leaf(piece("NULLIF({}, '')", column), "key")
    return Leaf(column, _raw(kind))


def answer_sql(column: Fragment, field: Choice) -> Fragment:
    """What an answer is called, in the words of its declaration."""
    if not field.options:
        return Fragment("NULL")
    with as_written():
        pairs = [value for option in field.options for value in (option.key, str(option.label))]
    whens = Fragment(" WHEN %s THEN %s" * len(field.options), tuple(pairs))
    return piece("CASE {}{} END", column, whens)


def _apply(frame: Frame, expression: Apply) -> Step:
    name, items = expression.name, expression.items
    kind = expression.type.kind
    if name == "convert":
        return _converted(frame, items[0], expression.type)
    parts = [_part(frame, item) for item in items]
    if name in ("day_of", "moment_text"):
        parts.append(Known(sql.zone_name(frame.context.now.tz), "name"))
    if name == "money_text":
        parts.append(Known(items[0].type.of or currencies.base_currency(), "name"))
    return Step(name, tuple(parts), kind)


def _converted(frame: Frame, money: Expression, kind: Type) -> Step:
    """A field's amount as it was written where it was written in that currency; all else by the rate of today."""
    found = currencies.rate(kind.of)
    rate = Known(None if found is None else found[0], NUMBER.kind)
    if not isinstance(money, Value):
        return Step("div", (_part(frame, money), rate), kind.kind)
    amount, currency, base = frame.columns(money.path)
    parts = (Leaf(amount, "money"), Leaf(currency, "text"), Leaf(base, "money"), Known(kind.of, "text"), rate)
    return Step("convert", parts, kind.kind)


def money_columns(amount: Fragment, kind: Type) -> list[Fragment]:
    """Amount, currency and worth in the base currency of a sum, as a field of money has them."""
    code = kind.of or currencies.base_currency()
    currency = piece("CAST({} AS TEXT)", bound(code))
    if not kind.of or code == currencies.base_currency():
        return [amount, currency, amount]
    found = currencies.rate(code)
    rate = sql.number(found[0]) if found else None
    return [amount, currency, piece("ROUND({} * {}, 4)", amount, bound(rate))]


def unknown(kind: Type) -> list[Fragment]:
    """What stands for a formula that reads what its reader may not."""
    null = Fragment(f"CAST(NULL AS {_COLUMNS[kind.kind]})")
    return money_columns(null, kind) if kind.kind == "money" else [null]


_COLUMNS = {
    **dict.fromkeys(("number", "percent", "money"), "NUMERIC"),
    **{"duration": "BIGINT", "text": "TEXT", "date": "DATE", "datetime": "TIMESTAMP", "boolean": "BOOLEAN"},
}
