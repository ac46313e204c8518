"""The board: figures, cards, moves through the Action of the field, gates that ask, conflicts that are told."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from rapport.base.money import Money
from rapport.platform import records
from rapport.platform.events.models import Event
from rapport.platform.install import install
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Stage
from tests.make import make, make_organisation, make_team
from tests.platform.views.site import SYSTEM, make_toys, queries_of, visit_as
from tests.toyshop.models import Toy

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def test_columns_tell_count_total_and_weighted_total() -> None:
    make_toys(3, price=Money(Decimal(1000), "EUR"), margin=Decimal(50))
    text = visit_as("owner").get("/toys/board?view=all").content.decode()
    column = text.split('id="column-built"')[1].split("</header>")[0]
    assert ">3<" in column
    assert "€3,000" in column
    assert "weighted €1,500" in column


def test_the_number_of_queries_does_not_grow_with_the_cards() -> None:
    client = visit_as("owner")
    make_toys(1)
    client.get("/toys/board?view=all")
    few = queries_of(client, "/toys/board?view=all")
    make_toys(40)
    assert len(queries_of(client, "/toys/board?view=all")) == len(few)


def test_more_cards_of_a_column_come_in_parts() -> None:
    make_toys(60)
    client = visit_as("owner")
    text = client.get("/toys/board?view=all").content.decode()
    assert text.count("data-card=") == 50
    from html import unescape

    url = unescape(text.split('class="more"')[1].split('href="')[1].split('"')[0])
    assert client.get(url, headers=FRAGMENT).content.decode().count("data-card=") == 10


def test_a_card_moved_writes_the_field_and_answers_with_both_columns_and_an_undo() -> None:
    [toy] = make_toys(1)
    client = visit_as("owner")
    asked = {"id": toy.pk, "column": "won", "before": "", "version": toy.version}
    answer = client.post("/toys/board/move?view=all", asked, headers=FRAGMENT)
    assert answer.status_code == 200
    assert Toy.objects.get().stage == "won"
    assert {"column-built", "column-won"} == {
        part.split('"')[0] for part in answer.content.decode().split('<section class="board-column" id="')[1:]
    }
    event = Event.objects.latest("id")
    assert f"/events/{event.pk}/undo" in answer.headers["HX-Trigger"]
    client.post(f"/events/{event.pk}/undo")
    assert Toy.objects.get().stage == "built"


@pytest.mark.parametrize(("pk", "column"), [("0", "won"), ("x", "won"), ("{pk}", "nowhere"), ("{pk}", "")])
def test_a_move_of_nothing_or_to_nowhere_is_refused(pk: str, column: str) -> None:
    [toy] = make_toys(1)
    asked = {"id": pk.format(pk=toy.pk), "column": column, "version": "1"}
    assert visit_as("owner").post("/toys/board/move", asked, headers=FRAGMENT).status_code in (404, 422)
    assert Toy.objects.get().stage == "built"


def test_who_may_only_read_cannot_move() -> None:
    [toy] = make_toys(1)
    asked = {"id": toy.pk, "column": "won", "version": "1"}
    assert visit_as("read_only").post("/toys/board/move", asked, headers=FRAGMENT).status_code in (403, 404)
    assert Toy.objects.get().stage == "built"


def test_a_move_passes_over_other_changes_but_not_over_another_move() -> None:
    [toy] = make_toys(1)
    client = visit_as("owner")
    old = toy.version
    records.update(SYSTEM, toy, {"note": "somebody else wrote this"})
    asked = {"id": toy.pk, "column": "won", "version": old}
    assert client.post("/toys/board/move?view=all", asked, headers=FRAGMENT).status_code == 200
    asked = {"id": toy.pk, "column": "lost", "version": old}
    answer = client.post("/toys/board/move?view=all", asked, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "Somebody else moved" in answer.content.decode()
    assert Toy.objects.get().stage == "won"


def test_an_object_without_a_board_has_none() -> None:
    assert visit_as("owner").get("/makers/board").status_code == 404


# --- a board whose lanes are records ----------------------------------------------------------------------------------


def make_deal(**values: object) -> Opportunity:
    """A deal in a house with its first pipeline."""
    install()
    deal: Opportunity = make("opportunity", name="Line 4", **values)
    return deal


def test_lanes_are_the_stages_of_the_pipeline_in_their_order() -> None:
    make_deal()
    text = visit_as("owner").get("/opportunities/board?view=open").content.decode()
    names = [text.index(f">{stage.name}</h2>") for stage in Stage.objects.order_by("position")]
    assert names == sorted(names)


def test_a_gated_stage_asks_only_for_what_is_missing_and_then_moves() -> None:
    deal = make_deal(customer=make_organisation("Hafen").pk)
    client = visit_as("owner")
    stage = Stage.objects.get(name="Proposal")
    asked = {"id": deal.pk, "column": stage.pk, "version": deal.version}
    gate = client.post("/opportunities/board/move?view=open", asked, headers=FRAGMENT)
    text = gate.content.decode()
    assert gate.status_code == 422
    assert "<dialog" in text
    assert 'name="amount"' in text and 'name="closes_on"' in text
    assert 'name="source"' not in text and 'name="customer"' not in text
    answers = {
        **asked,
        "asked": "amount,closes_on",
        "amount": "84000",
        "amount_currency": "EUR",
        "closes_on": "2026-12-15",
    }
    assert client.post("/opportunities/board/move?view=open", answers, headers=FRAGMENT).status_code == 200
    deal.refresh_from_db()
    assert (deal.stage_id, deal.amount) == (stage.pk, Money(Decimal(84000), "EUR"))


def test_a_wrong_answer_at_the_gate_writes_nothing() -> None:
    deal = make_deal(customer=make_organisation("Hafen").pk)
    stage = Stage.objects.get(name="Proposal")
    asked = {
        "id": deal.pk,
        "column": stage.pk,
        "version": deal.version,
        "asked": "amount,closes_on",
        "amount": "lots",
        "closes_on": "",
    }
    answer = visit_as("owner").post("/opportunities/board/move?view=open", asked, headers=FRAGMENT)
    assert answer.status_code == 422
    assert "lots" in answer.content.decode()
    before = deal.stage_id
    deal.refresh_from_db()
    assert (deal.stage_id, deal.amount, deal.version) == (before, None, 1)


def test_a_card_put_to_the_lost_ones_asks_why() -> None:
    deal = make_deal()
    client = visit_as("owner")
    asked = {"id": deal.pk, "column": Stage.objects.get(name="Lost").pk, "version": deal.version}
    url = "/opportunities/board/move?view=open"
    gate = client.post(url, asked, headers=FRAGMENT)
    assert gate.status_code == 422
    assert 'name="reason"' in gate.content.decode()
    silent = client.post(url, {**asked, "asked": "reason,reason_note", "reason": ""}, headers=FRAGMENT)
    assert silent.status_code == 422
    answers = {**asked, "asked": "reason,reason_note", "reason": "price", "reason_note": "Half of ours"}
    moved = client.post(url, answers, headers=FRAGMENT)
    assert moved.status_code == 200
    before = deal.stage_id
    deal.refresh_from_db()
    assert (deal.open, deal.reason, deal.reason_note) == (False, "price", "Half of ours")
    undo = json.loads(moved.headers["HX-Trigger"])["toast"]["undo_url"]
    assert client.post(undo, headers=FRAGMENT).status_code == 204
    deal.refresh_from_db()
    assert (deal.open, deal.reason, deal.reason_note, deal.stage_id) == (True, "", "", before)


def test_cards_warn_about_a_missing_next_step() -> None:
    make_deal()
    text = visit_as("owner").get("/opportunities/board?view=open").content.decode()
    assert "1 without next step" in text
    assert 'aria-label="no next step"' in text


def test_teams_are_not_shown_where_there_is_no_lane_to_choose() -> None:
    make_team("North")
    assert visit_as("owner").get("/teams/board").status_code == 404
