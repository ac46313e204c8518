"""Taking in a mail: once, with its people, conversation and files; the unreadable ones kept with the reason."""

from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from rapport.base import clock
from rapport.interactions.incoming import take
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.participant import Participant
from rapport.interactions.thread import Thread
from rapport.platform import access, actions, files
from rapport.platform.access import Actor
from rapport.platform.access.models import Grant
from rapport.platform.accounts.models import User
from rapport.platform.files.models import StoredFile
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_organisation, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mara() -> User:
    return make_user("Mara", roles=("sales",), email="mara@house.example")


@pytest.fixture
def actor(mara: User) -> Actor:
    return actor_as(mara)


def mail(number: int = 1, **headers: str) -> bytes:
    made = EmailMessage()
    values = {
        "From": "Ana Berg <ana@acme.example>",
        "To": "mara@house.example",
        "Cc": "stranger@else.example",
        "Subject": "Offer",
        "Date": "Mon, 02 Mar 2026 13:00:00 +0100",
        "Message-ID": f"<{number}@acme.example>",
    }
    for name, value in (values | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        if value:
            made[name] = value
    made.set_content("Please send an offer.")
    return made.as_bytes()


def test_a_mail_finds_its_sender_its_reader_and_keeps_strangers_as_addresses(actor: Actor, mara: User) -> None:
    ana = make_person("Ana Berg", email="ana@acme.example")
    taken = take(actor, mail(), "offer.eml").interaction
    assert (taken.kind, taken.direction, taken.customer_id, taken.subject) == ("email", "in", ana.pk, "Offer")
    rows = Participant.objects.filter(interaction=taken).order_by("pk").values_list("role", "party", "user", "address")
    assert list(rows) == [
        ("from", ana.pk, None, "ana@acme.example"),
        ("to", None, mara.pk, "mara@house.example"),
        ("cc", None, None, "stranger@else.example"),
    ]
    assert INTERACTION.field("people").read(taken) == [ana.pk]


def test_the_mail_is_kept_as_it_came(actor: Actor) -> None:
    taken = take(actor, mail(), "offer.eml").interaction
    stored = StoredFile.objects.get(pk=taken.original_id)
    assert stored.name == "offer.eml"
    with files.open_stored(stored) as stream:
        assert stream.read() == mail()


def test_our_own_mail_goes_out_and_belongs_to_whom_we_wrote(actor: Actor) -> None:
    ana = make_person(email="ana@acme.example")
    taken = take(actor, mail(From="Mara <mara@house.example>", To="ana@acme.example", Cc=""), "x").interaction
    assert (taken.direction, taken.customer_id) == ("out", ana.pk)
    within = take(actor, mail(2, From="mara@house.example", To="mara@house.example", Cc=""), "x").interaction
    assert within.direction == "internal"


def test_an_unknown_sender_is_known_by_the_firms_domain_but_not_by_a_free_mail_domain(actor: Actor) -> None:
    acme = make_organisation("Acme", domain="acme.example")
    make_organisation("Free", domain="gmail.com")
    assert take(actor, mail(), "x").interaction.customer_id == acme.pk
    assert take(actor, mail(2, From="who@gmail.com", Cc=""), "x").interaction.customer_id is None


def test_the_same_mail_is_taken_in_once(actor: Actor) -> None:
    first = take(actor, mail(), "x")
    again = take(actor, mail(), "x")
    assert (first.is_new, again.is_new, again.interaction) == (True, False, first.interaction)
    assert Interaction.objects.count() == 1


def test_answers_join_the_conversation_by_message_id_and_by_subject(actor: Actor) -> None:
    ana = make_person(email="ana@acme.example")
    first = take(actor, mail(), "x").interaction
    by_id = take(actor, mail(2, Subject="Other words", In_Reply_To="<1@acme.example>"), "x").interaction
    by_subject = take(actor, mail(3, Subject="AW: offer"), "x").interaction
    apart = take(actor, mail(4, Subject="Offer"), "x").interaction
    assert by_id.thread_id == by_subject.thread_id == first.thread_id
    assert apart.thread_id != first.thread_id
    assert Thread.objects.get(pk=first.thread_id or 0).customer_id == ana.pk


def test_our_answer_settles_the_reply_that_was_owed(actor: Actor) -> None:
    make_person(email="ana@acme.example")
    asked = take(actor, mail(Date="Mon, 02 Mar 2026 13:00:00 +0100"), "x").interaction
    with clock.freeze(datetime(2026, 3, 3, tzinfo=UTC)):
        answer = mail(
            2, From="mara@house.example", To="ana@acme.example", Cc="", Date="Mon, 02 Mar 2026 15:00:00 +0100"
        )
        take(actor, answer, "x")
    asked.refresh_from_db()
    assert asked.answered_at is not None


def test_attachments_hang_on_the_interaction_and_one_that_cannot_be_kept_is_named(actor: Actor) -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "ana@acme.example", "Files"
    made.set_content("see files")
    made.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="table.csv")
    taken = take(actor, made.as_bytes(), "x")
    assert [file.name for file in files.on_record(SYSTEM, taken.interaction)] == ["table.csv"]
    assert taken.problems == ()


def test_what_cannot_be_read_is_kept_with_the_reason_and_listed(actor: Actor) -> None:
    taken = take(actor, b"\x00\x01 no mail", "strange.eml")
    kept = Interaction.objects.get()
    assert "no mail" in kept.problem and taken.problems == (kept.problem,)
    with files.open_stored(StoredFile.objects.get(pk=kept.original_id)) as stream:
        assert stream.read() == b"\x00\x01 no mail"
    with pytest.raises(ValidationError):
        take(actor, b"", "empty.eml")


def test_a_mail_only_others_may_see_does_not_show_and_does_not_stop_ours() -> None:
    boss, clerk = make_user(roles=("sales",)), make_user(roles=("sales",))
    for act, scope in (("read", "own"), ("create", "all"), ("edit", "own")):
        Grant.objects.create(role=boss.roles.get(), object="interaction", action=act, scope=scope)
    access.rights_changed()
    take(actor_as(boss), mail(), "x")
    ours = take(actor_as(clerk), mail(), "x")
    assert ours.is_new and ours.interaction.message_id == ""


def test_an_automatic_answer_waits_for_nobody(actor: Actor) -> None:
    taken = take(actor, mail(Auto_Submitted="auto-replied"), "x").interaction
    assert not taken.is_owed_a_reply


def test_a_mail_is_filed_on_a_party_from_an_uploaded_file(actor: Actor) -> None:
    acme = make_organisation("Acme")
    stored = files.store(actor, BytesIO(mail()), "offer.eml")
    taken = actions.run(actor, registry.get("organisation"), acme, "take_mail", {"file": stored.pk})
    assert taken.customer_id == acme.pk
