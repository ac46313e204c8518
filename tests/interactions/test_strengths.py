"""Strength of relationships follows the contacts both ends took part in."""

from datetime import UTC, datetime, timedelta

import pytest

from rapport.base import clock
from rapport.interactions import strengths
from rapport.interactions.participant import Participant
from rapport.parties.relationship import Relationship
from rapport.platform.events.models import Event
from tests.make import make_interaction, make_organisation, make_person, make_relationship, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_contacts_make_a_relationship_with_one_of_us_stronger_and_silence_lets_it_fade() -> None:
    ana, mara, jo = make_person(), make_user(), make_user()
    ours = make_relationship("contact", ana, mara)
    other = make_relationship("contact", ana, jo)
    with clock.freeze(NOON):
        for days in range(0, 90, 10):
            make_interaction(
                "call",
                customer=ana,
                people=[ana],
                colleagues=[mara],
                direction="out",
                occurred_at=NOON - timedelta(days),
            )
        strengths.compute([ana.pk])
    strong = Relationship.objects.get(pk=ours.pk).strength or 0
    assert strong > 60
    assert Relationship.objects.get(pk=other.pk).strength == 0
    with clock.freeze(NOON + timedelta(days=200)):
        strengths.compute([ana.pk])
    assert 0 < (Relationship.objects.get(pk=ours.pk).strength or 0) < strong / 2


def test_mails_count_by_who_wrote_them() -> None:
    ana, mara = make_person(), make_user()
    make_relationship("contact", ana, mara)
    with clock.freeze(NOON):
        for days in range(20):
            make_interaction("email", customer=ana, owner=mara, direction="out", occurred_at=NOON - timedelta(days))
        strengths.compute([ana.pk])
        one_sided = Relationship.objects.get().strength or 0
        for days in range(20):
            make_interaction("email", customer=ana, owner=mara, direction="in", occurred_at=NOON - timedelta(days))
        strengths.compute([ana.pk])
    assert one_sided < 20 < 80 < (Relationship.objects.get().strength or 0)


def test_notes_and_plans_are_no_contact() -> None:
    ana, mara = make_person(), make_user()
    make_relationship("contact", ana, mara)
    with clock.freeze(NOON):
        make_interaction("note", customer=ana, owner=mara, occurred_at=NOON)
        make_interaction("meeting", customer=ana, owner=mara, occurred_at=NOON + timedelta(days=1))
        strengths.compute([ana.pk])
    assert Relationship.objects.get().strength == 0


def test_two_parties_grow_closer_by_contacts_both_took_part_in() -> None:
    ana, acme = make_person(), make_organisation()
    make_relationship("advises", ana, acme)
    with clock.freeze(NOON):
        meeting = make_interaction("meeting", customer=acme, people=[ana], occurred_at=NOON - timedelta(days=1))
        event = Event.objects.get(object="interaction", record_id=meeting.pk)
        strengths.compute_after_contact(event)
    assert (Relationship.objects.get().strength or 0) > 20
    assert Participant.objects.filter(interaction=meeting, party=ana).exists()


def test_who_of_us_knows_a_party_is_ranked() -> None:
    ana, mara, jo = make_person(), make_user(), make_user()
    with clock.freeze(NOON):
        for who, times in ((mara, 6), (jo, 2)):
            for number in range(times):
                make_interaction("call", customer=ana, colleagues=[who], occurred_at=NOON - timedelta(days=number))
        assert [user for user, _strength in strengths.who_knows(ana.pk)] == [mara.pk, jo.pk]
