"""Mails dropped on a record: filed as mails of it, each told of by itself, nothing lost."""

from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.interactions.interaction import Interaction
from rapport.interactions.participant import Participant
from rapport.platform import files
from rapport.platform.access import roles
from rapport.platform.files import filing
from tests.make import SYSTEM, make_interaction, make_person, make_user
from tests.make_sales import make_opportunity

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _roles() -> None:
    roles.install()


def mail(number: int = 1, attached: bytes = b"") -> bytes:
    made = EmailMessage()
    made["From"] = "Ines Falk <ines@nordlicht.example>"
    made["To"] = "mara@house.example"
    made["Subject"] = f"Offer {number}"
    made["Message-ID"] = f"<{number}@nordlicht.example>"
    made["Date"] = "Mon, 02 Nov 2026 09:00:00 +0100"
    made.set_content("Please send it again.")
    if attached:
        made.add_attachment(attached, maintype="application", subtype="pdf", filename="plan.pdf")
    return made.as_bytes()


def dropped(on: Any, raw: bytes, name: str = "offer.eml", actor: Any = SYSTEM) -> filing.Received:
    return filing.receive(actor, BytesIO(raw), name, on=on)


def make_deal(customer: Any) -> Any:
    return make_opportunity("Spindle", customer=customer)


def test_a_mail_dropped_on_a_customer_is_a_mail_of_theirs_with_people_and_attachments() -> None:
    ines = make_person("Ines Falk", email="ines@nordlicht.example")
    received = dropped(ines, mail(attached=b"%PDF-1.4 plan"))
    assert received.filed is not None
    assert received.file is None
    one = Interaction.objects.get(pk=received.filed.record.id)
    assert (one.kind, one.subject, one.customer_id) == ("email", "Offer 1", ines.pk)
    assert [file.name for file in files.on_record(SYSTEM, one)] == ["plan.pdf"]
    assert "1 attachment" in received.filed.words
    assert Participant.objects.filter(interaction=one, party=ines, role="from").exists()
    assert not files.on_record(SYSTEM, ines)


def test_on_a_deal_it_is_about_the_deal_and_the_customer_is_the_deals() -> None:
    ines = make_person("Ines Falk")
    deal = make_deal(ines)
    received = dropped(deal, mail())
    assert received.filed is not None
    one = Interaction.objects.get(pk=received.filed.record.id)
    assert (one.about_object, one.about_id, one.customer_id) == ("opportunity", deal.pk, ines.pk)


def test_dropped_again_it_is_the_same_and_learns_what_it_is_about() -> None:
    ines = make_person("Ines Falk")
    first = dropped(ines, mail())
    deal = make_deal(ines)
    again = dropped(deal, mail())
    assert first.filed is not None
    assert again.filed is not None
    assert again.filed.record == first.filed.record
    assert "before" in again.filed.words
    assert Interaction.objects.get().about_id == deal.pk


def test_one_that_is_no_mail_is_kept_as_a_file_with_the_reason() -> None:
    ines = make_person("Ines Falk")
    received = dropped(ines, b"\x00\x01 nothing of a mail", "broken.eml")
    assert received.filed is None
    assert "kept as a file" in received.problem
    assert [file.name for file in files.on_record(SYSTEM, ines)] == ["broken.eml"]
    assert not Interaction.objects.exists()


def test_on_a_contact_it_stays_a_file() -> None:
    note = make_interaction("note", customer=make_person("Ines Falk"))
    assert dropped(note, mail()).file is not None


def test_for_whoever_may_write_no_contacts_it_stays_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    ines = make_person("Ines Falk")
    rights = type(SYSTEM).may
    no = lambda self, obj, act: "none" if (obj.key, act) == ("interaction", "create") else rights(self, obj, act)  # noqa: E731
    monkeypatch.setattr(type(SYSTEM), "may", no)
    assert dropped(ines, mail(2)).file is not None


def test_several_at_once_are_told_of_one_by_one(client: Client) -> None:
    client.force_login(make_user(roles=("administrator",)))
    ines = make_person("Ines Falk")
    sent = [
        SimpleUploadedFile("one.eml", mail(1)),
        SimpleUploadedFile("broken.eml", b"\x00 no mail"),
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("two.eml", mail(2)),
        SimpleUploadedFile("plan.txt", b"plan"),
    ]
    answer = client.post(f"/people/{ines.pk}/files", {"files": sent}, headers=HX)
    told = answer.content.decode()
    assert answer.status_code == 200
    assert "broken.eml" in told
    assert "plan.txt" in told
    assert "empty.txt" in told
    assert '"filed": true' in answer.headers["HX-Trigger"]
    assert set(Interaction.objects.values_list("subject", flat=True)) == {"Offer 1", "Offer 2"}
    assert {file.name for file in files.on_record(SYSTEM, ines)} == {"broken.eml", "plan.txt"}


def test_without_a_script_the_page_comes_back_and_says_it(client: Client) -> None:
    client.force_login(make_user(roles=("administrator",)))
    ines = make_person("Ines Falk")
    answer = client.post(f"/people/{ines.pk}/files", {"file": SimpleUploadedFile("one.eml", mail(1))})
    assert answer.status_code in (302, 303)
    assert Interaction.objects.get().subject == "Offer 1"
