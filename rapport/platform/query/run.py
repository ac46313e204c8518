"""Running plans: pages of rows, counts, ids, the place of one record in the set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from django.db import connection

from rapport.platform.access import Fragment
from rapport.platform.audit import watch
from rapport.platform.query import cursor, order
from rapport.platform.query.compile import Compiled, compile, conditions, order_name
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.plan import COUNT_CAP, Count, Page, PlainPage, Plan, Position, Row
from rapport.platform.query.readers import uid_text
from rapport.platform.query.sql import all_of, bound, piece

if TYPE_CHECKING:
    from rapport.platform.access import Actor

Raw = tuple[Any, ...]


def rows(actor: Actor, plan: Plan) -> Page:
    """One page of a plan as values. One query, and one more per tag or many-reference field selected."""
    compiled = compile(actor, plan)
    raws, following = _page(compiled, plan)
    watch.rows(actor, compiled.watched, raws)
    columns = converted(compiled, raws, "value")
    values: Iterable[tuple[Any, ...]] = zip(*columns, strict=True) if columns else [()] * len(raws)
    found = [Row(raw[0], uid_text(raw[1]), raw[2], read) for raw, read in zip(raws, values, strict=True)]
    return Page(plan.select, found, following)


def plain_rows(actor: Actor, plan: Plan) -> PlainPage:
    """One page of a plan as dicts ready for orjson: "id" is the uid, references are uids."""
    compiled = compile(actor, plan)
    raws, following = _page(compiled, plan)
    watch.rows(actor, compiled.watched, raws)
    names = ("id", "version", *map(str, plan.select))
    columns = [[uid_text(raw[1]) for raw in raws], [raw[2] for raw in raws], *converted(compiled, raws, "plain")]
    return PlainPage([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)], following)


def _page(compiled: Compiled, plan: Plan) -> tuple[list[Raw], str]:
    """The rows of a page, and the cursor of the next one ("" where this is the last)."""
    raws: list[Raw] = []
    for statement in compiled.statements:
        if len(raws) <= plan.limit:
            raws.extend(fetch(statement))
    if len(raws) <= plan.limit:
        return raws, ""
    del raws[plan.limit :]
    return raws, cursor.seal(order_name(plan.query.sort), raws[-1][-compiled.keys :])


def converted(compiled: Compiled, raws: Sequence[Raw], form: Literal["value", "plain"]) -> list[list[Any]]:
    """The columns of a page as values or in the plain form: a field at a time, which is what makes it fast."""
    found = []
    for item, places in zip(compiled.readers, compiled.places, strict=True):
        convert, head = (item.value if form == "value" else item.plain), places[0]
        if convert is None:
            found.append([raw[head] for raw in raws])
        elif item.outside is not None:
            parts = [tuple(raw[place] for place in places) for raw in raws]
            loaded = item.outside(compiled.frame, parts)
            found.append([convert(*part, loaded) for part in parts])
        elif len(places) == 1:
            found.append([convert(raw[head]) for raw in raws])
        else:
            found.append([convert(*[raw[place] for place in places]) for raw in raws])
    return found


# --- counts and ids ----------------------------------------------------------------------------------------------


def count(actor: Actor, plan: Plan) -> int:
    """How many rows, exactly; on a large table this takes as long as reading it."""
    frame, where = _set(actor, plan)
    return int(fetch(piece("SELECT COUNT(*) FROM {} WHERE {}", frame.source(), all_of(where)))[0][0])


def count_beside(actor: Actor, plan: Plan, page: Page) -> Count:
    """How many rows, for a page of the plan just read: one that is the whole set has counted them already.

    That is when counting takes longest: it would walk the whole table once more for the few that are there.
    """
    return Count(len(page.rows)) if not plan.cursor and not page.next else count_capped(actor, plan)


def count_capped(actor: Actor, plan: Plan, cap: int = COUNT_CAP) -> Count:
    """How many rows, but never counts beyond `cap`: "1,000+"."""
    frame, where = _set(actor, plan)
    inner = piece("SELECT 1 FROM {} WHERE {} LIMIT {}", frame.source(), all_of(where), cap + 1)
    number = int(fetch(piece("SELECT COUNT(*) FROM ({}) c", inner))[0][0])
    return Count(min(number, cap), number > cap)


def _set(actor: Actor, plan: Plan) -> tuple[Frame, list[Fragment]]:
    frame = Frame(Context(actor), plan.obj)
    return frame, conditions(frame, plan)


def ids(actor: Actor, plan: Plan, limit: int | None = None) -> list[int]:
    """The ids of all rows in the plan's order, whatever its page; at most `limit`."""
    frame, where = _set(actor, plan)
    by = order.order_by(order.keys(frame, plan.query.sort))
    end = "" if limit is None else f" LIMIT {int(limit)}"
    found = fetch(
        piece("SELECT {}.id FROM {} WHERE {} ORDER BY {}{}", frame.alias, frame.source(), all_of(where), by, end)
    )
    return [row[0] for row in found]


