"""Cells as a spreadsheet pastes them: one request, a fate for each, undone together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.platform import records, runs
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.objects import registry
from rapport.platform.runs import CHANGED, CONFLICT, REFUSED, UNCHANGED, Cell
from tests.make import SYSTEM, actor_as, make_user
from tests.platform.views.pages import script
from tests.platform.views.site import make_toys, visit_as
from tests.toyshop.models import Maker, Toy

pytestmark = pytest.mark.django_db


def toys() -> Any:
    return registry.get("toy")


def test_each_cell_is_read_by_its_field_and_has_its_own_fate() -> None:
    actor = actor_as("owner")
    first, second = make_toys(2)
    asked = [
        Cell(first.pk, "stage", "Closed won", first.version),
        Cell(first.pk, "pieces", "many", first.version),
        Cell(second.pk, "price", "12.50 EUR", second.version),
        Cell(second.pk, "stage", "built", second.version),
        Cell(second.pk, "number", "T-9", second.version),
    ]
    run, fates = runs.fill(actor, toys(), asked, actor.culture)
    assert [fate.outcome for fate in fates] == [CHANGED, REFUSED, CHANGED, UNCHANGED, REFUSED]
    assert "many" in fates[1].reason
    found = Toy.objects.get(pk=first.pk)
    assert (found.stage, found.pieces) == ("won", None)
    assert (run.changed, run.refused) == (2, 0)
    runs.undo(actor, run)
    assert set(Toy.objects.values_list("stage", "price_amount")) == {("built", 10)}


def test_two_hundred_cells_are_one_run_and_few_statements() -> None:
    actor = actor_as("owner")
    made = make_toys(100)
    asked = [
        Cell(toy.pk, key, value, toy.version) for toy in made for key, value in (("stage", "won"), ("pieces", "4"))
    ]
    with CaptureQueriesContext(connection) as seen:
        run, fates = runs.fill(actor, toys(), asked, actor.culture)
    assert {fate.outcome for fate in fates} == {CHANGED}
    assert Toy.objects.filter(stage="won", pieces=4).count() == 100
    assert run.changed == 100
    statements = [one["sql"] for one in seen.captured_queries]
    assert len([sql for sql in statements if not sql.startswith("UPDATE toyshop")]) < 60, statements


def test_what_somebody_else_changed_meanwhile_is_offered_with_both_values() -> None:
    [toy] = make_toys(1)
    records.update(SYSTEM, toy, {"stage": "lost"})
    actor = actor_as("owner")
    asked = [Cell(toy.pk, "stage", "won", 1), Cell(toy.pk, "pieces", "3", 1)]
    _run, fates = runs.fill(actor, toys(), asked, actor.culture)
    assert [fate.outcome for fate in fates] == [CONFLICT, CHANGED]
    assert (fates[0].theirs, fates[0].mine) == ("lost", "won")
    assert Toy.objects.get().stage == "lost"
    _run, fates = runs.fill(actor, toys(), [Cell(toy.pk, "stage", "won", Toy.objects.get().version)], actor.culture)
    assert Toy.objects.get().stage == "won"


def test_more_than_one_record_needs_the_right_to_change_many() -> None:
    user = make_user(roles=("sales",))
    role = Role.objects.get(key="sales")
    for action, scope in {"read": "all", "edit": "all", "mass": "own"}.items():
        Grant.objects.update_or_create(role=role, object="toy", action=action, defaults={"scope": scope})
    rights_changed()
    mine, foreign = *make_toys(1, owner=user.pk), *make_toys(1)
    actor = actor_as(user)
    asked = [Cell(mine.pk, "pieces", "5"), Cell(foreign.pk, "pieces", "5")]
    _run, fates = runs.fill(actor, toys(), asked, actor.culture)
    assert [fate.outcome for fate in fates] == [CHANGED, REFUSED]


def test_hidden_fields_answer_like_columns_that_cannot_be_changed() -> None:
    [toy] = make_toys(1, secret_recipe="honey")
    actor = actor_as("sales")
    _run, fates = runs.fill(
        actor, toys(), [Cell(toy.pk, "secret_recipe", "x"), Cell(toy.pk, "nothing", "x")], actor.culture
    )
    assert [fate.outcome for fate in fates] == [REFUSED, REFUSED]
    assert fates[0].reason == fates[1].reason
    assert Toy.objects.get().secret_recipe == "honey"


# --- the page ---------------------------------------------------------------------------------------------------------


def post(client: Any, cells: list[dict[str, Any]], **more: Any) -> Any:
    given = {"cells": json.dumps(cells), "columns": "name,stage,maker", **more}
    return client.post("/toys/cells", given, **script())


def test_a_paste_answers_with_rows_reasons_and_one_undo() -> None:
    first, second = make_toys(2)
    sol = records.create(SYSTEM, registry.get("maker"), {"name": "Sol"})
    client = visit_as("owner")
    cells = [
        {"id": first.pk, "field": "maker", "value": "Sol", "version": 1},
        {"id": second.pk, "field": "maker", "value": "Nobody", "version": 1},
        {"id": second.pk, "field": "stage", "value": "Closed won", "version": 1},
    ]
    answer = post(client, cells)
    told = json.loads(answer.content)
    assert "Sol" in told["rows"][str(first.pk)]
    assert [(one["id"], one["field"]) for one in told["cells"]] == [(second.pk, "maker")]
    assert "no such record" in told["cells"][0]["reason"]
    assert Toy.objects.get(pk=first.pk).maker_id == sol.pk
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert toast["text"] == "2 cells filled. 1 was refused: it says why."
    client.post(toast["undo_url"], **script())
    assert set(Toy.objects.values_list("maker_id", "stage")) == {(None, "built")}
    assert Maker.objects.count() == 1


def test_a_conflict_of_a_paste_is_a_dialog_whose_answer_is_written() -> None:
    [toy] = make_toys(1)
    records.update(SYSTEM, toy, {"stage": "lost"})
    client = visit_as("owner")
    told = json.loads(post(client, [{"id": toy.pk, "field": "stage", "value": "won", "version": 1}]).content)
    assert "Closed won" in told["dialog"]
    assert "Closed lost" in told["dialog"]
    client.post("/toys/cells/chosen", {f"{toy.pk}:stage": "won", f"seen:{toy.pk}": "2"}, **script())
    assert Toy.objects.get().stage == "won"


@pytest.mark.parametrize("cells", ["", "{}", "[1]", '[{"id": "x", "field": "stage", "value": "won"}]', "[" * 100_000])
def test_cells_that_are_none_are_refused(cells: str) -> None:
    make_toys(1)
    answer = visit_as("owner").post("/toys/cells", {"cells": cells}, **script())
    assert answer.status_code == 422
    assert Toy.objects.get().stage == "built"
