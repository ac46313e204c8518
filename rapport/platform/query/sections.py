"""Rows under headings: groups with their counts and sums, and the first rows of each, in a fixed number of statements.

One statement counts and sums the groups, one more per money field tells its currencies, one reads the first rows of all
open groups together (a UNION of limited SELECTs, so that each finds its few rows by whatever index serves the order).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment
from rapport.platform.fields import Reference
from rapport.platform.query import cursor
from rapport.platform.query.ast import Aggregate, Comparison, Group, Id, Path
from rapport.platform.query.compile import compile_few, conditions, order_name
from rapport.platform.query.errors import QueryError
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.plan import Link, Page, Plan, Row
from rapport.platform.query.readers import uid_text
from rapport.platform.query.run import converted, fetch
from rapport.platform.query.sql import all_of, piece
from rapport.platform.query.totals import exact, group_columns, group_value, groups

if TYPE_CHECKING:
    from rapport.platform.access import Actor

EMPTY = "none"
MOST = 500
UNITS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Worth:
    """A sum: in the currency of the house (None where no rate is known for any), and as the amounts are written."""

    base: Decimal | None
    by_currency: tuple[tuple[str, Decimal], ...] = ()


@dataclass
class Section:
    """One group. `value` is None for records without any; `page` is None where it is closed."""

    key: str
    value: Any
    count: int
    sums: dict[str, Worth] = field(default_factory=dict)
    page: Page | None = None


def can_group(path: Path) -> bool:
    """Whether a list can stand in groups by a field: it has few values, or periods."""
    if path.field.family == "reference":
        return isinstance(path.field, Reference) and not path.field.outside
    return path.field.family in ("choice", "boolean", "date", "datetime") and not path.field.outside


def key_of(value: Any) -> str:
    """A group in an address: an answer's key, a record's id, true or false, the first day of a period, or "none"."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Link):
        return str(value.id)
    return value.isoformat() if isinstance(value, date) else str(value)


def within(group: Group, key: str) -> Comparison:
    """What holds for the rows of one group. Raises QueryError for a key that is none."""
    if key == EMPTY:
        return Comparison(group.path, "is empty")
    try:
        match group.path.field.family:
            case "reference":
                return Comparison(group.path, "=", (Id(int(key[:19])),))
            case "boolean":
                return Comparison(group.path, "=", (key == "true",))
            case "date" | "datetime":
                first = date.fromisoformat(key)
                return Comparison(group.path, "between", (first, last_day(first, group.unit)))
    except ValueError as error:
        raise QueryError(f"{key[:40]!r} is no group", 0, 0) from error
    return Comparison(group.path, "=", (key,))


def last_day(first: date, unit: str) -> date:
    """The last day of the period that begins on `first`."""
    if unit == "week":
        return first + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months is None:
        return first
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def sections(
    actor: Actor,
    plan: Plan,
    group: Group,
    *,
    sums: Sequence[str] = (),
    closed: Collection[str] = (),
    open_most: int = 30,
    order: Callable[[Section], Any] | None = None,
) -> list[Section]:
    """The groups of a plan, at most MOST, with the first rows (the plan's `limit`) of the open ones.

    `sums` are names of money fields; `order` puts the groups into another order than that of their values.
    """
    found = _counted(actor, plan, group, sums)
    if order is not None:
        found.sort(key=order)
    for name in sums:
        told = _currencies(actor, plan, group, name)
        for one in found:
            one.sums[name] = replace(one.sums[name], by_currency=tuple(told.get(one.key, ())))
    open_ = [one for one in found if one.key not in closed][:open_most]
    for one, page in zip(open_, first_pages(actor, [_of(plan, group, one.key) for one in open_]), strict=True):
        one.page = page
    return found


def _of(plan: Plan, group: Group, key: str) -> Plan:
    return plan.narrowed(within(group, key))


def _counted(actor: Actor, plan: Plan, group: Group, sums: Sequence[str]) -> list[Section]:
    from rapport.platform.query.ask import path

    show = tuple(Aggregate("sum", path(actor, plan.obj, name)) for name in sums)
    grouped = replace(plan, query=replace(plan.query, group=(group,), show=show), cursor="")
    found: dict[str, Section] = {}
    for row in groups(actor, grouped, MOST):
        value = None if row.values[0] == "" else row.values[0]
        worths = {name: Worth(amount) for name, amount in zip(sums, row.shown, strict=True)}
        known = found.get(key_of(value))
        if known is None:
            found[key_of(value)] = Section(key_of(value), value, row.count, worths)
        else:  # nothing entered and an empty text are one group
            known.count += row.count
            known.sums = {name: Worth(_both(worths[name].base, known.sums[name].base)) for name in sums}
    return list(found.values())


def _both(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return other if one is None else one if other is None else one + other


def _currencies(actor: Actor, plan: Plan, group: Group, name: str) -> dict[str, list[tuple[str, Decimal]]]:
    """Per group the sums of the amounts as written; the currency with most rows first."""
    from rapport.platform.query.ask import path

    frame = Frame(Context(actor), plan.obj)
    by = group_columns(frame, group)
    value, currency, _base = frame.columns(path(actor, plan.obj, name))
    where = all_of(conditions(frame, plan))
    select = piece(", ".join(["{}"] * len(by)), *by)
    places = ", ".join(str(place + 1) for place in range(len(by) + 1))
    text = "SELECT {}, {}, SUM({}), COUNT(*) FROM {} WHERE {} AND {} IS NOT NULL GROUP BY {} ORDER BY {} DESC, {}"
    count_place = len(by) + 3
    raws = fetch(piece(text, select, currency, value, frame.source(), where, value, places, count_place, len(by) + 1))
    found: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
    for raw in raws:
        group_is = group_value(group.path.field, raw[: len(by)])
        found[key_of(group_is)].append((raw[len(by)], exact(raw[len(by) + 1])))
    return found


def first_pages(actor: Actor, plans: Sequence[Plan]) -> list[Page]:
    """The first page of each of several plans over the same fields and order, in one statement."""
    if not plans:
        return []
    ready = [compile_few(actor, plan) for plan in plans]
    # The order inside of each part is kept: a limited SELECT is read by one process, from its beginning.
    parts = [
        piece("SELECT {}, part{}.* FROM ({}) part{}", place, place, one.statements[0], place)
        for place, one in enumerate(ready)
    ]
    union = Fragment(" UNION ALL ".join(part.sql for part in parts), tuple(v for part in parts for v in part.params))
    raws: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for raw in fetch(union):
        raws[raw[0]].append(raw[1:])
    kept = {place: raws[place][: plan.limit] for place, plan in enumerate(plans)}
    rows = _rows(ready[0], [raw for place in range(len(plans)) for raw in kept[place]])
    pages: list[Page] = []
    for place, (plan, one) in enumerate(zip(plans, ready, strict=True)):
        more = len(raws[place]) > plan.limit
        following = cursor.seal(order_name(plan.query.sort), kept[place][-1][-one.keys :]) if more else ""
        pages.append(Page(plan.select, rows[: len(kept[place])], following))
        rows = rows[len(kept[place]) :]
    return pages


def _rows(compiled: Any, raws: Sequence[tuple[Any, ...]]) -> list[Row]:
    """All rows of all parts as values at once, so that fields kept outside are read once."""
    columns = converted(compiled, raws, "value")
    values = zip(*columns, strict=True) if columns else [()] * len(raws)
    return [Row(raw[0], uid_text(raw[1]), raw[2], read) for raw, read in zip(raws, values, strict=True)]
