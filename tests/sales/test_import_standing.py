"""What imported deals say about their customers, and that the undo of the import takes it back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rapport.parties.party import Party
from rapport.platform.events.models import Event
from rapport.platform.transfer import consequences, undo
from tests.make import SYSTEM, make_organisation
from tests.make_sales import make_pipeline
from tests.platform.transfer.bring import bring

pytestmark = pytest.mark.django_db
MAPPING = """
[[record]]
object = "opportunity"
keys = ["external_id"]
[record.fields]
external_id = "id"
name = "id"
customer = { column = "firm", missing = "create", object = "organisation" }
stage = "stage"
[[record.history]]
at = "asked"
fields = { stage = { value = "Discover" } }
[[record.history]]
at = "closed"
fields = { stage = "stage" }
"""
ROWS = """id,firm,stage,asked,closed
D1,Bought,Won,2023-01-01,2023-05-06
D2,Bought,Won,2022-01-01,2022-03-04
D3,Bought,Lost,2021-01-01,2021-03-04
D4,Asked,Discover,2024-01-01,
D5,Lost,Lost,2024-01-01,2024-02-01
D6,Left,Won,2020-01-01,2020-05-05
D7,Back,Won,2024-01-01,2024-05-05
D8,Known,Won,2024-01-01,2024-05-05
"""
STANDING = ("name", "lifecycle", "customer_since", "customer_until", "kinds")


@pytest.fixture(autouse=True)
def _stages() -> None:
    make_pipeline()


def standing() -> dict[str, list[Any]]:
    return {name: rest for name, *rest in Party.objects.values_list(*STANDING)}


def test_whoever_bought_in_the_history_is_a_customer_since_then_and_undo_takes_it_back() -> None:
    make_organisation("Bought")
    make_organisation("Asked")
    make_organisation("Lost")
    make_organisation("Left", lifecycle="former", customer_until=date(2021, 1, 1))
    make_organisation("Back", lifecycle="former", customer_until=date(2021, 1, 1), customer_since=date(2019, 1, 1))
    make_organisation("Known", lifecycle="customer", customer_since=date(2018, 1, 1), kinds=["customer", "supplier"])
    before = standing()
    done = bring(ROWS, MAPPING)
    assert done.counts["rows"] == {"created": 8}
    assert standing() == {
        "Bought": ["customer", date(2022, 3, 4), None, ["customer"]],
        "Asked": ["prospect", None, None, []],
        "Lost": before["Lost"],
        "Left": before["Left"],
        "Back": ["customer", date(2019, 1, 1), None, ["customer"]],
        "Known": before["Known"],
    }
    told = Event.objects.filter(run_id=done.run, object="party").values_list("kind", "reactions")
    assert sorted(told) == [("party.became_customer", False)] * 2 + [("party.lifecycle_changed", False)]
    undone = undo.undo_run(done, SYSTEM)
    assert undone.kept == []
    assert standing() == before


def test_firms_the_file_itself_brings_are_customers_and_go_again() -> None:
    done = bring(ROWS, MAPPING)
    assert standing()["Bought"][0] == "customer"
    assert undo.undo_run(done, SYSTEM).kept == []
    assert standing() == {}


def test_the_same_file_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consequences, "PAGE", 2)
    bring(ROWS, MAPPING)
    before = standing()
    again = bring(ROWS, MAPPING)
    assert standing() == before
    assert not Event.objects.filter(run_id=again.run, object="party").exists()
