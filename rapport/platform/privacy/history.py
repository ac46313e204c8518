"""History: what Events of somebody said goes, that something happened stays (ADR 17).

`changes` and `reason` become empty; who, when, which record and which action remain. The trail is told in the same
transaction, so that its chain still proves every other Event and this one as it stands now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from rapport.platform.audit.redact import redacted
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.privacy.subject import Subject

CHUNK = 500


def forget(actor: Actor, asked: Q) -> int:
    """Empty these Events and tell the trail, in the caller's transaction; returns how many."""
    ids = list(Event.objects.filter(asked).exclude(changes={}, reason="").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        Event.objects.filter(pk__in=ids[start : start + CHUNK]).update(changes={}, reason="")
    if ids:
        redacted(actor, ids)
    return len(ids)


def of(subject: Subject) -> Q:
    """The Events of their records, and those of their story."""
    found = Q(party_id=subject.party) if subject.party is not None else Q(pk=None)
    for key, ids in subject.ids.items():
        found |= Q(object=key, record_id__in=ids)
    return found
