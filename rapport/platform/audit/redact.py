"""Erasure in Events: values of a person leave `changes`, and the chain still holds.

The eraser changes `changes` (the one column the database lets go of) and, in the same transaction, tells the trail
which Events it touched. The entry keeps a mark of each row as it stands then, made with the key of the chain: an Event
that does not meet its tag is right when such a mark says so, and nobody without the key can make one. The old tag stays
and gives nothing away.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import orjson

from rapport.platform.audit import chain
from rapport.platform.audit.keys import Keys, keys
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.write import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor

AT_ONCE = 1_000


def redacted(actor: Actor, event_ids: Sequence[int]) -> None:
    """Tell that values were erased from these Events, in the transaction that did it and after it did."""
    ring = keys(make=True)
    wanted = sorted(set(event_ids))
    for start in range(0, len(wanted), AT_ONCE):
        rows = chain.fetch("event", wanted[start : start + AT_ONCE])
        marks = {str(pk): mark(ring.secret, row).hex() for pk, row in rows.items()}
        record(actor, "redacted", detail={"count": len(marks), "key": ring.current, "events": marks})


def mark(secret: bytes, row: chain.Row) -> bytes:
    """A row as an erasure left it."""
    return hmac.digest(secret, orjson.dumps(("redacted", *row), default=repr), "sha256")[: chain.TAG]


def accounted_for(ring: Keys, row: chain.Row) -> bool:
    """Whether an erasure says that this Event stands as it does. Asked only of Events that do not meet their tag."""
    for detail in AuditEntry.objects.filter(kind="redacted", detail__contains=f'"{row[0]}":').values_list(
        "detail", flat=True
    ):
        told = orjson.loads(detail)
        secret, kept = ring.known.get(told["key"]), told["events"].get(str(row[0]), "")
        if secret and hmac.compare_digest(mark(secret, row).hex(), kept):
            return True
    return False
