"""Undo: the state before, exactly; what others have touched since stays and is named."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.accounts.models import Team, User
from rapport.platform.audit import guard
from rapport.platform.events.models import Event
from rapport.platform.transfer import run, undo
from tests.make import make_organisation, make_person, make_task
from tests.platform.transfer.bring import SYSTEM, begun, bring

pytestmark = pytest.mark.django_db
FIRMS = """
[[record]]
object = "organisation"
keys = ["name"]
[record.fields]
name = "name"
employees = "employees"
email = "mail"
tags = "tags"
parent = { column = "parent", object = "organisation", missing = "empty" }
"""
HEAD = "name,employees,mail,tags,parent\n"
# What a run leaves behind on purpose: its own journal, numbers never given twice, and the count of changes of rights.
REMAINS = {"platform.import", "platform.importrow", "platform.counter", "platform.rightsepoch", "platform.event"}


def dump() -> dict[str, list[Any]]:
    tables = [model for model in apps.get_models(include_auto_created=True) if model._meta.label_lower not in REMAINS]
    return {model._meta.label_lower: sorted(map(repr, model._default_manager.values_list())) for model in tables}


def test_everything_a_run_made_is_gone_with_all_that_hung_on_it() -> None:
    make_organisation("Before", email="b@before.example")
    before = dump()
    done = bring(HEAD + "Acme,1,info@acme.example,red; blue,Bolt\nBolt,2,info@bolt.example,red,Before\n", FIRMS)
    assert Party.objects.count() == 3
    told = undo.undo_run(done, SYSTEM)
    assert (told.kept, told.removed["party"]) == ([], 2)
    after = dump()
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}


def test_what_a_run_changed_is_put_back() -> None:
    firm = make_organisation("Acme", employees=7, email="old@acme.example", tags=["green"])
    before = {
        key: field.read(firm) for key, field in records.write.__globals__["registry"].get("organisation").fields.items()
    }
    done = bring(HEAD + "acme,8,new@acme.example,red,\n", FIRMS)
    assert Party.objects.get().employees == 8
    assert undo.undo_run(done, SYSTEM).restored["party"] == 1
    firm = Party.objects.get()
    after = {
        key: field.read(firm) for key, field in records.write.__globals__["registry"].get("organisation").fields.items()
    }
    assert {key for key in after if after[key] != before[key]} <= {"updated_at", "version"}


def test_a_field_changed_since_stays_and_is_named() -> None:
    make_organisation("Acme", employees=7, email="old@acme.example")
    done = bring(HEAD + "Acme,8,new@acme.example,,\n", FIRMS)
    records.update(SYSTEM, Party.objects.get(), {"employees": 9})
    told = undo.undo_run(done, SYSTEM)
    firm = Party.objects.get()
    assert (firm.employees, firm.email) == (9, "old@acme.example")
    assert [kept["reason"] for kept in told.kept] == ["“Employees” changed since; it was left."]


def test_a_record_somebody_changed_since_stays_with_what_it_points_at() -> None:
    done = bring(HEAD + "Acme,1,,,Bolt\nBolt,2,,,\nCone,3,,,\n", FIRMS)
    records.update(SYSTEM, Party.objects.get(name="Acme"), {"description": "Called them"})
    told = undo.undo_run(done, SYSTEM)
    assert set(Party.objects.values_list("name", flat=True)) == {"Acme", "Bolt"}
    assert (told.removed["party"], told.kept_count) == (1, 2)


def test_a_record_that_others_point_at_stays() -> None:
    done = bring(HEAD + "Acme,1,,,\nBolt,2,,,\nCone,3,,,\n", FIRMS)
    make_person("Ana", parent=Party.objects.get(name="Acme"))
    make_task("Call them", about=Party.objects.get(name="Bolt"))
    undo.undo_run(done, SYSTEM)
    assert set(Party.objects.filter(kind="organisation").values_list("name", flat=True)) == {"Acme", "Bolt"}


def test_a_run_is_undone_once_and_its_report_stays() -> None:
    done = bring(HEAD + "Acme,1,,,\n", FIRMS)
    undo.undo_run(done, SYSTEM)
    with pytest.raises(ValidationError, match="nothing to undo"):
        undo.undo_run(done, SYSTEM)
    assert done.rows.count() == 1 and run.find_run(SYSTEM, done.pk).notes["undone"]["removed"] == {"party": 1}


def test_a_draft_cannot_be_undone() -> None:
    with pytest.raises(ValidationError, match="nothing to undo"):
        undo.undo_run(begun(HEAD + "Acme,1,,,\n", FIRMS), SYSTEM)


def test_users_and_teams_that_point_at_each_other_go_together() -> None:
    mapping = """
[[record]]
object = "user"
as = "lead"
keys = ["name"]
fields = { name = "lead" }
[[record]]
object = "team"
keys = ["name"]
fields = { name = "team", lead = { record = "lead" } }
[[record]]
object = "user"
as = "again"
keys = ["name"]
fields = { name = "lead", team = { record = "team" } }
"""
    done = bring("lead,team\nAna,North\nBo,South\n", mapping)
    assert User.objects.get(name="Ana").team == Team.objects.get(lead__name="Ana")
    undo.undo_run(done, SYSTEM)
    assert not User.objects.exists() and not Team.objects.exists()
    assert set(Event.objects.values_list("run_id", flat=True)) == {done.run}  # what happened stays in the history


def test_undo_works_where_the_database_guards_the_history() -> None:
    done = bring(HEAD + "Acme,1,,,\n", FIRMS)
    guard.install()
    undo.undo_run(done, SYSTEM)
    assert not Party.objects.exists()
    assert Event.objects.filter(kind="party.created").exists()
