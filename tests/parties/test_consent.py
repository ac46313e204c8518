"""Consent on any day, by purpose and channel; which entries hold now; the words that are never changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.parties import holding
from rapport.parties.consent import Consent
from rapport.parties.party import PARTY, Party
from rapport.parties.purpose import PURPOSE, WORDING, Purpose
from rapport.parties.standing import all_of, standing
from rapport.platform import query, records
from tests.make import SYSTEM, actor_as, make, make_person, make_purpose

pytestmark = pytest.mark.django_db


def on(day: int) -> datetime:
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def say(party: Party, purpose: Purpose, state: str, channel: str, day: int) -> Consent:
    made: Consent = make("consent", party=party, purpose=purpose, state=state, channel=channel, at=on(day))
    return made


@pytest.fixture
def newsletter() -> Purpose:
    return make_purpose()


@pytest.fixture
def ana() -> Party:
    return make_person()


def test_what_held_on_a_day_is_what_was_said_until_then(ana: Party, newsletter: Purpose) -> None:
    say(ana, newsletter, "given", "email", 2)
    say(ana, newsletter, "withdrawn", "any", 5)
    say(ana, newsletter, "given", "email", 9)
    held = {day: standing(ana.pk, newsletter, "email", at=on(day)).is_allowed for day in (1, 3, 6, 10)}
    assert held == {1: False, 3: True, 6: False, 10: True}
    assert [(one.channel, one.is_allowed) for one in all_of(ana.pk, at=on(6))] == [("any", False), ("email", False)]


def test_a_general_yes_does_not_take_back_a_no_to_one_channel(ana: Party, newsletter: Purpose) -> None:
    say(ana, newsletter, "withdrawn", "phone", 2)
    say(ana, newsletter, "given", "any", 5)
    assert not standing(ana.pk, newsletter, "phone").is_allowed
    assert standing(ana.pk, newsletter, "email").is_allowed


def test_what_holds_is_marked_found_by_a_query_and_proved(ana: Party, newsletter: Purpose) -> None:
    bob = make_person()
    old, email = say(ana, newsletter, "given", "any", 2), say(ana, newsletter, "given", "email", 3)
    say(bob, newsletter, "given", "email", 2)
    end = say(bob, newsletter, "objected", "any", 4)
    assert set(Consent.objects.filter(current=True)) == {old, email, end}
    asked = "any consents where purpose = Newsletter and channel = email and state = given and current"
    assert query.ids(SYSTEM, query.plan(SYSTEM, PARTY, asked)) == [ana.pk]
    Consent.objects.filter(pk=email.pk).update(current=False)
    assert holding.deviating() == [email.pk]
    holding.repair([email.pk])
    assert holding.deviating() == []


def test_an_entry_keeps_the_very_words_of_its_version(ana: Party, newsletter: Purpose) -> None:
    first = make("wording", purpose=newsletter, text="I want news.", language="en")
    second = make("wording", purpose=newsletter, text="I want news by mail.", language="en")
    assert (first.edition, second.edition) == (1, 2)
    entry = make("consent", party=ana, purpose=newsletter, state="given", edition=first)
    assert (entry.wording, entry.basis) == ("I want news.", "consent")
    with pytest.raises(ValidationError, match="next version"):
        records.update(SYSTEM, first, {"text": "I want everything."})
    with pytest.raises(ValidationError, match="another purpose"):
        make("consent", party=ana, purpose=make_purpose("Other"), state="given", edition=first)


def test_only_who_handles_privacy_says_what_may_be_done(newsletter: Purpose) -> None:
    sales = actor_as("sales_manager")
    for obj, values in ((PURPOSE, {"name": "X", "basis": "law"}), (WORDING, {"purpose": newsletter.pk, "text": "x"})):
        with pytest.raises(PermissionDenied):
            records.create(sales, obj, values)
    with pytest.raises(PermissionDenied):
        records.update(sales, newsletter, {"basis": "law"})
    with pytest.raises(ValidationError, match="of this name"):
        make("purpose", name="newsletter")
