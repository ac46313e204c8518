"""What leaves an entry, and how many."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from rapport.platform import audit
from rapport.platform.audit import trail
from rapport.platform.audit.models import AuditEntry
from rapport.platform.audit.write import BRAKE_ONE, MOST_RECORDS
from tests.make import SYSTEM, actor_as

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_through_which_door_and_from_where() -> None:
    actor = actor_as("sales")
    with trail.around("203.0.113.7", "a1b2"):
        audit.record(actor, "export", object="user", detail={"form": "csv", "count": 3})
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.actor_id, entry.surface, entry.address) == ("export", actor.user_id, "web", "203.0.113.7")
    assert (entry.object, entry.request, entry.detail) == ("user", "a1b2", '{"count":3,"form":"csv"}')


def test_an_entry_goes_with_the_transaction_of_its_cause() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(SYSTEM, "sign_in")
        raise RuntimeError
    assert not AuditEntry.objects.exists()


def test_a_kind_that_nobody_registered_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no kind of entry"):
        audit.record(SYSTEM, "peeked")


def test_all_that_one_request_showed_is_one_entry() -> None:
    actor = actor_as("sales")
    with trail.around("203.0.113.7", "a1b2") as visit:
        audit.read(actor, "toy", [3, 1], ["toy.secret_recipe"])
        audit.read(actor, "toy", [2, 3], ["toy.secret_recipe"])
        audit.read(actor, "maker", [9], ["maker.tax_number"])
        assert not AuditEntry.objects.exists()
        trail.finish(actor, visit)
    entry = AuditEntry.objects.get()
    assert json.loads(entry.records) == {"maker": [9], "toy": [1, 2, 3]}
    assert json.loads(entry.detail) == {"fields": ["maker.tax_number", "toy.secret_recipe"]}


def test_one_record_is_kept_where_it_can_be_looked_up() -> None:
    audit.read(SYSTEM, "toy", [3], ["toy.secret_recipe"])
    entry = AuditEntry.objects.get()
    assert (entry.object, entry.record_id, entry.records) == ("toy", 3, "")


def test_nothing_shown_leaves_nothing() -> None:
    with trail.around("203.0.113.7") as visit:
        audit.read(SYSTEM, "toy", [], ["toy.secret_recipe"])
        trail.finish(SYSTEM, visit)
    assert not AuditEntry.objects.exists()


def test_more_records_than_an_entry_holds_are_told_by_several() -> None:
    audit.read(SYSTEM, "toy", range(1, MOST_RECORDS + 3), ["toy.secret_recipe"])
    told = [pk for entry in AuditEntry.objects.order_by("id") for pk in json.loads(entry.records)["toy"]]
    assert AuditEntry.objects.count() == 2
    assert told == list(range(1, MOST_RECORDS + 3))


def test_a_flood_is_braked_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = [0.0]
    monkeypatch.setattr("rapport.platform.audit.write.clock.monotonic", lambda: moment[0])
    with trail.around("203.0.113.7"):
        for _ in range(BRAKE_ONE + 30):
            audit.braked(None, "denied", detail={"route": "x"})
        assert AuditEntry.objects.count() == BRAKE_ONE
        moment[0] = 61.0
        audit.braked(None, "denied", detail={"route": "x"})
    last = AuditEntry.objects.order_by("-id")[0]
    assert json.loads(last.detail) == {"route": "x", "left_out": 30}
