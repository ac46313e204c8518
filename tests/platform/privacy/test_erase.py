"""The needle-person: words planted wherever somebody leaves them, then erased and looked for in every byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from rapport.base.clock import now
from rapport.config.sqlite import library as sqlite
from rapport.parties.consent import Consent
from rapport.parties.party import Party
from rapport.platform import files, records
from rapport.platform.accounts.tokens import make as make_token
from rapport.platform.api.models import IdempotencyKey
from rapport.platform.events.models import Cursor
from rapport.platform.jobs import queue
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.run import perform
from rapport.platform.outbox.models import Lane
from rapport.platform.privacy import bundle, erase
from rapport.platform.privacy.models import Erasure
from rapport.platform.privacy.subject import gather
from rapport.platform.search import find_everywhere
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Pipeline
from tests.make import (
    SYSTEM,
    actor_as,
    make,
    make_contact_point,
    make_interaction,
    make_organisation,
    make_person,
    make_purpose,
    make_task,
    make_user,
)
from tests.make_sales import make_pipeline
from tests.platform.transfer.bring import bring, fates

MARK = "xqz"
OTHER = "wkj"
PEOPLE = """
[[record]]
object = "person"
keys = ["email"]
[record.fields]
given = "First"
family = "Last"
email = "Mail"
"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.DATA_DIR, settings.MEDIA_ROOT, settings.KEY_RING = tmp_path, tmp_path / "files", ""
    settings.CAUGHT_MAIL = tmp_path / "caught"
    yield tmp_path


def plant(mark: str) -> Party:
    """Somebody who left a word of their own everywhere."""
    run = bring(f"First,Last,Mail\nAda{mark}1,Stone{mark}2,{mark}3@example.org\n", PEOPLE)
    assert fates(run)[0][1] == "created", fates(run)
    person = Party.objects.get(email=f"{mark}3@example.org")
    firm = make_organisation(f"Firm of {'many' if mark == MARK else 'more'}")
    said = {
        "description": f"Likes {mark}5",
        "needs": f"Needs {mark}6",
        "time_note": f"{mark}8",
        "tags": [f"{mark}7tag"],
    }
    number = "+493012345678" if mark == MARK else "+493012345679"
    records.update(SYSTEM, person, {**said, "phone": number, "parent": firm.pk}, reason=f"because {mark}9")
    make_contact_point(person, f"{mark}10@elsewhere.example")
    proof = {"wording": f"I agree {mark}11", "source": f"{mark}12", "by_whom": f"{mark}24", "address": f"{mark}25"}
    make("consent", party=person, purpose=make_purpose(), state="given", **proof)
    make("privacy_request", party=person, kind="access", words=f"Tell me {mark}26", asker=f"{mark}27")
    make_interaction("email", customer=person, people=[person], subject=f"{mark}13", body=f"Long {mark}14 words")
    make_interaction("call", customer=firm, people=[person], subject=f"{mark}15", body=f"Said {mark}16")
    make_task(f"Call {mark}17", customer=person, note=f"{mark}18")
    if not Pipeline.objects.exists():
        make_pipeline()
    make("opportunity", name=f"Deal {mark}20", customer=person, description=f"{mark}21")
    files.store(SYSTEM, BytesIO(f"file text {mark}22".encode()), f"{mark}23.txt", on=person)
    user = make_user()
    token, _secret = make_token(user, "t")
    body = json.dumps({"name": person.name, "note": f"{person.email}"}).encode()
    kept = {"key": str(person.pk), "fingerprint": "0" * 64, "status": 200, "body": body, "created_at": now()}
    IdempotencyKey.objects.create(token=token, **kept)
    Job.objects.create(
        key="x", arguments={"say": person.email}, run_after=now(), created_at=now(), state="dead",
        last_error=f"could not reach {person.email}",
    )  # fmt: skip
    leave_by_the_way(person)
    return Party.objects.get(pk=person.pk)


def leave_by_the_way(person: Party) -> None:
    """What is kept of mails, of destinations that rest, and of readers that stumbled."""
    caught = Path(settings.CAUGHT_MAIL)
    caught.mkdir(parents=True, exist_ok=True)
    name = f"{person.pk:020}-00000000"
    (caught / f"{name}.eml").write_text(f"To: {person.email}\n\nDear {person.name}")
    (caught / f"{name}.json").write_text(json.dumps({"to": [person.email]}))
    Lane.objects.create(transport="mail", key=f"{person.pk}.example", reason=f"550 <{person.email}>: unknown")
    Cursor.objects.create(name=f"test {person.pk}", last_error=f"no such address: {person.email}")


