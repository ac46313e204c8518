"""Undoing an import that moved deals which were there before: their way through the stages is what it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rapport.base import clock
from rapport.platform import records
from rapport.platform.transfer import undo
from rapport.platform.transfer.models import ImportHistory
from rapport.sales.opportunity import Opportunity, move
from rapport.sales.stage_entry import StageEntry
from tests.make import SYSTEM, make_organisation
from tests.make_sales import eur, make_opportunity, stage
from tests.platform.transfer.bring import bring

pytestmark = pytest.mark.django_db
MAPPING = """
[[record]]
object = "opportunity"
keys = ["external_id"]
[record.fields]
external_id = "id"
name = "name"
stage = "stage"
[[record.history]]
at = "asked"
fields = { stage = { value = "Discover" } }
[[record.history]]
at = "won"
fields = { stage = { value = "Won" } }
"""
HEAD = "id,name,stage,asked,won\n"


def deal() -> Opportunity:
    """One that went three stages by hand."""
    made = make_opportunity("Spindle", external_id="D1", customer=make_organisation("Nordlicht"), amount=eur(10))
    for name in ("Qualify", "Propose"):
        move(SYSTEM, made, stage=stage(name))
        made.refresh_from_db()
    return made


def state() -> list[Any]:
    """Everything that tells of the deals' ways, without the count of their changes."""
    columns = [
        column.attname
        for column in Opportunity._meta.concrete_fields
        if column.attname not in {"version", "updated_at", "updated_by_id"}
    ]
    return [*Opportunity.objects.order_by("pk").values(*columns), *StageEntry.objects.order_by("pk").values()]


def test_the_history_it_replaced_is_back_to_the_row() -> None:
    deal()
    other = make_opportunity("Other", external_id="D2", customer=make_organisation("Werk"), amount=eur(5))
    before = state()
    done = bring(
        HEAD + "D1,Spindle 2,Won,2024-03-01,2024-09-01\nD2,Other,Qualify,,\nD3,New,Won,2024-01-01,2024-02-02\n", MAPPING
    )
    assert done.counts["rows"] == {"updated": 2, "created": 1}
    first = Opportunity.objects.get(external_id="D1")
    assert StageEntry.objects.filter(opportunity=first).earliest("entered_at").entered_at.year == 2024
    told = undo.undo_run(done, SYSTEM)
    assert told.kept == []
    assert state() == before
    assert other.pk in {row["id"] for row in before if "external_id" in row}
    assert not ImportHistory.objects.exists()


def test_a_run_that_only_moves_deals_leaves_no_trace_in_their_history() -> None:
    deal()
    before = state()
    done = bring("id,stage\nD1,Discover\n", MAPPING.partition("[[record.history]]")[0].replace('name = "name"\n', ""))
    assert StageEntry.objects.count() == 4
    undo.undo_run(done, SYSTEM)
    assert state() == before


def test_a_deal_that_somebody_moved_since_keeps_its_way_and_it_is_said() -> None:
    made = deal()
    done = bring(HEAD + "D1,Spindle,Won,2024-03-01,2024-09-01\n", MAPPING)
    made.refresh_from_db()
    records.update(SYSTEM, made, {"stage": stage("Qualify")})
    after = list(StageEntry.objects.order_by("pk").values())
    told = undo.undo_run(done, SYSTEM)
    assert any("history" in one["reason"] for one in told.kept)
    assert list(StageEntry.objects.order_by("pk").values()) == after


def test_the_days_of_another_zone_come_back_to_the_instant() -> None:
    with clock.freeze(datetime(2026, 3, 29, 0, 59, 59, 123456, tzinfo=UTC)):
        deal()
    before = state()
    undo.undo_run(bring(HEAD + "D1,Spindle,Won,2024-03-01,2024-09-01\n", MAPPING), SYSTEM)
    assert state() == before
