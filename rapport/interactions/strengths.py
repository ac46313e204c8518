"""Strength of relationships from the interactions both ends took part in; see `parties.strength` for the formula.

A reaction computes it anew for everybody who took part in a contact that was written; a job does so, a few hundred
at a time, for what was not looked at for a day, because strength fades by itself. The number is derived: it is written
without an Event and without a new version.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import F, Q

from rapport.base.clock import now
from rapport.interactions.channel import channel
from rapport.interactions.interaction import Interaction
from rapport.interactions.participant import Participant
from rapport.parties.consequence import chunks
from rapport.parties.relationship import Relationship
from rapport.parties.strength import Direction, Exchange, strength
from rapport.platform import records
from rapport.platform.events.reactions import on
from rapport.platform.fields import DateTime
from rapport.platform.jobs import job
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.events.models import Event
    from rapport.platform.jobs import Run

# Older exchanges weigh under half a per cent.
WINDOW = timedelta(days=730)
# The latest contacts of a party tell enough; a call centre's thousands would say the same.
MOST = 400
AT = DateTime("at")
# Points by which two days without a contact change a strength at most.
FADES = 5
# About a second of writing: on SQLite a job keeps other writers out.
AT_ONCE = 300


class Contact(NamedTuple):
    """One contact of a party: who of us and which other parties took part, and who wrote."""

    id: int
    at: datetime
    kind: str
    direction: str
    customer: int | None
    owner: int | None


class Part(NamedTuple):
    """A party or one of us who took part in a contact."""

    party_id: int | None
    user_id: int | None
    role: str


# Those who took part, by interaction.
Parts = dict[int, list[Part]]

# The latest contacts in which a party took part, a row for everybody who took part in them (one where nobody did).
# Found by id first: over both roads at once PostgreSQL would walk the whole table. Bound: party, party, day, limit.
CONTACTS = """
SELECT i.id, i.occurred_at, i.kind, i.direction, i.customer_id, i.owner_id, p.party_id, p.user_id, p.role
FROM (
    SELECT id, occurred_at, kind, direction, customer_id, owner_id FROM {interaction}
    WHERE id IN (
        SELECT id FROM {interaction} WHERE customer_id = %s
        UNION SELECT interaction_id FROM {participant} WHERE party_id = %s
    ) AND archived_at IS NULL AND done_at IS NOT NULL AND kind <> 'note' AND occurred_at >= %s
    ORDER BY occurred_at DESC, id DESC LIMIT %s
) i LEFT JOIN {participant} p ON p.interaction_id = i.id
ORDER BY i.occurred_at DESC, i.id DESC, p.id
"""


def contacts_of(party_id: int) -> tuple[list[Contact], Parts]:
    """The latest contacts in which a party took part, and all who took part in them. One query."""
    tables = {"interaction": Interaction._meta.db_table, "participant": Participant._meta.db_table}
    since = connection.ops.adapt_datetimefield_value(now() - WINDOW)
    contacts: dict[int, Contact] = {}
    parts: Parts = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS.format(**tables), [party_id, party_id, since, MOST])
        for pk, at, kind, direction, customer, owner, party, user, role in cursor.fetchall():
            if pk not in contacts:
                contacts[pk] = Contact(pk, AT.from_row(at), kind, direction, customer, owner)  # type: ignore[arg-type]  # never NULL
            if role is not None:
                parts[pk].append(Part(party, user, role))
    return list(contacts.values()), parts


def with_colleague(contacts: Iterable[Contact], parts: Parts, user_id: int) -> Iterator[Exchange]:
    """Exchanges of the party with one of us: those the colleague took part in, or owns where nobody of us is named."""
    for one in contacts:
        named: set[int | None] = {part.user_id for part in parts[one.id] if part.user_id is not None}
        ours = named or {one.owner}
        if user_id in ours and one.direction != "internal":
            yield _exchange(one, "out" if one.direction == "out" else "in")


def with_party(contacts: Iterable[Contact], parts: Parts, party_id: int, other_id: int) -> Iterator[Exchange]:
    """Exchanges between two parties: contacts both took part in; who wrote to whom where that is known."""
    for one in contacts:
        there: dict[int | None, str] = {part.party_id: part.role for part in parts[one.id] if part.party_id is not None}
        there.setdefault(one.customer, "attendee")
        if other_id in there:
            wrote = {"from": "out"}.get(there.get(party_id, ""), "in" if there[other_id] == "from" else "both")
            yield _exchange(one, wrote)


def _exchange(one: Contact, direction: str) -> Exchange:
    known = channel(one.kind)
    way: Direction = "both" if known.live or direction == "both" else "out" if direction == "out" else "in"
    return Exchange(way, (now() - one.at).total_seconds() / 86_400, known.weight)


def who_knows(party_id: int) -> list[tuple[int, int]]:
    """(user id, strength) of those of us who are in touch with a party, the strongest first."""
    contacts, parts = contacts_of(party_id)
    ours = {part.user_id for rows in parts.values() for part in rows if part.user_id} | {one.owner for one in contacts}
    found = [(pk, strength(with_colleague(contacts, parts, pk))) for pk in ours if pk is not None]
    return sorted([row for row in found if row[1] > 0], key=lambda row: (-row[1], row[0]))


def compute(party_ids: Iterable[int]) -> int:
    """Compute every relationship of these parties anew; how many changed."""
    changed = 0
    for party_id in dict.fromkeys(party_ids):
        for one, found in _computed(party_id):
            changed += found != one.strength
            Relationship.objects.filter(pk=one.pk).update(strength=found, strength_at=now())
            records.derived(registry.get("relationship"), ("strength", "strength_at"), [one.pk])
    return changed


def _computed(party_id: int) -> Iterator[tuple[Relationship, int]]:
    """The relationships of a party, each with what its strength is now."""
    relationships = list(Relationship.objects.filter(party_id=party_id, archived_at=None))
    contacts, parts = contacts_of(party_id) if relationships else ([], {})
    for one in relationships:
        if one.colleague_id is not None:
            yield one, strength(with_colleague(contacts, parts, one.colleague_id))
        else:
            yield one, strength(with_party(contacts, parts, party_id, one.other_id or 0))


def deviating() -> list[int]:
    """Ids of relationships whose strength is further from what it is now than two days of fading explain."""
    parties = Relationship.objects.filter(archived_at=None).order_by("party_id").values_list("party_id", flat=True)
    return [
        one.pk
        for party_id in parties.distinct().iterator(chunk_size=2_000)
        for one, found in _computed(party_id)
        if abs((one.strength or 0) - found) > FADES
    ]


def repair(ids: Sequence[int]) -> None:
    """Compute these relationships anew."""
    for some in chunks(ids):
        compute(Relationship.objects.filter(pk__in=some).values_list("party_id", flat=True))


@on("interaction.*")
def compute_after_contact(event: Event) -> None:
    """Whoever took part is a little closer, or no longer."""
    took = Participant.objects.filter(interaction_id=event.record_id, party__isnull=False)
    ids = set(took.values_list("party_id", flat=True)) | ({event.party_id} if event.party_id else set())
    others = Relationship.objects.filter(other_id__in=ids, archived_at=None).values_list("party_id", flat=True)
    compute(pk for pk in {*ids, *others} if pk is not None)


@job("relationship.strength", every=timedelta(minutes=30))
def fade(actor: Actor, run: Run) -> None:
    """Compute what was not looked at for a day, the longest unseen first."""
    old = Q(strength_at=None) | Q(strength_at__lt=now() - timedelta(hours=20))
    stale = Relationship.objects.filter(old, archived_at=None)
    ids = stale.order_by(F("strength_at").asc(nulls_first=True), "pk").values_list("party_id", flat=True)
    compute(pk for pk in ids[:AT_ONCE] if pk is not None)
