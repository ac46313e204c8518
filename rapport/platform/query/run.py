"""Running plans: pages of rows, counts, ids, the place of one record in the set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform.access import Fragment
from rapport.platform.query import cursor, order
from rapport.platform.query.compile import HEAD, Compiled, compile, conditions, order_name
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
    read = _converter(compiled, raws, "value")
    found = [Row(raw[0], uid_text(raw[1]), raw[2], read(raw)) for raw in raws]
    return Page(plan.select, found, following)


def plain_rows(actor: Actor, plan: Plan) -> PlainPage:
    """One page of a plan as dicts ready for orjson: "id" is the uid, references are uids."""
    compiled = compile(actor, plan)
    raws, following = _page(compiled, plan)
    names = ("id", "version", *map(str, plan.select))
    read = _converter(compiled, raws, "plain")
    return PlainPage([dict(zip(names, (uid_text(raw[1]), raw[2], *read(raw)), strict=True)) for raw in raws], following)


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


def _converter(compiled: Compiled, raws: Sequence[Raw], form: str) -> Callable[[Raw], list[Any]]:
    """A function from a raw row to its values (form "value") or plain forms ("plain")."""
    special: list[tuple[int, Callable[..., Any], tuple[int, ...], tuple[Any, ...]]] = []
    for place, (item, columns) in enumerate(zip(compiled.readers, compiled.places, strict=True)):
        convert = getattr(item, form)
        if convert is not None:
            loaded: tuple[Any, ...] = ()
            if item.outside is not None:
                loaded = (item.outside(compiled.frame, [tuple(raw[c] for c in columns) for raw in raws]),)
            special.append((place, convert, columns, loaded))
    end = HEAD + len(compiled.readers)

    def read(raw: Raw) -> list[Any]:
        values = list(raw[HEAD:end])
        for place, convert, columns, loaded in special:
            if len(columns) == 1 and not loaded:
                values[place] = convert(raw[columns[0]])
            else:
                values[place] = convert(*[raw[column] for column in columns], *loaded)
        return values

    return read


# --- counts and ids ----------------------------------------------------------------------------------------------


def count(actor: Actor, plan: Plan) -> int:
    """How many rows, exactly; on a large table this takes as long as reading it."""
    frame, where = _set(actor, plan)
    return int(fetch(piece("SELECT COUNT(*) FROM {} WHERE {}", frame.source(), all_of(where)))[0][0])


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
    """Which of how many a record is in the filtered, sorted set, and the ids beside it; counts stop at `cap`."""
    of = count_capped(actor, plan, cap)
    here = _key_values(actor, plan, ident)
    if here is None:
        return Position(None, of)
    before = _beside(actor, plan, here, cap, backwards=True)
    after = _beside(actor, plan, here, 1, backwards=False)
    number = min(len(before), cap) + 1
    return Position(number, of, before[0] if before else None, after[0] if after else None, len(before) >= cap)


def _key_values(actor: Actor, plan: Plan, ident: int) -> list[object] | None:
    frame, where = _set(actor, plan)
    keys = order.keys(frame, plan.query.sort)
    where.append(piece("{}.id = {}", frame.alias, bound(ident)))
    select = piece(", ".join(["{}"] * len(keys)), *(key.sql for key in keys))
    found = fetch(piece("SELECT {} FROM {} WHERE {}", select, frame.source(), all_of(where)))
    return [cursor.plain(value) for value in found[0]] if found else None


def _beside(actor: Actor, plan: Plan, here: Sequence[object], limit: int, *, backwards: bool) -> list[int]:
    """Ids next to the record with these key values, the nearest first."""
    frame, where = _set(actor, plan)
    keys = order.keys(frame, plan.query.sort)
    where.append(order.beyond(keys, here, backwards=backwards))
    by = order.order_by(keys, backwards=backwards)
    text = "SELECT {}.id FROM {} WHERE {} ORDER BY {} LIMIT {}"
    return [row[0] for row in fetch(piece(text, frame.alias, frame.source(), all_of(where), by, limit))]


def fetch(statement: Fragment) -> list[Raw]:
    """Run one statement."""
    with connection.cursor() as found:
        found.execute(statement.sql, statement.params)
        return list(found.fetchall())
