"""Restriction: kept, and not worked with. Never in silence: every door says why, and what was left out is counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.parties.contact_point import ContactPoint
from rapport.parties.party import PARTY, Party
from rapport.platform import actions, query, records, runs
from rapport.platform.access import Actor
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.privacy import restriction
from rapport.platform.records import undo
from rapport.platform.search import find_everywhere
from rapport.platform.transfer.export import everything, export
from tests.make import SYSTEM, actor_as, make_interaction, make_person, make_purpose
from tests.platform.transfer.bring import bring, fates

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Actor:
    return actor_as("owner")


def restricted(owner: Actor, **values: Any) -> Party:
    ana = make_person("Ana Zwirn", email="ana@acme.example", **values)
    actions.run(owner, PARTY, ana, "restrict", {"reason": "contested"})
    return Party.objects.get(pk=ana.pk)


def test_nobody_changes_it_and_it_comes_back_as_it_was(owner: Actor) -> None:
    ana = restricted(owner)
    changes: tuple[Callable[[], object], ...] = (
        lambda: records.update(owner, ana, {"description": "x"}),
        lambda: records.restore(owner, ana),
        lambda: actions.run(owner, PARTY, ana, "become_customer", {}),
        lambda: undo(owner, Event.objects.get(kind="party.restricted")),
        lambda: records.update(owner, ContactPoint.objects.get(party=ana), {"note": "x"}),
        lambda: records.update(owner, make_person(), {"parent": ana.pk}),
        lambda: records.create(owner, registry.get("task"), {"subject": "Call", "customer": ana.pk}),
    )
    for change in changes:
        with pytest.raises(ValidationError, match="restricted"):
            change()
    actions.run(owner, PARTY, ana, "lift_restriction", {})
    ana.refresh_from_db()
    assert (ana.restricted_at, ana.archived_at, ana.restriction) == (None, None, "")
    records.update(owner, ana, {"description": "x"})


def test_what_was_put_away_before_stays_away_afterwards(owner: Actor) -> None:
    ana = make_person()
    records.archive(SYSTEM, ana)
    actions.run(owner, PARTY, ana, "restrict", {"reason": "contested"})
    actions.run(owner, PARTY, ana, "lift_restriction", {})
    assert Party.objects.get(pk=ana.pk).archived_at is not None


def test_only_who_handles_privacy_restricts(owner: Actor) -> None:
    with pytest.raises(PermissionDenied):
        actions.run(actor_as("sales_manager"), PARTY, make_person(), "restrict", {"reason": "x"})


def test_it_is_in_no_search_list_or_export_and_the_number_is_known(owner: Actor) -> None:
    ana = restricted(owner)
    make_person("Bob Zwirn")
    make_interaction("note", customer=ana, body="x")
    assert not [hit for hit in find_everywhere(owner, "Zwirn").hits if hit.title == "Ana Zwirn"]
    plan = query.plan(owner, PARTY, "name contains zwirn")
    assert query.count(owner, plan) == 1 and restriction.left_out(owner, plan) == 1
    given = b"".join(export(owner, everything(owner, PARTY, "archived or not archived"), "csv"))
    assert b"Bob Zwirn" in given and b"Ana Zwirn" not in given
    told = b"".join(export(owner, everything(owner, registry.get("interaction")), "csv"))
    assert b"Ana Zwirn" not in told


def test_a_run_over_many_tells_it_record_by_record(owner: Actor) -> None:
    ana, bob = restricted(owner), make_person("Bob")
    run = runs.begin(owner, PARTY, runs.Work("set", {"source_detail": "fair"}), ids=[ana.pk, bob.pk])
    told = {row.record_id: (row.outcome, row.reason) for row in runs.RunRecord.objects.filter(run_id=run.pk)}
    assert told[bob.pk][0] == "changed"
    assert told[ana.pk][0] == "refused" and "restricted" in told[ana.pk][1]


def test_a_file_does_not_change_it_either(owner: Actor) -> None:
    ana = restricted(owner)
    recipe = """
[[record]]
object = "person"
keys = ["email"]
[record.fields]
note = "Note"
email = "Mail"
""".replace("note =", "description =")
    run = bring("Note,Mail\nnew words,ana@acme.example\n", recipe, actor=owner)
    assert fates(run)[0][1] == "refused" and "restricted" in fates(run)[0][2]
    assert Party.objects.get(pk=ana.pk).description == ""


def test_what_they_say_about_their_data_is_still_written_down(owner: Actor) -> None:
    ana = restricted(owner)
    values = {"party": ana.pk, "purpose": make_purpose().pk, "state": "objected"}
    assert records.create(owner, registry.get("consent"), values).pk
    assert records.create(owner, registry.get("privacy_request"), {"party": ana.pk, "kind": "access"}).pk
    assert make_interaction("email", customer=ana, direction="in", body="a mail that came in").pk
