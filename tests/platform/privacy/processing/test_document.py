"""The record of processing: what is declared and set up is in it, beside the house's own words; nothing in it runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from rapport.platform import records
from rapport.platform.privacy.processing import document
from rapport.platform.privacy.processing.activity import PROCESSING_ACTIVITY
from tests.make import SYSTEM, actor_as, make, make_purpose
from tests.platform.api.caller import caller
from tests.platform.custom.make import own_field
from tests.platform.views.pages import signed_in, text, words

pytestmark = pytest.mark.django_db


def rows(key: str) -> list[list[str]]:
    told = document.content(SYSTEM)
    found: list[list[str]] = next(one["rows"] for one in told["tables"] if one["key"] == key)
    return found


def test_what_is_declared_stands_in_it() -> None:
    held = {row[0]: row for row in rows("held")}
    assert "stays without a word of theirs" in held["Opportunities"][2]
    assert "Address or number" in held["Contact points"][1]
    own_field("toy", "Blood group", "text", sensitivity="sensitive")
    assert "Blood group" in next(row for row in rows("held") if row[0] == "Toys")[1]


def test_what_is_set_up_stands_in_it() -> None:
    make_purpose("Raffle", basis="interest", weighing="People like it.")
    values = {"object": "task", "since": "due_at", "days": 90, "because": "the tax law"}
    make("retention_rule", name="Old tasks", **values)
    make("webhook", name="Ledger", url="https://ledger.example/in", kinds="party.*")
    assert any(row[0] == "Raffle" and row[3] == "People like it." for row in rows("purposes"))
    assert any(row[0] == "Old tasks" and row[-1] == "the tax law" for row in rows("retention"))
    assert any(row[1] == "Ledger (ledger.example)" for row in rows("recipients"))
    assert len(rows("measures")) == 4


def test_its_page_and_its_file_hold_both_and_nothing_in_them_runs() -> None:
    make("processing_activity", name="Newsletter <script>x</script>", purposes="To tell <b>news</b>")
    make("processing_activity", name="We", part="controller", contact="A Street 1")
    client = signed_in()
    page = client.get("/settings/privacy/processing")
    assert "A Street 1" in words(page) and "<script>x" not in text(page)
    answer: Any = client.get("/settings/privacy/processing.html")
    told = text(answer)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "<script" not in told and "&lt;b&gt;news" in told and told.index("We</h2>") < told.index("Newsletter")


def test_it_is_for_who_handles_privacy_over_the_api_too() -> None:
    assert signed_in("sales").get("/settings/privacy/processing").status_code == 403
    sales, owner = caller("Sam", "sales"), caller("Olga", "owner")
    assert sales("GET", "/privacy/processing").status == 403
    assert {one["key"] for one in owner("GET", "/privacy/processing").json["tables"]} >= {"held", "purposes"}
    with pytest.raises(PermissionDenied):
        records.create(actor_as("sales_manager"), PROCESSING_ACTIVITY, {"name": "Mine"})
