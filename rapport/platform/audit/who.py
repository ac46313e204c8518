"""Who saw a record between two moments: from the index of entries about it, those about several, and what waits.

Ids grow with time, so two look-ups by time bound the ids, and both indexes (object, record, id) are walked inside of
them: the answer costs what it says, whatever the table holds.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from rapport.platform.audit.models import AuditEntry, AuditSeen
from rapport.platform.audit.seal import waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

# On PostgreSQL ids and moments may cross where transactions overlap: the bounds are taken wider, the moment decides.
SLACK = timedelta(minutes=5)
MOST = 200


def who_saw(
    object: str,  # the word of the whole house for a kind of record
    record_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = MOST,
) -> Sequence[AuditEntry]:
    """Entries of reads that name this record, newest first; `before` is the id of the last one seen. Six queries."""
    first, last = _bounds(since, until)
    last = min((one for one in (last, before - 1 if before is not None else None) if one is not None), default=None)
    alone = AuditEntry.objects.filter(object=object, record_id=record_id, kind="read")
    among = AuditSeen.objects.filter(object=object, record_id=record_id)
    ids: list[int] = []
    for rows, name in ((alone, "id"), (among, "entry_id")):
        if first is not None:
            rows = rows.filter(**{f"{name}__gte": first})
        if last is not None:
            rows = rows.filter(**{f"{name}__lte": last})
        ids += rows.order_by(f"-{name}").values_list(name, flat=True)[: limit * 2]
    ids += _not_indexed_yet(object, record_id, first, last)
    found = AuditEntry.objects.filter(pk__in=sorted(set(ids), reverse=True)[: limit * 2], kind="read")
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lte=until)
    return list(found.order_by("-id")[:limit])


def _bounds(since: datetime | None, until: datetime | None) -> tuple[int | None, int | None]:
    """The ids between which everything of that time stands."""
    by_time = AuditEntry.objects.order_by("at", "id").values_list("id", flat=True)
    first = by_time.filter(at__gte=since - SLACK).first() if since is not None else None
    last = by_time.filter(at__gt=until + SLACK).first() if until is not None else None
    return first, last


def _not_indexed_yet(object: str, record_id: int, first: int | None, last: int | None) -> list[int]:
    """Of entries about several records that wait to be sealed: seconds' worth, unless no worker runs."""
    found = []
    for pk, records in waiting("entry").exclude(records="").values_list("pk", "records")[:5_000]:
        inside = (first is None or pk >= first) and (last is None or pk <= last)
        if inside and record_id in orjson.loads(records).get(object, ()):
            found.append(pk)
    return found
