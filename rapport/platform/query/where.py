"""A condition as SQL. NULL counts as "no": a comparison with nothing is false, and `not` is the plain complement.

Positive comparisons may come out NULL, which AND, OR and WHERE treat as false; whatever is denied goes through
`sql.deny`, which is where two-valued logic is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import cast

from rapport.platform.access import Fragment
from rapport.platform.fields import ReferenceAny, ReferenceMany
from rapport.platform.query import sql
from rapport.platform.query.ast import (
    NEGATIVE,
    And,
    Comparison,
    Condition,
    Measure,
    Not,
    Operator,
    Or,
    Related,
    Relation,
    names_archived,
)
from rapport.platform.query.comparing import in_base, ordered, positive, within
from rapport.platform.query.frame import Frame
from rapport.platform.query.sql import FALSE, all_of, any_of, bound, piece
from rapport.platform.query.times import bounds


def condition_sql(frame: Frame, condition: Condition) -> Fragment:
    """The condition over the rows of a frame; joins it needs are added to the frame."""
    match condition:
        case And(items):
            return all_of([condition_sql(frame, item) for item in items])
        case Or(items):
            return any_of([condition_sql(frame, item) for item in items])
        case Not(item):
            return sql.deny(condition_sql(frame, item))
        case Comparison():
            return _comparison(frame, condition)
        case Related():
            exists = piece("EXISTS ({})", related_rows(frame, condition.relation, condition.where, lambda _inner: "1"))
            return sql.deny(exists) if condition.none else exists
        case Measure():
            return _measure(frame, condition)


def _comparison(frame: Frame, comparison: Comparison) -> Fragment:
    denied = NEGATIVE.get(comparison.operator)
    if denied is not None:
        return sql.deny(positive(frame, comparison.path, denied, comparison.values))
    return positive(frame, comparison.path, comparison.operator, comparison.values)


# --- related records ---------------------------------------------------------------------------------------------


def related_rows(
    frame: Frame, relation: Relation, where: Condition | None, what: Callable[[Frame], str | Fragment]
) -> Fragment:
    """SELECT over the related records the actor may see; archived ones only where the condition names them."""
    inner = Frame(frame.context, relation.obj)
    parts = [_tie(frame, inner, relation), inner.rows()]
    if not names_archived(where):
        parts.append(Fragment(f'{inner.alias}."archived_at" IS NULL'))
    if where is not None:
        parts.append(condition_sql(inner, where))
    selected = what(inner)
    return piece("SELECT {} FROM {} WHERE {}", selected, inner.source(), all_of(parts))


def _tie(frame: Frame, inner: Frame, relation: Relation) -> Fragment:
    """What makes a record of the inner frame related to the row of the outer one."""
    field = relation.field
    owner = frame.obj if relation.forward else relation.obj
    frame.readable(owner, field.key)
    if isinstance(field, ReferenceMany):
        here, there = field.link_ends
        if not relation.forward:
            here, there = there, here
        text = "EXISTS (SELECT 1 FROM {} k WHERE k.{} = {}.id AND k.{} = {}.id)"
        return piece(text, field.link_source, f'"{here}"', frame.alias, f'"{there}"', inner.alias)
    columns = inner.raw(inner.alias, relation.obj, field)
    if isinstance(field, ReferenceAny):
        same = Fragment(f"{columns[1]} = {frame.alias}.id")
        return all_of([piece("{} = {}", columns[0], bound(frame.obj.access_key)), same])
    return Fragment(f"{columns[0]} = {frame.alias}.id")


def _measure(frame: Frame, measure: Measure) -> Fragment:
    denied = NEGATIVE.get(measure.operator)
    if denied is not None:
        return sql.deny(_measured(frame, measure, denied))
    return _measured(frame, measure, measure.operator)


def _measured(frame: Frame, measure: Measure, operator: Operator) -> Fragment:
    """The measure of nothing is 0 for count and sum and empty, so never met, for the others."""
    path = measure.path
    result = piece(
        "({})", related_rows(frame, measure.relation, measure.where, lambda inner: _calculated(inner, measure))
    )
    if path is None or path.field.family == "number":
        return ordered(result, operator, [sql.number(cast(Decimal, measure.value))])
    match path.field.family:
        case "money":
            worth = in_base(measure.value)
            return FALSE if worth is None else ordered(result, operator, [sql.number(worth)])
        case "duration":
            return ordered(result, operator, [sql.seconds(cast(timedelta, measure.value))])
        case "date":
            return within(result, bounds(operator, [frame.context.now.days(measure.value)]), sql.day)
    return within(result, bounds(operator, [frame.context.now.moments(measure.value, operator)]), sql.moment)


def _calculated(inner: Frame, measure: Measure) -> str | Fragment:
    if measure.path is None:
        return "COUNT(*)"
    return calculated(measure.function, inner.columns(measure.path)[-1])


def calculated(function: str, column: Fragment) -> Fragment:
    """A function over a column. Sums and averages are cut to 6 decimals: SQLite adds binary fractions."""
    match function:
        case "sum":
            return piece("ROUND(COALESCE(SUM({}), 0), 6)", column)
        case "avg":
            return piece("ROUND(AVG({}), 6)", column)
    return piece("{}({})", function.upper(), column)
