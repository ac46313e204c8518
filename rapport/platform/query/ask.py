"""From text to a query, and from a query to a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from rapport.platform.query import check
from rapport.platform.query.ast import Path, Query, Sort
from rapport.platform.query.errors import QueryError
from rapport.platform.query.memory import Memory
from rapport.platform.query.parser import parse_syntax
from rapport.platform.query.plan import MAX_LIMIT, Plan
from rapport.platform.query.syntax import Name, Written

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object


_queries: Memory[Query] = Memory(1_000)
_paths: Memory[Path] = Memory(2_000)
_orders: Memory[tuple[Sort, ...]] = Memory(1_000)


def parse(actor: Actor, obj: Object, text: str) -> Query:
    """The query a text means for this actor; "" means every record. Raises QueryError."""
    if len(text) > 500:
        return check.check(actor, obj, parse_syntax(text))
    key = (obj.key, id(obj), text, actor.culture, get_language())
    return _queries.get(actor, key, lambda: check.check(actor, obj, parse_syntax(text)))


def parse_sort(actor: Actor, obj: Object, text: str) -> tuple[Sort, ...]:
    """Sort keys alone: "-amount, name". Raises QueryError."""
    if not text.strip():
        return ()
    before = "sort by "
    try:
        return parse(actor, obj, before + text).sort
    except QueryError as error:
        at = max(0, error.at - len(before))
        raise QueryError(error.message, at, error.length, error.suggestions) from error


def path(actor: Actor, obj: Object, name: str) -> Path:
    """The field a dotted name such as "customer.industry" leads to. Raises QueryError."""
    key = (obj.key, id(obj), name)
    return _paths.get(actor, key, lambda: check.path(actor, obj, Name(name, 0, len(name))))


def plan(
    actor: Actor,
    obj: Object,
    query: Query | str = "",
    *,
    select: Iterable[str] = (),
    sort: str = "",
    limit: int = 50,
    cursor: str = "",
    action: str = "read",
    archived: bool = False,
) -> Plan:
    """Make a query ready to run. `sort` is used where the query has none, then the Object's own order.

    `action` is the right asked for on every row; `archived` keeps archived records in. Raises QueryError for unknown
    names, also for those in `select` and `sort` that the actor may not read.
    """
    found = parse(actor, obj, query) if isinstance(query, str) else query
    if not found.sort:
        found = replace(found, sort=parse_sort(actor, obj, sort) if sort else default_sort(actor, obj))
    columns = tuple(path(actor, obj, name) for name in select)
    return Plan(found, columns, max(1, min(limit, MAX_LIMIT)), cursor, action, archived)


def default_sort(actor: Actor, obj: Object) -> tuple[Sort, ...]:
    """The Object's own order, as far as the actor may read the fields it is made of."""
    return _orders.get(actor, (obj.key, id(obj), obj.sort), lambda: _default_sort(actor, obj))


def _default_sort(actor: Actor, obj: Object) -> tuple[Sort, ...]:
    keys: list[Sort] = []
    for written in parse_syntax(f"sort by {obj.sort}").sort if obj.sort else ():
        try:
            keys.extend(check.check(actor, obj, Written(sort=(written,))).sort)
        except QueryError:
            continue  # a field hidden from this reader: the rest of the order still holds
    return tuple(keys)
