"""Proof that entries about consent stand as they were written, for `rapport check`.

Guards refuse every change on the write path; this looks for what went round it. An entry must say what the Event of
its creation says, and no Event may have changed it; only whose it is follows a merge. What deviates is named and never
repaired: somebody has to find out what happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.parties.consent import CONSENT, Consent
from rapport.parties.consequence import chunks
from rapport.parties.purpose import Purpose
from rapport.platform import derived
from rapport.platform.derived import Derived
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SAYS = ("purpose", "channel", "state", "at", "wording", "source", "by_whom", "address")


@derived.provider
def consents() -> Iterator[Derived]:
    """Entries about consent, against their Events."""
    yield Derived("entries about consent", deviating)


def deviating() -> list[int]:
    """Ids of entries that were changed, put away, taken out, or brought in without an Event."""
    found: list[int] = []
    for some in chunks(Consent.objects.order_by("pk").values_list("pk", flat=True)):
        found += _changed(some)
    # An Event that an erasure silenced proves nothing any more; that it was one, the chain of the audit trail proves.
    created = Event.objects.filter(object=CONSENT.key, action="create").exclude(changes={})
    for some in chunks(created.order_by("record_id").values_list("record_id", flat=True)):
        found += sorted(set(some) - set(Consent.objects.filter(pk__in=some).values_list("pk", flat=True)))
    return found


def _changed(ids: Sequence[int]) -> Iterator[int]:
    said: dict[int, dict[str, Any]] = {}
    edited: set[int] = set()
    events = Event.objects.filter(object=CONSENT.key, record_id__in=ids).order_by("pk")
    for pk, action, changes in events.values_list("record_id", "action", "changes"):
        if action != "create" and changes.keys() & {*SAYS, "archived_at"}:
            edited.add(pk)
        said.setdefault(pk, {}).update({key: pair[1] for key, pair in changes.items()})
    fields = {key: CONSENT.field(key) for key in (*SAYS, "party")}
    codes = dict(Purpose.objects.values_list("pk", "code"))
    for entry in Consent.objects.filter(pk__in=ids).order_by("pk"):
        known = said.get(entry.pk)
        stands = {key: field.plain(field.read(entry)) for key, field in fields.items()}
        same = known is not None and all(_agree(known.get(key), value, codes) for key, value in stands.items())
        if not same or entry.pk in edited or entry.archived_at is not None:
            yield entry.pk


def _agree(said: Any, stands: Any, codes: Mapping[int, str]) -> bool:
    """Whether an Event says what stands there. Until purposes were records, it named them by their short name."""
    former = isinstance(said, str) and isinstance(stands, int) and said == codes.get(stands)
    return former or (said or "") == (stands or "")
