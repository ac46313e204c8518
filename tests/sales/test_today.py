"""What sales puts on Today."""

from datetime import timedelta

import pytest

from rapport.base import clock
from rapport.platform.transfer.history import HistoryFact
from rapport.sales import today
from rapport.sales.stage_entry import load_stage_history
from tests.make import SYSTEM, actor_as, make, make_task
from tests.make_sales import eur, make_opportunity, make_pipeline, stage

pytestmark = pytest.mark.django_db


def test_a_deal_without_next_step_waits_for_its_owner_until_something_is_planned() -> None:
    make_pipeline()
    actor = actor_as("sales")
    deal = make_opportunity(owner=actor.user_id, amount=eur(500_000))
    make_opportunity(name="somebody else's")
    found = today.without_next_step(actor, 10)
    assert [(item.ref.id, item.weight) for item in found.items] == [(deal.pk, 78)]
    make_task("Call", about=deal, due_at=clock.now() + timedelta(days=1), owner=actor.user_id)
    assert today.without_next_step(actor, 10).total == 0


def test_a_deal_past_its_close_date_waits() -> None:
    make_pipeline()
    actor = actor_as("sales")
    deal = make_opportunity(owner=actor.user_id, closes_on=clock.today() - timedelta(days=3))
    make_opportunity(owner=actor.user_id, closes_on=clock.today())
    assert [item.ref.id for item in today.past_close(actor, 10).items] == [deal.pk]


def test_a_deal_too_long_in_its_stage_waits_unless_something_is_planned_soon() -> None:
    make_pipeline()
    actor = actor_as("sales")
    make("stage", pipeline=stage("Discover").pipeline, name="Slow", limit_in_days=10, position=9)
    deal = make_opportunity(in_stage="Slow", owner=actor.user_id)
    load_stage_history(SYSTEM, [HistoryFact(deal.pk, clock.now() - timedelta(days=11), {"stage": stage("Slow")})])
    assert [item.ref.id for item in today.ripe(actor, 10).items] == [deal.pk]
    make_task("Visit", about=deal, due_at=clock.now() + timedelta(days=2), owner=actor.user_id)
    assert today.ripe(actor, 10).total == 0


def test_what_did_not_fit_is_counted() -> None:
    make_pipeline()
    actor = actor_as("sales")
    for _n in range(4):
        make_opportunity(owner=actor.user_id)
    found = today.without_next_step(actor, 3)
    assert (len(found.items), found.total) == (3, 4)
