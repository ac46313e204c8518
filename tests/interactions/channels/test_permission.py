"""To whom a mail may go: when it is written, and again right before it leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from rapport.base.clock import now
from rapport.interactions.interaction import Interaction
from rapport.parties.party import PARTY, Party
from rapport.parties.purpose import Purpose
from rapport.platform import actions
from rapport.platform.access import Actor
from rapport.platform.outbox import Effect, courier
from rapport.platform.privacy import suppression
from tests.make import SYSTEM, actor_as, make, make_person, make_purpose, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara() -> Actor:
    return actor_as(make_user("Mara Lind", roles=("owner",), email="mara@house.example"))


@pytest.fixture
def ana() -> Party:
    return make_person("Ana Berg", email="ana@acme.example")


def write(actor: Actor, party: Party, purpose: Purpose | None = None, **values: object) -> Interaction:
    given = {"subject": "Your roof", "body": "It fits.", "purpose": purpose.pk if purpose else None, **values}
    made: Interaction = actions.run(actor, PARTY, party, "write_mail", given)
    return made


def say(party: Party, purpose: Purpose, state: str, channel: str = "email") -> None:
    make("consent", party=party, purpose=purpose, state=state, channel=channel, source="fair")


def refused(actor: Actor, party: Party, purpose: Purpose | None = None, **values: object) -> str:
    with pytest.raises(ValidationError) as refusal:
        write(actor, party, purpose, **values)
    assert not Effect.objects.exists()
    return " ".join(refusal.value.messages)


def test_what_needs_consent_is_not_sent_without(mara: Actor, ana: Party) -> None:
    newsletter = make_purpose()
    assert refused(mara, ana, newsletter) == "Ana Berg: There is no consent to “Newsletter”."
    say(ana, newsletter, "given", "letter")
    assert "no consent" in refused(mara, ana, newsletter)
    say(ana, newsletter, "given")
    assert write(mara, ana, newsletter).delivery == "queued"


def test_a_no_to_every_channel_ends_a_yes_to_one(mara: Actor, ana: Party) -> None:
    newsletter = make_purpose()
    say(ana, newsletter, "given")
    say(ana, newsletter, "withdrawn", "any")
    assert "took back" in refused(mara, ana, newsletter)


def test_a_legitimate_interest_needs_no_yes_and_ends_by_a_no(mara: Actor, ana: Party) -> None:
    research, contract = make_purpose("Research", basis="interest"), make_purpose("Service", basis="contract")
    say(ana, research, "objected", "any")
    say(ana, contract, "objected", "any")
    assert "objected to “Research”" in refused(mara, ana, research)
    assert write(mara, ana, contract).delivery == "queued"
    assert write(mara, make_person("Bob", email="bob@acme.example"), research).delivery == "queued"


def test_one_persons_own_matter_needs_no_purpose(mara: Actor, ana: Party) -> None:
    say(ana, make_purpose(), "objected", "any")
    assert write(mara, ana).delivery == "queued"


def test_the_purpose_of_a_template_holds_for_what_is_written_with_it(mara: Actor, ana: Party) -> None:
    news = make("template", name="News", subject="News", body="News", purpose=make_purpose())
    assert "no consent" in refused(mara, ana, template=news.pk)


def test_nothing_goes_to_an_address_on_the_list_nor_to_a_copy(mara: Actor, ana: Party) -> None:
    suppression.suppress(SYSTEM, "ana@acme.example")
    assert "suppression list" in refused(mara, ana)
    bob = make_person("Bob", email="bob@acme.example")
    assert refused(mara, bob, cc="Ana@acme.example").startswith("Ana Berg: ")


def test_a_no_said_while_the_mail_waits_still_stops_it(mara: Actor, ana: Party) -> None:
    newsletter = make_purpose()
    say(ana, newsletter, "given")
    mail = write(mara, ana, newsletter)
    say(ana, newsletter, "withdrawn")
    Effect.objects.update(not_before=now() - timedelta(seconds=1))
    assert courier.carry_all() == 1
    mail.refresh_from_db()
    assert (mail.delivery, Effect.objects.get().state) == ("failed", "failed")
    assert "took back" in mail.problem


def test_nothing_leaves_about_somebody_restricted(mara: Actor, ana: Party) -> None:
    mail = write(mara, ana)
    actions.run(mara, PARTY, ana, "restrict", {"reason": "contested"})
    Effect.objects.update(not_before=now() - timedelta(seconds=1))
    courier.carry_all()
    mail.refresh_from_db()
    assert mail.delivery == "failed" and "restricted" in mail.problem
    with pytest.raises(ValidationError, match="restricted"):
        write(mara, ana)
