"""Pieces of a timeline's SQL that every source is made of: what is wanted, the select list, the place to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform.access import Fragment
from rapport.platform.access.scope import EVERY
from rapport.platform.fields import Date

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rapport.platform.objects import Object

# What every sub-select gives, in this order: name and type. SQLite needs no types, PostgreSQL wants them equal.
TYPES = {
    "planned": "INTEGER",
    "at": "",
    "source": "TEXT",
    "id": "BIGINT",
    "object": "TEXT",
    "kind_of": "TEXT",
    "record_id": "BIGINT",
    "party_id": "BIGINT",
    "who_id": "BIGINT",
    "kind": "TEXT",
    "title": "TEXT",
    "body": "TEXT",
    "done": "INTEGER",
    "action": "TEXT",
    "surface": "TEXT",
    "reason": "TEXT",
    "changes": "TEXT",
    "thread_id": "BIGINT",
}


@dataclass(frozen=True, slots=True)
class Before:
    """Only entries before this one: (at, source, id) of the last one shown."""

    at: datetime
    source: str
    id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read: how many past entries, before which point, of which kinds (none: all), seen at which moment."""

    limit: int
    now: datetime
    before: Before | None = None
    kinds: frozenset[str] = frozenset()
    # Conversations told by their latest entry; or the entries of one conversation alone.
    together: bool = False
    thread: int | None = None

    def takes(self, *words: str) -> bool:
        return not self.kinds or not self.kinds.isdisjoint(words)


def select(**given: str) -> str:
    """The select list of a source; what it has not is NULL. SQLite needs no types, and less text is sooner read."""
    cast = connection.vendor == "postgresql"
    return ", ".join(
        f"CAST({given.get(name, 'NULL')} AS {kind}) AS {name}"
        if kind and cast
        else f"{given.get(name, 'NULL')} AS {name}"
        for name, kind in TYPES.items()
    )


def moment_sql(obj: Object, key: str) -> str:
    """A date or moment field as a moment; a day counts from its first minute."""
    name = obj.field(key).columns(obj.model, "t")[0]
    if not isinstance(obj.field(key), Date):
        return name
    return (
        f"({name}::timestamp AT TIME ZONE 'UTC')" if connection.vendor == "postgresql" else f"({name} || ' 00:00:00')"
    )


def beyond(at: str, pk: str, source: str, wanted: Wanted) -> Fragment:
    """Entries after the cursor in the order (at, source, id) descending."""
    before = wanted.before
    if before is None:
        return EVERY
    moment = bound(before.at)
    if source == before.source:
        return Fragment(f"({at} < %s OR ({at} = %s AND {pk} < %s))", (moment, moment, before.id))
    return Fragment(f"{at} <= %s" if source < before.source else f"{at} < %s", (moment,))


def bound(moment: datetime) -> Any:
    """A moment as each database compares it."""
    return connection.ops.adapt_datetimefield_value(moment)


def among(name: str, values: Sequence[Any]) -> str:
    """A column that holds one of the values, which are bound in their order."""
    return f"{name} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0"


def even(ids: Sequence[int]) -> tuple[int, ...]:
    """The ids, the last one repeated up to the next power of two: so the statement has one of a few texts only, and
    the driver remembers it prepared.
    """
    most = 1 << max(len(ids) - 1, 0).bit_length()
    return (*ids, *tuple(ids[-1:]) * (most - len(ids)))


def both(*fragments: Fragment) -> Fragment:
    """All of the conditions."""
    kept = [part for part in fragments if part is not EVERY] or [EVERY]
    return Fragment(
        " AND ".join(f"({part.sql})" for part in kept), tuple(value for part in kept for value in part.params)
    )
