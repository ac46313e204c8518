"""A glance: some values of the few records that stand in one relation to another, for a card beside its page.

query.glance(actor, obj, ("name", "due_at"), query.points("party", 5), sort="due_at", limit=9) -> [Glance, ...]

The SQL is worked out once for an actor's rights; only the conditions, which say which record it is about, are new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment
from rapport.platform.audit import watch
from rapport.platform.fields.base import column_of
from rapport.platform.query import run
from rapport.platform.query.ask import path, plan
from rapport.platform.query.ast import Query, Sort
from rapport.platform.query.compile import compile_few
from rapport.platform.query.errors import QueryError
from rapport.platform.query.memory import Memory
from rapport.platform.query.plan import Plan
from rapport.platform.query.sql import FALSE

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

Where = Callable[[str], Fragment]


@dataclass(frozen=True, slots=True)
class Glance:
    """One record: its id, and values by name; what the reader may not see is None (references are Links)."""

    id: int
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


_plans: Memory[Plan] = Memory(500)


def glance(
    actor: Actor, obj: Object, names: Sequence[str], *where: Where, sort: str = "", limit: int = 50
) -> list[Glance]:
    """The first `limit` records that meet every condition, none of them archived; one statement.

    Names and sort keys this actor may not read are left out; `where` is the engine's own and is not asked for rights
    on fields.
    """
    asked = (obj.key, id(obj), tuple(names), sort, limit)
    known = _plans.get(actor, asked, lambda: _plan(actor, obj, names, sort, limit))
    compiled = compile_few(actor, known.with_extra(*where))
    raws = run.fetch(compiled.statements[0])[:limit]
    watch.rows(actor, compiled.watched, raws)
    columns = run.converted(compiled, raws, "value")
    shown = [str(one) for one in known.select]
    hidden = dict.fromkeys(names)
    rows = zip(*columns, strict=True) if columns else [()] * len(raws)
    return [
        Glance(raw[0], {**hidden, **dict(zip(shown, row, strict=True))}) for raw, row in zip(raws, rows, strict=True)
    ]


def points(obj: Object, key: str, ident: int) -> Where:
    """Whose reference `key` leads to this record."""
    column = column_of(obj.model, key)
    return lambda alias: Fragment(f"{alias}.{column} = %s", (ident,))


def among(ids: Sequence[int]) -> Where:
    """One of these records."""
    if not ids:
        return lambda _alias: FALSE
    return lambda alias: Fragment(f"{alias}.id IN ({', '.join(['%s'] * len(ids))})", tuple(ids))


def _plan(actor: Actor, obj: Object, names: Sequence[str], sort: str, limit: int) -> Plan:
    by = [key for written in sort.split(",") if written.strip() for key in _sort(actor, obj, written.strip())]
    select = [name for name in names if _readable(actor, obj, name)]
    return plan(actor, obj, Query(obj, sort=tuple(by)), select=select, limit=limit)


def _sort(actor: Actor, obj: Object, written: str) -> list[Sort]:
    name = written.lstrip("-")
    return [Sort(path(actor, obj, name), written.startswith("-"))] if _readable(actor, obj, name) else []


def _readable(actor: Actor, obj: Object, name: str) -> bool:
    try:
        path(actor, obj, name)
    except QueryError:
        return False
    return True
