"""Mails: written to people, sent through a real server, taken back, answered, and honest about what became of them."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rapport.base.clock import now
from rapport.config.catcher import Catcher
from rapport.interactions.incoming import take
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import PARTY, Party
from rapport.platform import actions, files, records
from rapport.platform.access import Actor, NotFound, administer
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.outbox import Effect, courier
from tests.make import (
    SYSTEM,
    actor_as,
    make,
    make_contact_point,
    make_interaction,
    make_organisation,
    make_person,
    make_user,
)
from tests.platform.mail.bad_server import Script, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def catcher(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.CAUGHT_MAIL = tmp_path / "caught"  # type: ignore[attr-defined]  # Django's own fixture
    server = Catcher(tmp_path / "caught")
    server.start()
    yield tmp_path / "caught"
    server.stop()


@pytest.fixture
def mara() -> Actor:
    return actor_as(make_user("Mara Lind", roles=("sales_manager",), email="mara@house.example"))


@pytest.fixture
def ana() -> Party:
    return make_person("Ana Berg", email="ana@acme.example")


def write(actor: Actor, party: Party, **values: object) -> Interaction:
    given = {"subject": "Your roof", "body": "Hello {{ party.greeting }},\n\nit fits.", **values}
    found: Interaction = actions.run(actor, PARTY, party, "write_mail", given)
    return found


def send_now() -> int:
    Effect.objects.filter(state="queued").update(not_before=now() - timedelta(seconds=1))
    return courier.carry_all()


def caught(folder: Path) -> list[tuple[dict[str, object], email.message.EmailMessage]]:
    return [
        (
            json.loads(path.with_suffix(".json").read_text()),
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default),
        )
        for path in sorted(folder.glob("*.eml"))
    ]


def fresh(mail: Interaction) -> Interaction:
    return Interaction.objects.get(pk=mail.pk)


def test_a_mail_is_written_sent_and_says_so(mara: Actor, ana: Party, catcher: Path) -> None:
    mail = write(mara, ana)
    assert (mail.delivery, mail.done_at, mail.body) == ("queued", None, "Hello Ana,\n\nit fits.")
    assert mail.occurred_at is not None
    assert mail.occurred_at > now()
    assert courier.carry_all() == 0  # twenty seconds to take it back
    assert send_now() == 1
    ((envelope, message),) = caught(catcher)
    assert envelope == {"from": "mara@house.example", "to": ["ana@acme.example"]}
    assert message["From"] == "Mara Lind <mara@house.example>"
    assert message["Message-ID"] == mail.message_id
    told = fresh(mail)
    assert (told.delivery, told.problem) == ("sent", "")
    assert told.done_at is not None
    kinds = list(
        Event.objects.filter(object="interaction", record_id=mail.pk).order_by("id").values_list("kind", flat=True)
    )
    assert kinds == ["interaction.created", "interaction.queued", "interaction.sent"]


def test_a_mail_can_be_taken_back_changed_and_sent(mara: Actor, ana: Party, catcher: Path) -> None:
    mail = write(mara, ana)
    actions.run(mara, INTERACTION, mail.pk, "take_back", {})
    assert fresh(mail).delivery == "draft"
    assert send_now() == 0
    actions.run(mara, INTERACTION, mail.pk, "send", {})
    assert send_now() == 1
    assert [str(message["To"]) for _envelope, message in caught(catcher)] == ["Ana Berg <ana@acme.example>"]
    assert fresh(mail).delivery == "sent"
    with pytest.raises(ValidationError):
        actions.run(mara, INTERACTION, mail.pk, "take_back", {})


def test_a_mail_leaves_at_its_moment(mara: Actor, ana: Party, catcher: Path) -> None:
    later = now() + timedelta(hours=3)
    mail = write(mara, ana, send_at=later)
    assert Effect.objects.get().not_before == later
    assert fresh(mail).occurred_at == later
    with pytest.raises(ValidationError, match="passed"):
        write(mara, ana, send_at=now() - timedelta(minutes=1))


def test_who_has_no_address_that_works_is_named(mara: Actor) -> None:
    bob = make_person("Bob Stone", email="bob@acme.example")
    ContactPoint.objects.filter(party=bob).update(state="bounced")
    with pytest.raises(ValidationError, match="Bob Stone"):
        write(mara, bob)
    assert Interaction.objects.count() == 0


def test_an_address_of_somebody_who_does_not_want_it_is_not_used(mara: Actor, ana: Party, catcher: Path) -> None:
    make_contact_point(ana, "home@ana.example")
    ContactPoint.objects.filter(value="ana@acme.example").update(state="opted_out")
    write(mara, ana)
    send_now()
    assert [envelope["to"] for envelope, _message in caught(catcher)] == [["home@ana.example"]]


def test_a_place_without_words_is_refused_before_anything_is_written(mara: Actor, ana: Party) -> None:
    with pytest.raises(ValidationError, match=r"party\.parent"):
        write(mara, ana, body="Dear {{ party.parent.name }}")
    assert Interaction.objects.count() == 0
    assert write(mara, ana, body='Dear {{ party.parent.name|default:"customer" }}').body == "Dear customer"


def test_a_template_fills_what_is_empty(mara: Actor, ana: Party) -> None:
    made = make("template", name="Thanks", subject="Thank you", body="Dear {{ party.greeting }}")
    mail = write(mara, ana, subject="", body="", template=made.pk)
    assert (mail.subject, mail.body) == ("Thank you", "Dear Ana")


def test_files_and_copies_go_along(mara: Actor, ana: Party, catcher: Path) -> None:
    stored = files.store(mara, BytesIO(b"plan"), "plan.txt")
    mail = write(mara, ana, attachment=stored.pk, cc="boss@acme.example; x@y.example")
    send_now()
    ((envelope, message),) = caught(catcher)
    assert envelope["to"] == ["ana@acme.example", "boss@acme.example", "x@y.example"]
    assert [part.get_content().strip() for part in message.iter_attachments()] == ["plan"]
    assert [one.name for one in files.on_record(mara, mail)] == ["plan.txt"]
    with pytest.raises(ValidationError):
        write(mara, ana, cc="nonsense")


def test_sender_addresses_are_for_whom_they_are_for(mara: Actor, ana: Party, catcher: Path) -> None:
    shared = make("sender_address", address="info@house.example", name="House", for_all=True, signature="House Ltd")
    others = make("sender_address", address="boss@house.example")
    mail = write(mara, ana, sender=shared.pk)
    assert mail.body.endswith("\n\n-- \nHouse Ltd")
    send_now()
    assert str(caught(catcher)[0][1]["From"]) == "House <info@house.example>"
    with pytest.raises(ValidationError, match="may not write from"):
        write(mara, ana, sender=others.pk)


def test_an_answer_stays_in_the_conversation(mara: Actor, ana: Party, catcher: Path) -> None:
    head = b"From: Ana Berg <ana@acme.example>\r\nTo: mara@house.example\r\nSubject: Roof\r\n"
    raw = head + b"Message-ID: <q1@acme.example>\r\n\r\nDoes it fit?"
    asked = take(mara, raw, "q.eml").interaction
    mail = actions.run(mara, INTERACTION, asked.pk, "answer", {"body": "Yes."})
    assert (mail.thread_id, mail.subject, mail.customer_id) == (asked.thread_id, "Re: Roof", ana.pk)
    send_now()
    ((_envelope, message),) = caught(catcher)
    assert message["In-Reply-To"] == "<q1@acme.example>"
    assert fresh(asked).answered_at is not None
    reply = (
        f"From: ana@acme.example\r\nTo: mara@house.example\r\nSubject: Re: Roof\r\nMessage-ID: <q2@acme.example>\r\n"
        f"In-Reply-To: {mail.message_id}\r\n\r\nThanks"
    )
    assert take(mara, reply.encode(), "r.eml").interaction.thread_id == asked.thread_id


def use(settings: object, script: Script) -> None:
    settings.MAIL_URL = f"smtp+plain://127.0.0.1:{script.port}"  # type: ignore[attr-defined]  # Django's own fixture


def test_an_address_that_does_not_exist_is_marked(mara: Actor, ana: Party, settings: object) -> None:
    with serving(Script(replies={"rcpt": "550 no such user"})) as script:
        use(settings, script)
        mail = write(mara, ana)
        send_now()
    told = fresh(mail)
    assert told.delivery == "failed"
    assert "550 no such user" in told.problem
    assert told.done_at is None


def test_of_several_addresses_those_not_taken_are_said_marked_and_tried_again(
    mara: Actor, ana: Party, settings: object
) -> None:
    full = make_person("Full Box", email="full@acme.example")
    gone = make_person("Gone", email="gone@acme.example")
    refuse = {"full@acme.example": "452 mailbox full", "gone@acme.example": "550 no such user"}
    with serving(Script(refuse=refuse)) as script:
        use(settings, script)
        mail = write(mara, ana, to=[ana.pk, full.pk, gone.pk])
        send_now()
        assert fresh(mail).delivery == "sent"
        assert fresh(mail).problem == "Not taken: gone@acme.example: 550 no such user"
        assert ContactPoint.objects.get(value="gone@acme.example").state == "bounced"
        script.refuse.clear()
        script.recipients.clear()
        assert send_now() == 1
        assert script.recipients == ["full@acme.example"]
    assert fresh(mail).delivery == "sent"


def test_an_unclear_outcome_is_said_and_a_person_decides(mara: Actor, ana: Party, settings: object) -> None:
    with serving(Script(replies={"dot": ""})) as script:
        use(settings, script)
        mail = write(mara, ana)
        send_now()
        assert fresh(mail).delivery == "uncertain"
        assert send_now() == 0
        script.replies.clear()
        actions.run(mara, INTERACTION, mail.pk, "send_again", {})
        assert fresh(mail).delivery == "queued"
        send_now()
        assert fresh(mail).delivery == "sent"
        first, second = script.taken
        assert first == second  # the same mail, byte for byte


def test_without_a_server_it_says_so_and_writes_nothing(mara: Actor, ana: Party, settings: object) -> None:
    settings.CATCH_MAIL = False  # type: ignore[attr-defined]  # Django's own fixture
    with pytest.raises(ValidationError, match="RAPPORT_MAIL_URL"):
        write(mara, ana)
    assert Interaction.objects.count() == 0
    assert Effect.objects.count() == 0


def test_who_may_not_see_a_customer_cannot_write_to_them(ana: Party) -> None:
    with pytest.raises((NotFound, ValidationError)):
        write(actor_as("nobody"), ana)


def test_a_logged_mail_is_no_mail_to_send(mara: Actor, ana: Party) -> None:
    logged = make_interaction("email", direction="out", customer=ana, people=[ana])
    with pytest.raises(ValidationError):
        actions.run(mara, INTERACTION, logged.pk, "send", {})


def test_people_of_a_firm_are_written_to_at_their_own_addresses(mara: Actor, ana: Party, catcher: Path) -> None:
    firm = make_organisation("Acme", email="info@acme.example")
    mail = write(mara, firm, to=[ana.pk], body="Hello")
    send_now()
    assert [envelope["to"] for envelope, _message in caught(catcher)] == [["ana@acme.example"]]
    assert mail.customer_id == firm.pk
    assert list(Participant.objects.filter(interaction=mail, role="to").values_list("party_id", flat=True)) == [ana.pk]
    assert SYSTEM.may(INTERACTION, "read") == "all"


def lose_role(user: Any) -> None:
    administer.change_roles(SYSTEM, user.pk, take=["sales_manager"])


LOSSES: dict[str, Callable[[Any, Any], object]] = {
    "the account": lambda user, _address: records.update(SYSTEM, user, {"is_active": False}),
    "the role": lambda user, _address: lose_role(user),
    "the address": lambda _user, address: records.update(SYSTEM, address, {"owner": make_user("Other").pk}),
}


@pytest.mark.parametrize("lost", LOSSES)
def test_a_mail_that_waits_stays_here_once_its_writer_may_not_send_it(ana: Party, catcher: Path, lost: str) -> None:
    make_user("Olga", roles=("owner",))
    user = make_user("Mara Lind", roles=("sales_manager",), email="mara@house.example")
    address = records.create(
        SYSTEM, registry.get("sender_address"), {"address": "mara@acme.example", "owner": user.pk, "name": "Mara"}
    )
    mail = write(actor_as(user), ana, sender=address.pk)
    LOSSES[lost](user, address)
    assert send_now() == 1
    assert caught(catcher) == []
    assert fresh(mail).delivery == "failed"
    assert "may not" in fresh(mail).problem
