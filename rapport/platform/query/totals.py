"""Totals over all rows of a plan, and over groups of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapport.base.lower import lower
from rapport.platform.access import Fragment
from rapport.platform.fields import Choice, Field
from rapport.platform.query import schema, sql
from rapport.platform.query.ask import path as find_path
from rapport.platform.query.ast import Aggregate, Group, Path
from rapport.platform.query.compile import conditions
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.plan import GroupRow, Link, Plan, Totals
from rapport.platform.query.readers import reader, uid_text
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import all_of, piece
from rapport.platform.query.where import calculated

if TYPE_CHECKING:
    from rapport.platform.access import Actor

MAX_GROUPS = 1_000


def aggregates(actor: Actor, plan: Plan, paths: Iterable[str] | None = None) -> dict[str, Totals]:
    """Totals of some fields (by default those the query shows) over all rows. One query, one more per money field."""
    wanted = [find_path(actor, plan.obj, name) for name in paths] if paths is not None else _shown_paths(plan)
    if not wanted:
        return {}
    frame = Frame(Context(actor), plan.obj)
    columns = [_total_columns(frame, path) for path in wanted]
    where = all_of(conditions(frame, plan))
    shown = [column for group in columns for column in group]
    select = piece(", ".join(["{}"] * len(shown)), *shown)
    row = fetch(piece("SELECT {} FROM {} WHERE {}", select, frame.source(), where))[0]
    found: dict[str, Totals] = {}
    for path in wanted:
        values, row = row[: len(columns[0])], row[len(columns.pop(0)) :]
        found[str(path)] = _totals(frame, where, path, values)
    return found


def _shown_paths(plan: Plan) -> list[Path]:
    return list(dict.fromkeys(shown.path for shown in plan.query.show if shown.path is not None))


def _total_columns(frame: Frame, path: Path) -> list[Fragment]:
    columns = frame.columns(path)
    worth = columns[-1]
    summed = path.field.family in ("number", "money", "duration")
    sums = [piece("SUM({})", worth), piece("AVG({})", worth)] if summed else [Fragment("NULL"), Fragment("NULL")]
    counts = [piece("COUNT({})", columns[0]), piece("COUNT({})", worth)]
    return [*counts, *sums, piece("MIN({})", worth), piece("MAX({})", worth)]


def _totals(frame: Frame, where: Fragment, path: Path, row: Sequence[Any]) -> Totals:
    filled, known, total, average, least, greatest = row
    by_currency = _by_currency(frame, where, path) if path.field.family == "money" else ()
    return Totals(
        count=filled,
        sum=amount(path.field, total),
        avg=amount(path.field, average),
        min=extreme(path.field, least),
        max=extreme(path.field, greatest),
        by_currency=by_currency,
        unknown=filled - known,
    )


def _by_currency(frame: Frame, where: Fragment, path: Path) -> tuple[tuple[str, Decimal], ...]:
    """Sums of the amounts as written; the largest number of rows first."""
    value, currency, _base = frame.columns(path)
    text = "SELECT {}, SUM({}), COUNT(*) FROM {} WHERE {} AND {} IS NOT NULL GROUP BY 1 ORDER BY 3 DESC, 1"
    found = fetch(piece(text, currency, value, frame.source(), where, value))
    return tuple((row[0], exact(row[1])) for row in found)


def amount(field: Field[Any], raw: Any) -> Any:
    """A sum or an average: a number, or a length of time."""
    if raw is None:
        return None
    return timedelta(seconds=round(float(raw))) if field.family == "duration" else exact(raw)


def extreme(field: Field[Any], raw: Any) -> Any:
    if raw is None or field.family in ("number", "money", "duration"):
        return amount(field, raw)
    return field.from_row(raw)


def exact(raw: Any) -> Decimal:
    """A number from either database; binary fractions of SQLite cut to 6 decimals."""
    return Decimal(str(round(raw, 6) if isinstance(raw, float) else raw)).quantize(Decimal("0.000001")).normalize() + 0


# --- groups ------------------------------------------------------------------------------------------------------


def groups(actor: Actor, plan: Plan, limit: int = MAX_GROUPS) -> list[GroupRow]:
    """One row per group with its count and what the query shows; in the order of the values, empty ones last."""
    frame = Frame(Context(actor), plan.obj)
    by = [group_columns(frame, group) for group in plan.query.group]
    shown = [shown for shown in plan.query.show if shown.path is not None]
    columns = [column for group in by for column in group]
    measures = [Fragment("COUNT(*)"), *(_shown(frame, item) for item in shown)]
    where = all_of(conditions(frame, plan))
    select = piece(", ".join(["{}"] * (len(columns) + len(measures))), *columns, *measures)
    grouping = ", ".join(str(place + 1) for place in range(len(columns)))
    tail = f" GROUP BY {grouping} ORDER BY {len(columns) + 1} DESC, {grouping} LIMIT {int(limit)}" if columns else ""
    raws = fetch(piece("SELECT {} FROM {} WHERE {}{}", select, frame.source(), where, tail))
    found = [_group_row(plan, by, raw) for raw in raws]
    return sorted(
        found, key=lambda row: [_rank(g.path.field, v) for g, v in zip(plan.query.group, row.values, strict=True)]
    )


def _shown(frame: Frame, item: Aggregate) -> Fragment:
    assert item.path is not None  # noqa: S101  # asked by the caller
    return calculated(item.function, frame.columns(item.path)[-1])


def group_columns(frame: Frame, group: Group) -> list[Fragment]:
    path = group.path
    if path.field.family == "reference":
        return list(reader(frame, path).columns)
    column = frame.columns(path)[0]
    if isinstance(path.field, schema.Archived):
        return [piece("({} IS NOT NULL)", column)]
    if path.field.family == "datetime":
        return [sql.first_day(sql.local_day(column, frame.context.now.tz), group.unit)]
    return [sql.first_day(column, group.unit)] if path.field.family == "date" else [column]


def _group_row(plan: Plan, by: Sequence[Sequence[Fragment]], raw: Sequence[Any]) -> GroupRow:
    values, place = [], 0
    for group, columns in zip(plan.query.group, by, strict=True):
        values.append(group_value(group.path.field, raw[place : place + len(columns)]))
        place += len(columns)
    measured = dict(zip([s for s in plan.query.show if s.path is not None], raw[place + 1 :], strict=True))
    shown = []
    for item in plan.query.show:
        if item.path is None:
            shown.append(raw[place])
        else:
            read = extreme if item.function in ("min", "max") else amount
            shown.append(read(item.path.field, measured[item]))
    return GroupRow(tuple(values), raw[place], tuple(shown))


def group_value(field: Field[Any], raw: Sequence[Any]) -> Any:
    if field.family == "reference":
        ident, uid, text = raw
        target = schema.target_of(field)
        if ident is None or target is None:
            return None
        return Link(target.key, ident, uid_text(uid), text or f"{target.label} {ident}")
    if field.family in ("date", "datetime"):
        return date.fromisoformat(raw[0][:10]) if isinstance(raw[0], str) else raw[0]
    if isinstance(field, schema.Archived):
        return bool(raw[0])
    return field.from_row(*raw)


def _rank(field: Field[Any], value: Any) -> tuple[int, Any]:
    """Sorts values of one group: answers by their place in the list, records by name, nothing last."""
    if value is None or value == "":
        return (1, 0)
    if isinstance(field, Choice):
        keys = [option.key for option in field.options]
        return (0, keys.index(value) if value in keys else len(keys))
    if isinstance(value, Link):
        return (0, lower(value.label))
    return (0, lower(value) if isinstance(value, str) else value)
