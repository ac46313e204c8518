"""Which entries about consent hold now: kept beside them, for lists and filters; proved by `rapport check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.parties.consent import ALL_CHANNELS, Consent
from rapport.parties.consequence import chunks
from rapport.parties.party import Party
from rapport.parties.standing import latest
from rapport.platform import derived
from rapport.platform.derived import Derived
from rapport.platform.records.changes import Change, projection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapport.platform.access import Actor


@projection("consent")
def follow(actor: Actor, changes: Sequence[Change]) -> None:
    """A new word ends the one before it."""
    mark({change.record.party_id for change in changes if change.record.party_id})


@derived.provider
def holding() -> Iterator[Derived]:
    """The mark, against the entries themselves."""
    yield Derived("which consents hold", deviating, repair)


def mark(party_ids: set[int]) -> None:
    """Say of each entry of these parties whether it holds."""
    # Two people who write down two words of one party at once: the later one sees the earlier.
    list(Party.objects.select_for_update(of=("self",)).filter(pk__in=party_ids).order_by("pk").values_list("pk"))
    rows = Consent.objects.filter(party_id__in=party_ids)
    held = _held(list(rows))
    rows.filter(current=True).exclude(pk__in=held).update(current=False)
    rows.filter(pk__in=held, current=False).update(current=True)


def deviating() -> list[int]:
    """Ids of entries marked wrongly."""
    found: list[int] = []
    for some in chunks(Consent.objects.order_by("party_id").values_list("party_id", flat=True).distinct()):
        rows = list(Consent.objects.filter(party_id__in=some))
        held = _held(rows)
        found += [row.pk for row in rows if row.current != (row.pk in held)]
    return found


def repair(ids: Sequence[int]) -> None:
    """Mark them anew."""
    for some in chunks(ids):
        mark(set(Consent.objects.filter(pk__in=some).values_list("party_id", flat=True)) - {None})


def _held(rows: Sequence[Consent]) -> set[int]:
    """The last entry of each party, purpose and channel; a later no to every channel ends those for single ones."""
    last = latest(row for row in rows if row.archived_at is None)
    ended: dict[tuple[int, int], Consent] = {
        (party, purpose): row
        for (party, purpose, channel), row in last.items()
        if channel == ALL_CHANNELS and row.state != "given"
    }
    held = set()
    for (party, purpose, _channel), row in last.items():
        end = ended.get((party, purpose))
        if end is None or (row.at, row.pk) >= (end.at, end.pk):
            held.add(row.pk)
    return held
