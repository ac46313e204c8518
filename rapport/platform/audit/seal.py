"""Sealing: the worker gives numbers and tags to what was written, seconds after it was."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from django.db import connection, transaction
from django.db.models import Q

from rapport.base import clock
from rapport.platform.audit import anchor, chain
from rapport.platform.audit.keys import Keys, NoKey, keys
from rapport.platform.audit.models import AuditEntry, AuditSeal, AuditSeen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

log = logging.getLogger("rapport.audit")

EVERY_SECONDS = 2.0
BUSY_SECONDS = 1.0  # in one go: on SQLite each seal keeps other writers out for its few milliseconds
LOCK = 0x5EA1  # of PostgreSQL: one writer of the chain


def seal() -> int:
    """Seal what is settled; how many rows. Nothing where another worker is at it."""
    began, sealed = clock.monotonic(), 0
    for table in chain.TABLES:
        while count := _seal_block(table):
            sealed += count
            if count < chain.BLOCK or clock.monotonic() - began > BUSY_SECONDS:
                break
    return sealed


def seal_all() -> int:
    """Seal until nothing is left."""
    sealed = 0
    while count := seal():
        sealed += count
    return sealed


def _seal_block(table: str) -> int:
    if not waiting(table).exists():  # asked before the write lock of SQLite is taken
        return 0
    with transaction.atomic():
        if not _is_mine():
            return 0
        last = AuditSeal.objects.order_by("-number").first()
        ring = keys(make=last is None)
        if last is not None and last.key not in ring.known:
            raise NoKey(
                f"The key {last.key} that sealed last is not known here: put it back before anything is sealed."
            )
        ids = list(waiting(table).values_list("pk", flat=True)[: chain.BLOCK])
        if not ids:
            return 0
        made = _made(ring, table, ids, last)
        AuditSeal.objects.bulk_create([made])
        if table == "entry":
            _index(ids)
    anchor.keep_head(made)
    return len(ids)


def waiting(table: str) -> QuerySet[AuditEntry]:
    """Rows not sealed yet that no earlier one can slip in front of any more (`events.cursor`), in order."""
    from rapport.platform.events.cursor import settled_rows

    rows = settled_rows(chain.TABLES[table])
    last_id = AuditSeal.objects.filter(table=table).order_by("-number").values_list("last_id", flat=True).first()
    if last_id is not None:
        # Where it stands now: a restore into another server gives transactions other numbers.
        place = (
            chain.TABLES[table]._default_manager.filter(pk=last_id).values_list("transaction", flat=True).first() or 0
        )
        later = Q(transaction__gt=place) | Q(transaction=place, id__gt=last_id)
        rows = rows.filter(later, transaction__gte=place)
    found: QuerySet[AuditEntry] = rows.order_by("transaction", "id")
    return found


def _is_mine() -> bool:
    """On SQLite the transaction holds the only write lock there is."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _made(ring: Keys, table: str, ids: Sequence[int], last: AuditSeal | None) -> AuditSeal:
    first = last.first + last.count if last else 1
    rows = chain.fetch(table, ids)
    tags = [chain.tag(ring.secret, table, number, rows[pk]) for number, pk in enumerate(ids, first)]
    made = AuditSeal(
        number=last.number + 1 if last else 1,
        table=table,
        first=first,
        count=len(ids),
        last_id=ids[-1],
        ids=chain.packed(ids),
        tags=b"".join(tags),
        key=ring.current,
        at=clock.now(),
    )
    made.head = chain.head(ring.secret, bytes(last.head) if last else b"", made)
    return made


def _index(ids: Sequence[int]) -> None:
    """One row per record for entries that tell of several, so that a record finds them."""
    from rapport.platform.records import rows

    told = AuditEntry.objects.filter(pk__in=ids).exclude(records="").values_list("pk", "records")
    pairs = (
        (key, record_id, pk)
        for pk, records in told
        for key, record_ids in orjson.loads(records).items()
        for record_id in record_ids
    )
    rows.insert_values(AuditSeen, ("object", "record_id", "entry_id"), pairs)
