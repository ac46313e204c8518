"""Each invariant: the damage is done behind the engine's back, and exactly this one names it."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction

from rapport.base import clock
from rapport.base.money import Money
from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.interactions.thread import Thread
from rapport.parties.closure import PartyClosure
from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import Party
from rapport.parties.relationship import Relationship
from rapport.platform import files, invariants, outbox, records
from rapport.platform.access.models import Grant
from rapport.platform.accounts.models import Team, TeamClosure, User
from rapport.platform.accounts.sessions import Session
from rapport.platform.audit import guard
from rapport.platform.audit.models import AuditSeal
from rapport.platform.backup.databases import standing_in
from rapport.platform.counters import Counter
from rapport.platform.custom.models import OwnField, OwnLink
from rapport.platform.events.models import Cursor, Event
from rapport.platform.files import places
from rapport.platform.files.models import Attachment, StoredFile
from rapport.platform.jobs.models import Job, State
from rapport.platform.jobs.worker import load_everything
from rapport.platform.notifications.models import Notification
from rapport.platform.objects import registry
from rapport.platform.outbox import Effect
from rapport.platform.privacy.models import Erasure
from rapport.platform.runs.models import Run
from rapport.platform.search.models import SearchWord, Vocabulary
from rapport.platform.tags import Tagging
from rapport.platform.transfer.models import Import
from rapport.platform.webhooks.webhook import WEBHOOK, Webhook
from rapport.sales.line import Line
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Pipeline
from rapport.sales.stage_entry import StageEntry
from tests.make import (
    SYSTEM,
    make_interaction,
    make_organisation,
    make_person,
    make_relationship,
    make_task,
    make_user,
)
from tests.make_sales import make_opportunity
from tests.platform.custom.make import own_field

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
load_everything()
NOW = clock.now()
LONG_AGO = NOW - timedelta(days=2)


class House:
    """A small house with one of everything that can be damaged."""

    def __init__(self) -> None:
        guard.install()
        self.owner = make_user("Olga", roles=("owner",), email="olga@house.example")
        self.parent = make_organisation("Holding")
        self.firm = make_organisation("Acme", parent=self.parent.pk)
        self.ana = make_person("Ana Berg", email="ana@acme.example")
        self.deal = make_opportunity(customer=self.firm.pk, amount=Money(Decimal(10), "EUR"))
        self.file = files.store(SYSTEM, io.BytesIO(b"a contract"), "contract.txt", on=self.ana)
        self.tie = make_relationship("employment", self.ana, self.firm)
        self.hook: Webhook = records.create(SYSTEM, WEBHOOK, {"name": "Shop", "url": "https://shop.example/hook"})
        self.task = make_task("Call")


@pytest.fixture
def house(tmp_path: Path, settings: Any) -> House:
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    settings.AUDIT_KEYS = ["k" * 40]
    return House()


def sql(text: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, list(params))


def job(**values: Any) -> Job:
    given = {"key": "jobs.tidy", "run_after": NOW, "created_at": NOW, **values}
    return Job.objects.create(**given)


def effect(**values: Any) -> Effect:
    given = {"transport": "mail", "not_before": NOW, "created_at": NOW, **values}
    return Effect.objects.create(**given)


def leased(**values: Any) -> dict[str, Any]:
    return {"attempt_id": uuid.uuid4(), "leased_until": LONG_AGO, **values}


def mail(house: House, delivery: str) -> Interaction:
    made = make_interaction("email", customer=house.ana.pk)
    Interaction.objects.filter(pk=made.pk).update(delivery=delivery)
    return made


def line(house: House) -> None:
    values = {"opportunity": house.deal.pk, "name": "Roof", "quantity": 2, "price": Money(Decimal(7), "EUR")}
    records.create(SYSTEM, registry.get("line"), values)
    Opportunity.objects.filter(pk=house.deal.pk).update(amount_amount=99, amount_base=99)


def own_index(house: House) -> None:
    made = own_field("person", "Tier", filterable=True)
    OwnField.objects.filter(pk=made.pk).update(index_state="ready")
    from rapport.platform.custom import indexes

    made.refresh_from_db()
    for index in indexes.wanted(made):
        sql(index.drop())


def own_link(house: House) -> None:
    made = own_field("person", "Friends", type="reference", target="organisation")
    OwnLink.objects.create(field_id=made.pk, record_id=house.ana.pk, target_id=999_999)


def next_number(house: House) -> None:
    row = Counter.objects.get(series="opportunity.number")
    Counter.objects.filter(pk=row.pk).update(next=row.next - 1)


def chain(house: House) -> None:
    stranger = {"table": "event", "first": 1, "count": 1, "last_id": 1, "ids": b"", "tags": b"", "head": b""}
    AuditSeal.objects.create(number=1, key="not ours", at=NOW, **stranger)


def slot(house: House) -> None:
    job(state=State.DONE, slot=NOW, finished_at=NOW, key="files.sweep")
    job(state=State.DONE, slot=NOW - timedelta(days=9), finished_at=LONG_AGO, key="jobs.tidy")


def late_event(house: House) -> None:
    guard.remove()
    Event.objects.filter(object="party").update(recorded_at=NOW + timedelta(days=3))
    guard.install()


def other_uid(house: House) -> None:
    guard.remove()
    Event.objects.filter(object="party", record_id=house.ana.pk).update(record_uid=uuid.uuid4())
    guard.install()


def erased(house: House) -> None:
    ledger = django_settings.DATA_DIR / "erasures.jsonl"
    uid = house.ana.uid
    ledger.write_text(f'{{"uid": "{uid}", "erasure": "x"}}\n')
    Erasure.objects.create(object="party", record_id=house.ana.pk, record_uid=uid, asked_at=NOW, done_at=NOW)


def erased_unknown(house: House) -> None:
    Erasure.objects.create(object="party", record_id=999_999, record_uid=uuid.uuid4(), asked_at=NOW, done_at=NOW)


def run_of(house: House) -> None:
    Run.objects.create(
        id=900, object="party", verb="edit", surface="web", state="done", changed=3, created_at=NOW, finished_at=NOW
    )


def import_of(house: House) -> None:
    Import.objects.create(
        run=901, name="a.csv", path="x", original="x", sha256="0" * 64, size=1, state="done", done=2, created_at=NOW
    )


def two_primary(house: House) -> None:
    records.create(
        SYSTEM, registry.get("contact_point"), {"party": house.ana.pk, "kind": "email", "value": "b@acme.example"}
    )
    ContactPoint.objects.filter(party_id=house.ana.pk).update(primary=True)


def stored_formula(house: House) -> None:
    own_field("person", "Twice", type="formula", formula="2 * 2", kept=True)
    Party.objects.filter(pk=house.ana.pk).update(custom={"twice": 5})


def sessions(house: House) -> None:
    user = make_user("Gone", email="gone@house.example")
    Session.objects.create(
        session_key="k" * 32,
        session_data="",
        expire_date=NOW + timedelta(days=1),
        user=user,
        started_at=NOW,
        seen_at=NOW,
    )
    User.objects.filter(pk=user.pk).update(is_active=False)


def note(house: House) -> None:
    Notification.objects.create(
        user=house.owner, kind="changed", object="party", record_id=house.ana.pk, made_at=NOW, at=NOW
    )


def other_pipeline(house: House) -> None:
    other = Pipeline.objects.create(name="Other", created_at=NOW, updated_at=NOW)
    Opportunity.objects.filter(pk=house.deal.pk).update(pipeline=other)


def unlocked(house: House) -> None:
    places.place_of(house.file.sha256).write_bytes(b"another ct")


DAMAGE: dict[str, Callable[[House], object]] = {
    "database.references": lambda h: Party.objects.filter(pk=h.ana.pk).update(owner_id=999_999),
    "audit.guarded": lambda h: guard.remove(),
    "audit.chain": chain,
    "events.not_of_tomorrow": late_event,
    "events.cursors_behind": lambda h: Cursor.objects.create(name="x", transaction=0, event_id=10**9, moved_at=NOW),
    "notifications.of_something": note,
    "records.no_later_event": lambda h: Party.objects.filter(pk=h.ana.pk).update(version=0),
    "records.event_of_version": lambda h: Party.objects.filter(pk=h.ana.pk).update(version=7),
    "records.same_uid": other_uid,
    "records.times_in_order": lambda h: Party.objects.filter(pk=h.ana.pk).update(updated_at=NOW + timedelta(days=3)),
    "records.named_are_there": lambda h: Tagging.objects.create(tag_id=_tag(), object="party", record_id=999_999),
    "records.money_has_worth": lambda h: Opportunity.objects.filter(pk=h.deal.pk).update(amount_base=11),
    "records.own_values_declared": lambda h: Party.objects.filter(pk=h.ana.pk).update(custom={"nobody": 1}),
    "records.own_indexes_there": own_index,
    "records.own_links_there": own_link,
    "records.counters_ahead": next_number,
    "teams.tree": lambda h: TeamClosure.objects.create(ancestor=_team("A"), descendant=_team("B"), depth=1),
    "rights.an_owner": lambda h: User.objects.get(pk=h.owner.pk).roles.clear(),
    "rights.known": lambda h: Grant.objects.filter(object="party").update(object="nothing"),
    "people.names_differ": lambda h: (
        make_user("Two") and User.objects.filter(name="Two").update(email="OLGA@house.example")
    ),
    "sessions.of_people": sessions,
    "search.words": lambda h: SearchWord.objects.filter(object="party", record_id=h.ana.pk, word="berg").delete(),
    "search.vocabulary": lambda h: Vocabulary.objects.filter(word="berg").delete(),
    "formulas.stored": stored_formula,
    "derived.values": lambda h: Party.objects.filter(pk=h.ana.pk).update(next_step_at=NOW + timedelta(days=9)),
    "files.there": lambda h: places.place_of(h.file.sha256).unlink(),
    "files.unchanged": unlocked,
    "sealed.opens": lambda h: Webhook.objects.filter(pk=h.hook.pk).update(sealed="v1.k1.AAAAAAAAAAAAAAAAAAAAAAAA"),
    "erasures.forgotten": erased,
    "erasures.in_ledger": erased_unknown,
    "jobs.leases": lambda h: job(state=State.RUNNING, **leased()),
    "jobs.known": lambda h: job(key="of.another.version"),
    "jobs.times": lambda h: job(state=State.DONE),
    "outbox.leases": lambda h: effect(state="sending", attempts=1, **leased()),
    "outbox.ways": lambda h: effect(transport="pigeon"),
    "outbox.settled": lambda h: effect(state="sent", settled_at=NOW),
    "imports.every_row_has_a_fate": import_of,
    "runs.every_record_has_a_fate": run_of,
    "periodic.slots": slot,
    "parties.tree": lambda h: PartyClosure.objects.all().delete(),
    "parties.one_primary": two_primary,
    "parties.in_step": lambda h: Party.objects.filter(pk=h.ana.pk).update(email="other@acme.example"),
    "relationships.between_two": lambda h: Relationship.objects.filter(pk=h.tie.pk).update(
        until="2020-01-01", since="2021-01-01"
    ),
    "customers.since_before_until": lambda h: Party.objects.filter(pk=h.firm.pk).update(
        customer_since="2021-01-01", customer_until="2020-01-01"
    ),
    "mails.as_the_outbox_says": lambda h: effect(about_object="interaction", about_id=mail(h, "sent").pk),
    "mails.waiting_have_an_effect": lambda h: mail(h, "queued"),
    "tasks.not_after_themselves": lambda h: Task.objects.filter(pk=h.task.pk).update(follows_id=h.task.pk),
    "threads.not_empty": lambda h: Thread.objects.create(subject="X", subject_key="x", created_at=NOW, updated_at=NOW),
    "deals.one_open_stay": lambda h: StageEntry.objects.all().delete(),
    "deals.stays_in_order": lambda h: StageEntry.objects.create(
        opportunity=h.deal, stage_id=h.deal.stage_id or 0, entered_at=NOW, left_at=LONG_AGO
    ),
    "deals.stage_of_pipeline": other_pipeline,
    "deals.ended_as_their_stage": lambda h: Opportunity.objects.filter(pk=h.deal.pk).update(open=False),
    "deals.sum_of_lines": line,
}
# Proved below, or where migrations run (tests/config/test_migrations.py).
ELSEWHERE = {"database.sound", "database.version", "records.unique"}


def _tag() -> int:
    from rapport.platform.tags import Tag

    return Tag.objects.create(name="x", fold="x").pk


def _team(name: str) -> Team:
    return Team.objects.create(name=name, created_at=NOW, updated_at=NOW)


def named() -> dict[str, invariants.Finding]:
    return {one.invariant.key: one for one in invariants.run() if one.number}


def test_every_invariant_has_its_damage() -> None:
    assert {one.key for one in invariants.every()} == DAMAGE.keys() | ELSEWHERE
    assert len(DAMAGE) > 50


def test_a_house_without_damage_is_called_so(house: House) -> None:
    assert named() == {}


@pytest.mark.parametrize("key", DAMAGE)
def test_the_damage_is_named(house: House, key: str) -> None:
    one = invariants.get(key)
    assert one is not None
    with transaction.atomic():
        DAMAGE[key](house)
        (found,) = invariants.run([one])
        assert found.number >= 1 and found.examples and str(one.says) and str(one.remedy)
        transaction.set_rollback(True)
    guard.install()


def test_what_is_there_twice_is_named(house: House) -> None:
    with transaction.atomic():
        table = Attachment._meta.db_table
        if connection.vendor == "postgresql":
            sql("SET CONSTRAINTS ALL IMMEDIATE")
            sql(f"ALTER TABLE {table} DROP CONSTRAINT attached_once")
        else:
            sql(f"ALTER TABLE {table} RENAME TO before_it")
            sql(f"CREATE TABLE {table} AS SELECT * FROM before_it")  # noqa: S608  # of the model
        columns = "file_id, object, record_id"
        sql(f"INSERT INTO {table} (id, {columns}) SELECT id + 1000, {columns} FROM {table}")  # noqa: S608  # as above
        found = named()
        assert found["records.unique"].examples[0].startswith("platform_attachment (object, record_id, file)")
        transaction.set_rollback(True)


def test_a_broken_page_or_index_is_named(house: House, tmp_path: Path) -> None:
    one = invariants.get("database.sound")
    assert one is not None
    if connection.vendor == "postgresql":
        with transaction.atomic():
            sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'search_by_word'::regclass")
            assert [found.examples for found in invariants.run([one])] == [["search_by_word"]]
            transaction.set_rollback(True)
        return
    path = tmp_path / "broken.sqlite3"
    with connection.Database.connect(str(path)) as made:  # type: ignore[attr-defined]  # each backend names its own
        made.execute("CREATE TABLE t (a TEXT)")
        made.executemany("INSERT INTO t VALUES (?)", [("x" * 500,)] * 200)
    made.close()
    whole = bytearray(path.read_bytes())
    middle = len(whole) // 2 // 4096 * 4096
    whole[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(whole)
    other = connection.copy()
    other.settings_dict["NAME"] = str(path)
    with standing_in(other):
        assert next(invariants.run([one])).number >= 1
    other.close()


def test_a_mail_that_was_sent_again_is_as_its_last_effect(house: House) -> None:
    contact = mail(house, "sent")
    for state in ("failed", "sent"):
        effect(about_object="interaction", about_id=contact.pk, state=state, settled_at=NOW, attempts=1)
    assert "mails.as_the_outbox_says" not in named()


def test_files_that_nobody_may_name_are_said_to_be_missing(house: House) -> None:
    StoredFile.objects.update(sha256="../../etc/passwd")
    assert {"files.there"} <= named().keys()
    assert outbox.transport("mail") is not None
    assert Line.objects.count() == 0
