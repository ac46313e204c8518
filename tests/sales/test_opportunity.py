"""What a deal does when it moves, is won, lost, reopened."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from rapport.base import clock
from rapport.platform import actions, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.transfer.history import HistoryFact
from rapport.sales.opportunity import lose, move, reopen, win
from rapport.sales.pipeline import Stage
from rapport.sales.stage_entry import StageEntry, load_stage_history
from tests.make import SYSTEM, make, make_organisation, make_person
from tests.make_sales import eur, make_opportunity, make_pipeline, stage

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def test_a_new_deal_starts_in_the_first_stage_of_the_first_pipeline() -> None:
    make_pipeline()
    deal = make("opportunity", name="Roof")
    assert (str(deal.stage), deal.open, deal.won, deal.probability) == ("Discover", True, False, 10)
    assert deal.number == "O-1001"


def test_moving_takes_the_probability_of_the_stage_and_is_told() -> None:
    deal = make_opportunity()
    move(SYSTEM, deal, stage=stage("Propose"))
    assert deal.probability == 50
    event = Event.objects.latest("id")
    assert (event.kind, event.action) == ("opportunity.moved", "move")
    assert event.changes["stage"] == [stage("Discover").pk, stage("Propose").pk]


def test_winning_sets_probability_to_100_and_closes() -> None:
    deal = make_opportunity(customer=make_organisation(), amount=eur(500))
    with clock.freeze(MAY):
        actions.run(SYSTEM, registry.get("opportunity"), deal, "win", {"reason": "fit"})
    deal.refresh_from_db()
    assert (deal.open, deal.won, deal.probability, deal.closed_at, deal.reason) == (False, True, 100, MAY, "fit")


def test_winning_without_amount_or_customer_is_refused_by_field() -> None:
    deal = make_opportunity()
    with pytest.raises(ValidationError) as refusal:
        win(SYSTEM, deal)
    assert set(refusal.value.message_dict) == {"customer", "amount"}
    deal.refresh_from_db()
    assert deal.open


def test_losing_asks_why() -> None:
    deal = make_opportunity()
    with pytest.raises(ValidationError) as refusal:
        actions.run(SYSTEM, registry.get("opportunity"), deal, "lose", actions.parse(lose, {}, SYSTEM.culture))
    assert "reason" in refusal.value.message_dict
    lose(SYSTEM, deal, reason="price", note="6 % dearer")
    assert (deal.open, deal.won, deal.probability, deal.reason_note) == (False, False, 0, "6 % dearer")


def test_a_closed_deal_can_be_reopened_and_not_won_again() -> None:
    deal = make_opportunity()
    lose(SYSTEM, deal, reason="timing")
    with pytest.raises(ValidationError):
        actions.run(SYSTEM, registry.get("opportunity"), deal, "win", {})
    reopen(SYSTEM, deal)
    assert (deal.open, deal.closed_at, deal.reason, str(deal.stage)) == (True, None, "", "Discover")


def test_a_gate_names_every_missing_field_and_lets_nothing_through() -> None:
    deal = make_opportunity()
    gated = stage("Propose")
    records.update(SYSTEM, gated, {"gates": ["customer", "amount", "people"]})
    gated.refresh_from_db()
    with pytest.raises(ValidationError) as refusal:
        move(SYSTEM, deal, stage=gated)
    assert set(refusal.value.message_dict) == {"customer", "amount", "people"}
    assert str(deal.stage) == "Discover"
    person = make_person()
    make("buying_role", opportunity=deal, person=person, role="decides")
    records.update(SYSTEM, deal, {"customer": make_organisation(), "amount": eur(10), "stage": gated})
    deal.refresh_from_db()
    assert deal.stage == gated


def test_every_road_to_a_stage_is_the_action() -> None:
    deal = make_opportunity()
    records.update(SYSTEM, deal, {"stage": stage("Lost").pk})
    deal.refresh_from_db()
    assert not deal.open
    assert Event.objects.latest("id").kind == "opportunity.lost"


def test_a_stage_of_another_pipeline_is_refused() -> None:
    deal = make_opportunity()
    other = make_pipeline("Other")
    with pytest.raises(ValidationError):
        move(SYSTEM, deal, stage=stage("Propose", other))


def test_stage_history_has_one_stay_in_progress() -> None:
    deal = make_opportunity()
    move(SYSTEM, deal, stage=stage("Qualify"))
    move(SYSTEM, deal, stage=stage("Propose"))
    stays = list(StageEntry.objects.filter(opportunity=deal).order_by("pk").values_list("stage__name", "left_at"))
    assert [name for name, _left in stays] == ["Discover", "Qualify", "Propose"]
    assert [left is None for _name, left in stays] == [False, False, True]


def test_history_from_elsewhere_stands_at_its_dates() -> None:
    deal = make_opportunity(in_stage="Won", customer=make_organisation(), amount=eur(5))
    won = datetime(2026, 6, 1, tzinfo=UTC)
    load_stage_history(
        SYSTEM,
        [
            HistoryFact(deal.pk, won, {"stage": stage("Won")}),
            HistoryFact(deal.pk, MAY, {"stage": stage("Discover").pk}),
        ],
    )
    stays = list(
        StageEntry.objects.filter(opportunity=deal)
        .order_by("entered_at")
        .values_list("stage__name", "entered_at", "left_at")
    )
    assert stays == [("Discover", MAY, won), ("Won", won, None)]
    deal.refresh_from_db()
    assert (deal.opened_on, deal.closed_at) == (MAY.date(), won)


def test_won_and_lost_stages_have_fixed_probabilities_and_a_stage_keeps_its_pipeline() -> None:
    pipeline = make_pipeline()
    won = Stage.objects.get(name="Won")
    records.update(SYSTEM, won, {"probability": 30})
    won.refresh_from_db()
    assert won.probability == 100
    with pytest.raises(ValidationError):
        records.update(SYSTEM, stage("Qualify", pipeline), {"pipeline": make_pipeline("Other")})