def id_sql(actor: Actor, plan: Plan) -> Fragment:
    """A SELECT of the ids of all rows, in no order, for use inside other SQL: `… WHERE id IN (SELECT …)`."""
    frame, where = _set(actor, plan)
    return piece("SELECT {}.id FROM {} WHERE {}", frame.alias, frame.source(), all_of(where))


def holds(actor: Actor, plan: Plan, ident: int) -> bool:
    """Whether one record is in the set."""
    frame, where = _set(actor, plan)
    where.append(piece("{}.id = {}", frame.alias, bound(ident)))
    return bool(fetch(piece("SELECT 1 FROM {} WHERE {}", frame.source(), all_of(where))))


# --- position ----------------------------------------------------------------------------------------------------


def position(actor: Actor, plan: Plan, ident: int, cap: int = COUNT_CAP) -> Position:
    """Which of how many a record is in the filtered, sorted set, and the ids beside it; counts stop at `cap`.

    Two statements: where it stands and how many there are, then how many stand before it and who stands beside it.
    """
    found = _place(actor, plan, ident, cap)
    if found is None:
        return Position(None, count_capped(actor, plan, cap))
    of, here = found
    before = _beside(actor, plan, here, "1", cap, backwards=True)
    nearest = [_beside(actor, plan, here, "{}.id", 1, backwards=backwards) for backwards in (True, False)]
    text = "SELECT (SELECT COUNT(*) FROM ({}) c), ({}), ({})"
    number, previous, following = fetch(piece(text, before, *nearest))[0]
    return Position(number + 1, of, previous, following, number >= cap)


def _place(actor: Actor, plan: Plan, ident: int, cap: int) -> tuple[Count, list[object]] | None:
    """How many there are, and the values of the sort keys of one record; None where it is not among them."""
    frame, where = _set(actor, plan)
    keys = order.keys(frame, plan.query.sort)
    where.append(piece("{}.id = {}", frame.alias, bound(ident)))
    every, met = _set(actor, plan)
    inner = piece("SELECT 1 FROM {} WHERE {} LIMIT {}", every.source(), all_of(met), cap + 1)
    select = piece(", ".join(["{}"] * len(keys)), *(key.sql for key in keys))
    text = "SELECT (SELECT COUNT(*) FROM ({}) c), {} FROM {} WHERE {}"
    found = fetch(piece(text, inner, select, frame.source(), all_of(where)))
    if not found:
        return None
    number, *values = found[0]
    return Count(min(number, cap), number > cap), [cursor.plain(value) for value in values]


def _beside(actor: Actor, plan: Plan, here: Sequence[object], what: str, limit: int, *, backwards: bool) -> Fragment:
    """SELECT of what stands before or after the record with these key values, the nearest first."""
    frame, where = _set(actor, plan)
    keys = order.keys(frame, plan.query.sort)
    where.append(order.beyond(keys, here, backwards=backwards))
    by = order.order_by(keys, backwards=backwards)
    select = what.format(frame.alias)
    return piece("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}", select, frame.source(), all_of(where), by, limit)


def fetch(statement: Fragment) -> list[Raw]:
    """Run one statement."""
    with connection.cursor() as found:
        found.execute(statement.sql, statement.params)
        return list(found.fetchall())
