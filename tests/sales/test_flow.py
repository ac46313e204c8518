"""Funnel and ageing against figures counted by hand, and only of what the reader may see."""

from datetime import timedelta

import pytest

from rapport.base import clock
from rapport.platform import access
from rapport.platform.objects import registry
from rapport.platform.transfer.history import HistoryFact
from rapport.sales import flow
from rapport.sales.opportunity import lose, move, win
from rapport.sales.pipeline import Pipeline
from rapport.sales.stage_entry import load_stage_history
from tests.make import SYSTEM, make_organisation
from tests.make_sales import eur, make_opportunity, make_pipeline, stage

pytestmark = pytest.mark.django_db


def pipeline() -> Pipeline:
    return Pipeline.objects.get()


def test_a_deal_counts_for_every_stage_up_to_the_furthest() -> None:
    make_pipeline()
    customer = make_organisation()
    make_opportunity()
    move(SYSTEM, make_opportunity(amount=eur(100)), stage=stage("Propose"))
    win(SYSTEM, make_opportunity(customer=customer, amount=eur(50)))
    qualified = make_opportunity()
    move(SYSTEM, qualified, stage=stage("Qualify"))
    lose(SYSTEM, qualified, reason="price")
    found = flow.funnel(SYSTEM, pipeline())
    assert [(step.stage.name, step.deals) for step in found.steps] == [("Discover", 4), ("Qualify", 3), ("Propose", 2)]
    assert (found.won, found.lost, found.open, found.win_rate) == (1, 1, 2, 50)
    assert (found.steps[2].worth, found.steps[0].unknown) == (150, 2)


def test_open_deals_by_the_time_they_stand_in_their_stage() -> None:
    make_pipeline()
    for days in (1, 20, 45, 200):
        deal = make_opportunity()
        load_stage_history(
            SYSTEM, [HistoryFact(deal.pk, clock.now() - timedelta(days=days), {"stage": stage("Discover")})]
        )
    age = flow.ageing(SYSTEM, pipeline())[0]
    assert (age.week, age.month, age.quarter, age.older, age.deals, age.without_step) == (1, 1, 1, 1, 4, 4)


def test_figures_are_of_the_deals_one_may_see() -> None:
    make_opportunity()
    nobody = access.Actor(None, "nobody", "web", access.Rights())
    assert flow.funnel(nobody, pipeline()).open == 0
    assert flow.ageing(nobody, pipeline())[0].deals == 0
    assert registry.get("opportunity").board is not None


def test_a_house_without_deals_has_empty_figures() -> None:
    found = flow.funnel(SYSTEM, make_pipeline())
    assert (found.win_rate, found.open, [step.deals for step in found.steps]) == (None, 0, [0, 0, 0])