def told(mark: str, folder: Path) -> list[str]:
    """Where a word of theirs stands: every column of every table, every file, and on SQLite every byte of the base."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._base_manager.values():
            if any(mark in _text(value).lower() for value in row.values()):
                found.append(f"{model._meta.db_table}: {row}"[:300])
    found += [str(path) for path in folder.rglob("*") if path.is_file() and mark.encode() in path.read_bytes().lower()]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        raw = _pages(folder).lower()
        found += [f"raw: {raw[at - 40 : at + 20]!r}" for at in [raw.find(mark.encode())] if at >= 0]
    return found


def _pages(folder: Path) -> bytes:
    """Every page of the base as it lies there, the free ones too: what the backup API copies."""
    copy = folder / "pages"
    connection.ensure_connection()
    with closing(sqlite.newest().connect(str(copy))) as target:
        connection.connection.backup(target)
    raw = copy.read_bytes()
    copy.unlink()
    return raw


def _text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def work() -> None:
    """Do what waits, as a worker does."""
    while (job := queue.claim("test")) is not None:
        perform(job)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_needle_person_is_left_and_nothing_of_the_other_is_lost(folder: Path) -> None:
    person, _other = plant(MARK), plant(OTHER)
    bystander = _tables(told(OTHER, folder))
    assert len(told(MARK, folder)) > 20, "the needles must be there to be found"
    asked = erase.request(SYSTEM, person, reason="Art. 17")
    work()
    asked.refresh_from_db()
    assert asked.done_at is not None, Job.objects.filter(key="privacy.erase").values_list("last_error", flat=True)
    assert told(MARK, folder) == []
    assert _tables(told(OTHER, folder)) == bystander
    assert not find_everywhere(SYSTEM, MARK).hits
    assert Party.objects.get(pk=person.pk).name == "Erased"


def _tables(lines: list[str]) -> set[str]:
    return {line.partition(":")[0] for line in lines if not line.startswith("raw")}


@pytest.mark.django_db
def test_a_file_does_not_bring_them_back_but_a_hand_may() -> None:
    person = plant(MARK)
    forgotten(person)
    again = bring(f"First,Last,Mail\nAda,Stone,{MARK}3@EXAMPLE.org\nBob,Moss,bob@example.org\n", PEOPLE)
    assert [fate[1] for fate in fates(again)] == ["refused", "created"]
    assert fates(again)[0][2].startswith("Erased before")
    assert make_person("Ada Stone", email=f"{MARK}3@example.org").pk


def forgotten(person: Party) -> Erasure:
    asked = erase.request(SYSTEM, person)
    erase.forget(SYSTEM, asked, gather(person))
    return asked


@pytest.mark.django_db
def test_what_the_accounts_need_stays_without_a_word_of_theirs() -> None:
    person = plant(MARK)
    said = {line["object"]: (line["goes"], line["why"]) for line in erase.preview(SYSTEM, person)}
    assert said["opportunity"][0] is False and "accounts" in said["opportunity"][1]
    assert said["contact_point"] == (True, "")
    before = Opportunity.objects.get(customer=person)
    forgotten(person)
    left = Opportunity.objects.get(customer=person)
    assert (left.pk, left.number, left.stage_id) == (before.pk, before.number, before.stage_id)
    assert (left.name, left.description) == ("Erased", "")
    assert not Consent.objects.filter(party=person).exists()


@pytest.mark.django_db
def test_a_restored_base_forgets_by_the_ledger_outside_of_it(folder: Path) -> None:
    person = plant(MARK)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        forgotten(person)
        raise ZeroDivisionError  # the base is as it was before; the ledger is not
    assert Party.objects.get(pk=person.pk).email
    assert erase.apply_ledger(SYSTEM) == 1
    assert Party.objects.get(pk=person.pk).name == "Erased"
    assert erase.apply_ledger(SYSTEM) == 0
    assert MARK not in erase.ledger().read_text()
    assert erase.ledger().stat().st_mode & 0o077 == 0


@pytest.mark.django_db
def test_only_who_keeps_the_house_erases() -> None:
    person = make_person()
    for ask in (erase.preview, erase.request):
        with pytest.raises(PermissionDenied):
            ask(actor_as("sales"), person)
    assert not Erasure.objects.exists()


@pytest.mark.django_db
def test_a_bundle_holds_every_word_of_theirs_and_none_of_anybody_else(folder: Path) -> None:
    person, _other = plant(MARK), plant(OTHER)
    target = folder / "bundle.zip"
    bundle.write(SYSTEM, gather(person), target)
    with ZipFile(target) as archive:
        text = "\n".join(archive.read(name).decode() for name in archive.namelist())
        names = " ".join(archive.namelist())
    for number in (1, 2, 3, *range(5, 9), *range(10, 15), *range(17, 19), 20, 21, 22):
        assert f"{MARK}{number}" in text, number
    assert f"{MARK}23.txt" in names
    assert OTHER not in text
