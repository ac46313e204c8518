"""Roll-ups as SQL: a SELECT over the related records, under the rights of whoever asks.

A sum of money of which one amount has no known worth is unknown: leaving it out would be a wrong sum. The latest record
is the one whose moment (of its story, else of its making) is the greatest, the newer one of two at the same moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.access import Fragment
from rapport.platform.fields import Choice
from rapport.platform.fields.base import column_of
from rapport.platform.formula.ast import RollUp
from rapport.platform.query import sql
from rapport.platform.query.sql import piece
from rapport.platform.query.where import related_rows

if TYPE_CHECKING:
    from rapport.platform.objects import Object
    from rapport.platform.query.frame import Frame


def roll_up_sql(frame: Frame, roll_up: RollUp) -> Fragment:
    if roll_up.function in ("latest", "earliest"):
        return _newest(frame, roll_up)
    rows = related_rows(frame, roll_up.relation, roll_up.where, lambda inner: _calculated(inner, roll_up))
    return piece("({})", rows)


def _calculated(inner: Frame, roll_up: RollUp) -> Fragment:
    if roll_up.path is None:
        return Fragment("COUNT(*)")
    columns = inner.columns(roll_up.path)
    found = _function(roll_up, columns[-1])
    if roll_up.type.kind != "money":
        return found
    return piece("CASE WHEN COUNT({}) = COUNT({}) THEN {} END", columns[0], columns[-1], found)


def _function(roll_up: RollUp, column: Fragment) -> Fragment:
    match roll_up.function, sql.is_postgresql():
        case "sum", True:
            return piece("COALESCE(SUM({}), 0)", column)
        case "sum", False:
            return piece("COALESCE(rapport_sum({}), 0)", column)
        case "avg", True:
            places = 0 if roll_up.type.kind == "duration" else 12
            text = "ROUND(ROUND((SUM({}) + 0.000000000000000000000000) / NULLIF(COUNT({}), 0), 12), " + f"{places})"
            return piece(text, column, column)
        case "avg", False:
            return piece("rapport_avg({}, {})", column, 0 if roll_up.type.kind == "duration" else 12)
    return piece("{}({})", roll_up.function.upper(), column)


def _newest(frame: Frame, roll_up: RollUp) -> Fragment:
    seen: list[Frame] = []

    def column(inner: Frame) -> Fragment:
        from rapport.platform.formula.compile import answer_sql

        seen.append(inner)
        path = roll_up.path
        assert path is not None  # noqa: S101  # `check` asks for a field
        if path.field.family == "reference":
            return Fragment(inner.name_of(path) or "NULL")
        found = inner.columns(path)[-1]
        return answer_sql(found, path.field) if isinstance(path.field, Choice) else found

    rows = related_rows(frame, roll_up.relation, roll_up.where, column)
    inner = seen[0]
    at = f"{inner.alias}.{column_of(inner.obj.model, moment_key(inner.obj))}"
    direction = "DESC" if roll_up.function == "latest" else "ASC"
    order = f"ORDER BY {at} {direction}, {inner.alias}.id {direction} LIMIT 1"
    return piece("({} AND {} IS NOT NULL {})", rows, at, order)


def moment_key(obj: Object) -> str:
    """The field that says when a record happened."""
    story = obj.story or obj.base.story
    return story.at if story is not None else "created_at"
