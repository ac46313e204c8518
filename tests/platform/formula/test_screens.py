"""Formulas and conditions on the screens: the editor, lists, the record page, forms, the API, the export."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rapport.base.money import Money
from rapport.platform import access, records
from rapport.platform.formula import completion, conditions
from rapport.platform.objects import registry
from tests.make import actor_as, make_user
from tests.platform.api.caller import caller
from tests.platform.custom.make import SYSTEM, own_field
from tests.platform.formula.test_own import play, toy

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(make_user(roles=("administrator",)))
    return client


def checked(browser: Client, text: str, of: str = "toy", **more: str) -> str:
    answer = browser.post(reverse("settings_formula_check", args=(of,)), {"formula": text, **more})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_editor_says_what_comes_of_a_formula_and_shows_some_records(browser: Client) -> None:
    toy("Kite", price=Money(Decimal(30), "EUR"))
    page = checked(browser, "price - 5")
    assert "Comes to a sum of money." in page and "Kite" in page and "€25" in page
    page = checked(browser, "prise - 5")
    assert "Did you mean" in page and "<mark>prise</mark>" in page
    assert "Such as" in checked(browser, "  ")


def test_the_editor_escapes_what_was_typed(browser: Client) -> None:
    toy("<script>alert(1)</script>")
    assert "<script>alert" not in checked(browser, 'name & "<script>alert(2)</script>"')
    assert "<script>alert" not in checked(browser, "<script>alert(3)</script>")


def test_the_editor_is_for_those_who_keep_the_house() -> None:
    client = Client()
    client.force_login(make_user(roles=("sales",)))
    for url in (reverse("settings_formula_check", args=("toy",)), reverse("settings_formula_words", args=("toy",))):
        assert client.post(url, {"formula": "price"}).status_code in (403, 405)
        assert client.get(url, {"text": "p"}).status_code in (403, 405)


def test_the_editor_proposes_what_may_come_next(browser: Client) -> None:
    def words(text: str) -> list[str]:
        return [item.text for item in completion.complete(access.system("test"), registry.get("toy"), text).items]

    assert words("pri")[0] == "price"
    assert "maker.people" in words("1 + maker.pe")
    assert words("rou")[0] == "round("
    assert words("count pl") == ["plays"]
    assert "plays.score" in words("sum plays.sc")
    assert "kind" in words("count plays where ki")
    answer = browser.get(reverse("settings_formula_words", args=("toy",)), {"text": "pri", "at": "3"})
    assert 'data-insert="price"' in answer.content.decode()


def test_a_formula_is_made_in_the_browser_and_stands_everywhere(browser: Client) -> None:
    one = toy("Kite", price=Money(Decimal(30), "EUR"))
    play(one, score=4)
    sent = {"type": "formula", "label": "Yield", "formula": "price - 5", "sensitivity": "standard"}
    assert browser.post(reverse("settings_field_new", args=("toy",)), sent).status_code == 303
    sent = {"type": "roll_up", "label": "Points", "formula": "sum plays.score", "kept": "on", "sensitivity": "standard"}
    assert browser.post(reverse("settings_field_new", args=("toy",)), sent).status_code == 303
    page = browser.get("/toys?q=yield+%3E+10&columns=name,yield,points&sort=-yield").content.decode()
    assert "Kite" in page and "€25" in page
    record = browser.get(f"/toys/{one.pk}").content.decode()
    assert "Yield" in record and "€25" in record and "Points" in record
    form = browser.get(f"/toys/{one.pk}/edit").content.decode()
    assert 'name="yield"' not in form and 'name="points"' not in form
    for key in ("yield", "points"):
        answer = browser.post(f"/toys/{one.pk}/field", {"field": key, key: "1", "version": "1"})
        assert answer.status_code in (403, 404)
    program = caller("Olga", "owner")
    found = program("GET", f"/toys/{one.uid}").json
    assert found["yield"] == {"amount": "25", "currency": "EUR"} and Decimal(found["points"]) == 4
    for key in ("yield", "points"):
        reply = program("PATCH", f"/toys/{one.uid}", {key: "1"}, if_match="*")
        assert reply.status == 422 and reply.pointers == {f"/{key}"}


def test_what_is_wrong_with_a_formula_is_said_at_its_field(browser: Client) -> None:
    sent = {"type": "formula", "label": "Yield", "formula": "prise", "sensitivity": "standard"}
    answer = browser.post(reverse("settings_field_new", args=("toy",)), sent)
    assert answer.status_code == 422
    assert "Did you mean “price”?" in answer.content.decode()


# --- conditions ------------------------------------------------------------------------------------------------------


def test_a_form_asks_how_its_fields_stand(browser: Client) -> None:
    own_field("toy", "Reason", required_when="stage = lost", shown_when="stage = lost")
    own_field("toy", "Terms", locked_when="open")
    page = browser.get("/toys/new").content.decode()
    assert "data-conditions=" in page
    sent = {"fields": "name,stage,reason,terms", "name": "Bear", "stage": "lost", "pieces": "many"}
    answer = browser.post("/toys/conditions", sent)
    assert answer.json() == {
        "reason": {"shown": True, "required": True},
        "terms": {"shown": True, "required": False},
    }
    one = toy(stage="idea", open=True)
    answer = browser.post(f"/toys/conditions?id={one.pk}", {**sent, "stage": "idea"})
    assert answer.json()["reason"] == {"shown": False, "required": False}
    assert "data-conditions" not in browser.get("/makers/new").content.decode()


def test_a_page_leaves_out_what_is_not_to_be_shown(browser: Client) -> None:
    own_field("toy", "Reason", shown_when="stage = lost")
    one: Any = toy(stage="lost", reason="rainy weather")
    assert "rainy weather" in browser.get(f"/toys/{one.pk}").content.decode()
    records.update(SYSTEM, one, {"stage": "idea"})
    assert "rainy weather" not in browser.get(f"/toys/{one.pk}").content.decode()
    assert caller("Olga", "owner")("GET", f"/toys/{one.uid}").json["reason"] == "rainy weather"


def test_what_is_locked_is_grey_everywhere_and_says_why(browser: Client) -> None:
    own_field("toy", "Terms", locked_when="stage = won")
    shut = toy(name="Shut", stage="won", terms="30 days")
    free = toy(name="Free", stage="idea", terms="60 days")
    why = "Read-only while this holds: stage = won"
    page = browser.get(f"/toys/{shut.pk}").content.decode()
    assert why in page and 'data-edit="terms"' not in page
    form = browser.get(f"/toys/{shut.pk}/edit").content.decode()
    assert why in form and '<fieldset class="locked" disabled' in form
    rows = browser.get("/toys?columns=name,terms").content.decode()
    assert rows.count(f'data-locked="{why}"') == 1 and rows.count('data-edit="terms"') == 1
    assert browser.get(f"/toys/{shut.pk}/field?field=terms").status_code == 403
    for address in (f"/toys/{free.pk}", f"/toys/{free.pk}/edit"):
        assert why not in browser.get(address).content.decode()


def test_a_form_with_a_locked_field_saves_the_others(browser: Client) -> None:
    own_field("toy", "Terms", locked_when="stage = won")
    one = toy(name="Shut", stage="won", terms="30 days")
    form = browser.get(f"/toys/{one.pk}/edit").content.decode()
    fields = form.split('name="fields" value="')[1].split('"')[0]
    assert "terms" not in fields.split(",") and "name" in fields.split(",")
    sent = {"fields": "name", "name": "Shut it", "version": "1"}
    assert browser.post(f"/toys/{one.pk}/edit", sent).status_code == 303
    fresh: Any = registry.get("toy").model._default_manager.get(pk=one.pk)
    assert (fresh.name, registry.get("toy").field("terms").read(fresh)) == ("Shut it", "30 days")
    sent = {"fields": "terms", "terms": "90 days", "version": "2"}
    assert "read-only" in browser.post(f"/toys/{one.pk}/edit", sent).content.decode()


def test_the_reason_names_nothing_a_reader_may_not_see() -> None:
    own_field("toy", "Yield", "number", sensitivity="sensitive")
    own_field("toy", "Terms", locked_when="yield > 5")
    obj = registry.get("toy")
    assert "yield" in conditions.why_locked(SYSTEM, obj, "terms")
    assert conditions.why_locked(actor_as("read_only"), obj, "terms") == "Read-only as this record stands."
