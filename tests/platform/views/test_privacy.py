"""The privacy page of somebody and of the house: who may, what it shows, giving out, restricting, erasing."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from rapport.parties.party import Party
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.audit.models import AuditEntry
from rapport.platform.jobs import queue
from rapport.platform.jobs.run import perform
from rapport.platform.privacy.models import Erasure, Suppressed
from tests.make import make, make_organisation, make_person, make_purpose, make_user
from tests.platform.views.pages import links, signed_in, text, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return signed_in()


def officer() -> Client:
    """Somebody of sales who was given privacy and nothing else."""
    user = make_user(roles=("sales",))
    role = Role.objects.create(key="officer", name="Officer")
    Grant.objects.create(role=role, object="privacy", action="read", scope="all")
    role.users.add(user)
    rights_changed()
    return signed_in(user=user)


def test_it_is_for_who_handles_privacy() -> None:
    ana = make_person()
    sales, given = signed_in("sales"), officer()
    for path in (f"/people/{ana.pk}/privacy", "/settings/privacy", "/settings/privacy/erasures"):
        assert sales.get(path).status_code == 403, path
        assert given.get(path).status_code == 200, path
    assert sales.post(f"/people/{ana.pk}/privacy/bundle").status_code == 403
    assert f"/people/{ana.pk}/privacy" not in links(sales.get(f"/people/{ana.pk}"))
    assert f"/people/{ana.pk}/privacy" in links(given.get(f"/people/{ana.pk}"))


def test_the_page_says_what_is_held_allowed_and_asked(owner: Client) -> None:
    ana = make_person("Ana Berg")
    make("consent", party=ana, purpose=make_purpose(), state="given", source="fair", channel="email")
    make("privacy_request", party=ana, kind="access")
    make_purpose("Research", basis="interest")
    read = words(owner.get(f"/people/{ana.pk}/privacy"))
    assert "Newsletter" in read and "allowed" in read and "fair" in read
    assert "P-0001" in read and "Research" in read
    before = words(owner.get(f"/people/{ana.pk}/privacy?on=2020-01-01"))
    assert "There is no consent to “Newsletter”." in before and "fair" not in before
    assert owner.get(f"/people/{ana.pk}/privacy?on=nonsense").status_code == 200


def test_only_somebody_whose_data_it_is_has_one(owner: Client) -> None:
    task = make("task", subject="x")
    assert owner.get(f"/tasks/{task.pk}/privacy").status_code == 404


def test_everything_is_given_out_as_one_file_and_the_trail_knows(owner: Client) -> None:
    ana, other = make_person("Ana Berg"), make_organisation("Nobodys Firm")
    answer = owner.post(f"/people/{ana.pk}/privacy/bundle")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]  # a FileResponse
        told = archive.read("data.html").decode()
    assert "Ana Berg" in told and other.name not in told
    assert AuditEntry.objects.filter(kind="bundled", object="party", record_id=ana.pk).count() == 1


def test_an_erasure_needs_a_reason_and_a_yes_and_ends_in_a_receipt(owner: Client) -> None:
    ana = make_person("Ana Berg", email="ana@acme.example")
    request = make("privacy_request", party=ana, kind="erasure")
    url = f"/people/{ana.pk}/privacy/erase"
    assert owner.post(url, {"reason": "Art. 17"}).status_code == 422
    assert not Erasure.objects.exists()
    sent = owner.post(url, {"reason": "Art. 17", "sure": "yes"})
    asked = Erasure.objects.get()
    assert sent.headers["Location"].endswith(f"/settings/privacy/erasures/{asked.uid}")
    assert "waits for the worker" in words(owner.get(sent.headers["Location"]))
    while (job := queue.claim("test")) is not None:
        perform(job)
    read = words(owner.get(sent.headers["Location"]))
    assert "records emptied" in read and "Art. 17" in read
    assert "Ana" not in text(owner.get(f"/people/{ana.pk}"))
    assert Party.objects.get(pk=ana.pk).name == "Erased"
    from rapport.parties.privacy_request import answered_by_erasure
    from rapport.platform.events.models import Event

    answered_by_erasure(Event.objects.get(kind="party.erased"))
    request.refresh_from_db()
    assert (request.state, request.receipt) == ("answered", str(asked.uid))


def test_somebody_who_signed_in_long_ago_proves_it_again(owner: Client, settings: object) -> None:
    ana = make_person()
    session = owner.session
    session["proved"] = 0
    session.save()
    answer = owner.post(f"/people/{ana.pk}/privacy/bundle")
    assert answer.headers["Location"].startswith("/confirm")
    assert not AuditEntry.objects.filter(kind="bundled").exists()


def test_a_restricted_record_says_so_and_offers_no_change(owner: Client) -> None:
    ana = make_person("Ana Berg")
    answer = owner.post(f"/people/{ana.pk}/actions/restrict", {"reason": "contested"})
    assert answer.status_code == 303, text(answer)
    page = owner.get(f"/people/{ana.pk}")
    assert "Processing is restricted" in words(page)
    assert f"/people/{ana.pk}/edit" not in links(page) and f"/people/{ana.pk}/restore" not in links(page)
    listed = words(owner.get("/people"))
    assert "Ana Berg" not in listed and "1 restricted record is left out" in listed
    assert "left out" not in words(owner.get("/people?q=archived"))
    assert "Lift the restriction" in words(owner.get(f"/people/{ana.pk}/privacy"))
    assert owner.post(f"/people/{ana.pk}/actions/lift_restriction").status_code == 303
    assert f"/people/{ana.pk}/edit" in links(owner.get(f"/people/{ana.pk}"))


def test_the_suppression_list_is_asked_filled_and_emptied(owner: Client) -> None:
    url = "/settings/privacy/suppressed"
    assert "not on the list" in words(owner.post(url, {"do": "ask", "value": "Ana@Acme.example"}))
    assert owner.post(url, {"do": "add", "value": "Ana@Acme.example", "reason": "asked by phone"}).status_code == 303
    assert "It is on the list" in words(owner.post(url, {"do": "ask", "value": "ana@acme.example"}))
    page = owner.get(url)
    assert "asked by phone" in words(page) and "ana@acme" not in text(page).lower()
    assert owner.post(url, {"do": "add", "value": "nonsense"}).status_code == 422
    entry = Suppressed.objects.get()
    assert owner.post(f"{url}/{entry.digest}/release").status_code == 303
    assert not Suppressed.objects.exists()
    assert list(
        AuditEntry.objects.filter(kind__in=("suppressed", "released")).order_by("pk").values_list("kind", flat=True)
    ) == [
        "suppressed",
        "released",
    ]
