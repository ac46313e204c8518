"""Standing: what follows from the entries about consent, for a party, purpose and channel, now or on a past day.

The later word counts: an entry for a channel against one for every channel. A yes for every channel is the only one
that does not take back an earlier no to one of them. Silence is no consent; an objection ends what rests on a
legitimate interest; a contract or a law needs no consent and ends by no objection.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.parties.consent import ALL_CHANNELS, Consent
from rapport.parties.purpose import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BEGINNING = datetime.min.replace(tzinfo=UTC)
Spoken = tuple[int, int, str]  # party, purpose, channel


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether something may be done, and the entry that says so (None: nobody ever spoke of it)."""

    purpose: Purpose
    channel: str
    entry: Consent | None

    @property
    def is_allowed(self) -> bool:
        if not self.purpose.can_be_objected_to:
            return True
        if self.purpose.asks:
            return self.entry is not None and self.entry.state == "given"
        return self.entry is None or self.entry.state == "given"

    @property
    def reason(self) -> str:
        """Why it may not be; "" where it may."""
        if self.is_allowed:
            return ""
        if self.entry is None:
            return _("There is no consent to “{purpose}”.").format(purpose=self.purpose.name)
        words = _("They took back their consent to “{purpose}”.")
        if self.entry.state == "objected":
            words = _("They objected to “{purpose}”.")
        return words.format(purpose=self.purpose.name)


def standing(party_id: int, purpose: Purpose, channel: str, *, at: datetime | None = None) -> Standing:
    """What holds of one party (`at`: on that moment, of what is known today). One query."""
    return standings([party_id], purpose, channel, at=at)[party_id]


def standings(
    party_ids: Sequence[int], purpose: Purpose, channel: str, *, at: datetime | None = None
) -> dict[int, Standing]:
    """The same for many, in one query."""
    rows = Consent.objects.filter(party_id__in=party_ids, purpose=purpose, archived_at=None, at__lte=at or now())
    last = latest(rows.filter(channel__in=(channel, ALL_CHANNELS)))
    return {pk: Standing(purpose, channel, _deciding(last, pk, purpose.pk, channel)) for pk in dict.fromkeys(party_ids)}


def latest(rows: Iterable[Consent]) -> dict[Spoken, Consent]:
    """The last entry of each party, purpose and channel."""
    found: dict[Spoken, Consent] = {}
    for row in rows:
        key = (row.party_id or 0, row.purpose_id or 0, row.channel)
        if key not in found or _order(row) > _order(found[key]):
            found[key] = row
    return found


def _deciding(last: Mapping[Spoken, Consent], party: int, purpose: int, channel: str) -> Consent | None:
    own, every = (last.get((party, purpose, one)) for one in (channel, ALL_CHANNELS))
    if own is None or every is None:
        return own or every
    return every if every.state != "given" and _order(every) > _order(own) else own


def _order(entry: Consent) -> tuple[datetime, int]:
    return entry.at or BEGINNING, entry.pk


def all_of(party_id: int, *, at: datetime | None = None) -> list[Standing]:
    """What holds of one party for every purpose in use, and each channel that was spoken of. Two queries."""
    purposes = {one.pk: one for one in Purpose.objects.filter(archived_at=None, in_use=True).order_by("name")}
    rows = Consent.objects.filter(party_id=party_id, archived_at=None, at__lte=at or now()).select_related("purpose")
    last = latest(rows)
    purposes |= {row.purpose_id: row.purpose for row in last.values() if row.purpose_id and row.purpose}
    found = []
    for pk, purpose in purposes.items():
        spoken = sorted({channel for _party, one, channel in last if one == pk}) or [ALL_CHANNELS]
        found += [Standing(purpose, one, _deciding(last, party_id, pk, one)) for one in spoken]
    return found


def allows(party_id: int, purpose: Purpose, channel: str) -> bool:
    """Whether something may be done with this party through this channel."""
    return standing(party_id, purpose, channel).is_allowed
