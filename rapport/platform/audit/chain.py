"""The chain: what makes a change of the trail visible, also one by whoever owns the database.

Entries and Events get numbers 1, 2, 3 … without a gap, in the order in which they are sealed, up to BLOCK of one table
together. Of each row a tag is kept, and of each seal the head of the chain after it:

    tag  = HMAC-SHA256(key, canonical JSON of [table, number, row])[:16]
    head = HMAC-SHA256(key, head before, canonical JSON of what the seal says, ids, tags)

A row that was changed, removed, exchanged with another or put in between does not meet its tag; a seal that was, breaks
the heads from there on. Without the key neither can be made anew. What was cut off at the end is seen against heads
kept outside (`anchor`). The column `transaction` is left out: a restore makes it anew.

One seal for many rows keeps the price of a row at 24 bytes and a few microseconds, also for an import of a million
Events; 16 bytes of HMAC leave a forger 1 chance in 2^128. (Rejected: a row in the chain for each entry, four times
the size and as slow as the import itself; columns in the entry, which would have to be updated; a Merkle tree, which
answers a question nobody has asked yet.)
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, models

from rapport.platform.audit.models import AuditEntry
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.audit.models import AuditSeal

BLOCK = 1_000
TAG, ID, HEAD = 16, 8, 32
TABLES: dict[str, type[models.Model]] = {"event": Event, "entry": AuditEntry}
LEFT_OUT = frozenset({"id", "transaction"})
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Selected:
    """The columns of a sealed table as the canonical form wants them: `select` in SQL, `names` beside it."""

    select: str
    names: tuple[str, ...]


def selected(table: str) -> Selected:
    return _selected(table, connection.vendor)


@cache
def _selected(table: str, vendor: str) -> Selected:
    columns = [field for field in TABLES[table]._meta.concrete_fields if field.name not in LEFT_OUT]
    columns.sort(key=lambda field: field.name)  # the order of the model may change, the canonical form may not
    texts = ["id", *(_as_plain(field, vendor) for field in columns)]
    return Selected(", ".join(texts), tuple(field.name for field in columns))


def _as_plain(field: models.Field[Any, Any], vendor: str) -> str:
    """A column as a number or a text, exactly as it is kept: drivers would make objects of it, slowly."""
    name = f'"{field.column}"'
    if vendor != "postgresql":
        return f"+{name}"
    if isinstance(field, models.DateTimeField):
        return f"(extract(epoch from {name}) * 1000000)::bigint"
    if isinstance(field, models.BooleanField):
        return f"{name}::int"
    return f"{name}::text" if isinstance(field, models.UUIDField | models.JSONField) else name


def tag(secret: bytes, table: str, number: int, row: Row) -> bytes:
    """What a row hashes to at its number; `row` as `selected` reads it, its id first."""
    # `repr` for what never stands in such a column unless somebody put it there: bytes.
    return hmac.digest(secret, orjson.dumps((table, number, *row), default=repr), "sha256")[:TAG]


def head(secret: bytes, before: bytes, seal: AuditSeal) -> bytes:
    """The end of the chain after a seal."""
    told = (seal.number, seal.table, seal.first, seal.count, seal.last_id, seal.key, micros(seal))
    parts = (before, orjson.dumps(told), bytes(seal.ids), bytes(seal.tags))
    return hmac.digest(secret, b"".join(parts), "sha256")


def micros(seal: AuditSeal) -> int:
    return int(seal.at.timestamp()) * 1_000_000 + seal.at.microsecond


def packed(ids: Sequence[int]) -> bytes:
    return b"".join(one.to_bytes(ID, "big", signed=True) for one in ids)


def unpacked(ids: bytes | memoryview) -> list[int]:
    found = bytes(ids)
    return [int.from_bytes(found[at : at + ID], "big", signed=True) for at in range(0, len(found), ID)]


def fetch(table: str, ids: Sequence[int]) -> dict[int, Row]:
    """The rows of these ids, by id, as the canonical form wants them."""
    name = TABLES[table]._meta.db_table
    with connection.cursor() as cursor:
        if ids and ids[-1] - ids[0] + 1 == len(ids):  # without a gap: a range is found faster than a list
            where, params = "BETWEEN %s AND %s", [ids[0], ids[-1]]
        else:
            where, params = f"IN ({', '.join(['%s'] * len(ids))})", list(ids)
        # Names of the models; values are bound.
        cursor.execute(f"SELECT {selected(table).select} FROM {name} WHERE id {where}", params)  # noqa: S608
        return {row[0]: row for row in cursor.fetchall()}
