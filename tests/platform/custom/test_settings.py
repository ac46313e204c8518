"""The settings pages: an administrator makes fields and kinds of record, everybody else is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rapport.platform import records
from rapport.platform.custom import sheet
from rapport.platform.custom.models import OwnField, OwnObject
from rapport.platform.fields import Choice
from rapport.platform.objects import registry
from tests.make import make_user
from tests.platform.custom.make import SYSTEM, own_field, own_object

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(make_user(roles=("administrator",)))
    return client


def made(browser: Client, of: str, type: str, label: str, **more: Any) -> Any:
    sent = {"type": type, "label": label, "sensitivity": "standard", **more}
    return browser.post(reverse("settings_field_new", args=(of,)), sent)


def test_a_field_made_is_on_form_list_filter_and_api_description_at_once(browser: Client) -> None:
    answers = {"option_key": ["", ""], "option_label": ["Gold", "Silver"], "option_tone": ["good", ""]}
    assert made(browser, "toy", "choice", "Grade", section_new="Collectors", **answers).status_code == 303
    form = browser.get("/toys/new").content.decode()
    assert "Collectors" in form and 'name="grade"' in form and "Silver" in form
    assert browser.post("/toys/new", {"name": "Bear", "grade": "gold", "fields": "name,grade"}).status_code == 303
    page = browser.get("/toys?q=grade+%3D+gold&columns=name,grade").content.decode()
    assert "Bear" in page and "Gold" in page
    toy = registry.get("toy").model._default_manager.get()
    others = browser.get("/toys?q=grade+%3D+silver", headers={"HX-Request": "true"}).content.decode()
    assert f"/toys/{toy.pk}" in page and f"/toys/{toy.pk}?" not in others and "Bear" not in others


def test_a_kind_of_record_has_pages_at_once(browser: Client) -> None:
    answer = browser.post(reverse("settings_kind_new"), {"label": "Project", "plural": "Projects", "icon": "star"})
    assert answer.status_code == 303
    made(browser, "own_project", "money", "Budget")
    assert "Projects" in browser.get("/").content.decode()
    assert (
        browser.post(
            "/projects/new", {"name": "Roof", "budget": "12", "budget_currency": "EUR", "fields": "name,budget"}
        ).status_code
        == 303
    )
    assert "Roof" in browser.get("/projects?q=budget+%3E+10").content.decode()
    one = OwnObject.objects.get()
    browser.post(reverse("settings_kind_retire", args=(one.pk,)))
    assert browser.get("/projects").status_code == 404
    browser.post(reverse("settings_kind_back", args=(one.pk,)))
    assert "Roof" in browser.get("/projects").content.decode()


def test_order_retire_and_bring_back(browser: Client) -> None:
    first, second = own_field("toy", "First"), own_field("toy", "Second")
    browser.post(reverse("settings_field_move", args=(second.pk,)), {"way": "up"})
    keys = list(OwnField.objects.order_by("position").values_list("key", flat=True))
    assert keys == ["second", "first"]
    browser.post(reverse("settings_field_retire", args=(first.pk,)))
    assert 'name="first"' not in browser.get("/toys/new").content.decode()
    assert "Bring back" in browser.get(reverse("settings_fields_of", args=("toy",))).content.decode()
    browser.post(reverse("settings_field_back", args=(first.pk,)))
    assert 'name="first"' in browser.get("/toys/new").content.decode()


def test_answers_are_moved_and_added_without_saving(browser: Client) -> None:
    sent = {
        "type": "choice",
        "label": "Grade",
        "option_key": ["", ""],
        "option_label": ["Gold", "Silver"],
        "option_tone": ["good", ""],
        "rows": "down:0",
    }
    page = browser.post(reverse("settings_field_new", args=("toy",)), sent).content.decode()
    assert page.index('value="Silver"') < page.index('value="Gold"')
    assert not OwnField.objects.exists()


def test_a_formula_is_made_like_every_field(browser: Client) -> None:
    own_field("toy", "Copies", "number")
    assert "Formula" in browser.get(reverse("settings_field_new", args=("toy",)) + "?type=formula").content.decode()
    assert made(browser, "toy", "formula", "Twice", formula="copies * 2").status_code == 303
    toy = records.create(SYSTEM, registry.get("toy"), {"name": "Bear", "copies": 21})
    assert "42" in browser.get("/toys?columns=name,twice").content.decode()
    wrong = made(browser, "toy", "formula", "Odd", formula="copiez * 2")
    assert wrong.status_code == 422 and "copiez" in wrong.content.decode()
    assert toy.pk


def test_what_is_wrong_is_said_at_its_field(browser: Client) -> None:
    answer = made(browser, "toy", "choice", "Grade")
    assert answer.status_code == 422 and "one answer a line" in answer.content.decode()
    answer = made(browser, "toy", "text", "<script>alert(1)</script>", key="owner")
    page = answer.content.decode()
    assert answer.status_code == 422 and "<script>alert(1)" not in page and "take another key" in page


@pytest.mark.parametrize("role", ["sales", "sales_manager", "read_only"])
def test_others_are_refused_everywhere(role: str) -> None:
    field, kind = own_field("toy", "Grade"), own_object("Ship")
    number = OwnObject.objects.get(key=kind.key).pk
    client = Client()
    client.force_login(make_user(roles=(role,)))
    for name, args in (
        ("settings_fields", ()),
        ("settings_fields_of", ("toy",)),
        ("settings_field_new", ("toy",)),
        ("settings_field", (field.pk,)),
        ("settings_kind_new", ()),
        ("settings_kind", (number,)),
        ("settings_definitions", ()),
        ("settings_definitions_file", ()),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403, name
    for name, args in (("settings_field_retire", (field.pk,)), ("settings_kind_retire", (number,))):
        assert client.post(reverse(name, args=args)).status_code == 403, name
    assert not OwnField.objects.filter(archived_at__isnull=False).exists()


# --- as a file --------------------------------------------------------------------------------------------------------


def test_definitions_go_out_and_come_into_an_empty_house_alike(browser: Client) -> None:
    ship = own_object("Ship", name_label="Ship's name")
    own_field(ship.key, "Grade", "choice", required=True, filterable=True, section="Class")
    own_field("toy", "Sails on", "reference", target=ship.key)
    content = browser.get(reverse("settings_definitions_file")).content
    told = json.loads(content)
    for rows in (OwnField.objects.all(), OwnObject.objects.all()):
        rows.delete()
    from rapport.platform.custom import current

    current.changed()
    assert not registry.has(ship.key)
    upload = SimpleUploadedFile("fields.json", content, "application/json")
    page = browser.post(reverse("settings_definitions"), {"file": upload}).content.decode()
    assert "will be made" in page and not OwnObject.objects.exists()
    answer = browser.post(reverse("settings_definitions"), {"content": content.decode(), "do": "apply"})
    assert answer.status_code == 303
    assert sheet.out() == told
    assert isinstance(registry.get(ship.key).field("grade"), Choice)


def test_a_file_is_taken_whole_or_not_at_all() -> None:
    made_before = own_field("toy", "Size")
    records.create(SYSTEM, registry.get("toy"), {"name": "Bear", "size": "large"})
    rows = [
        {"object": "toy", "key": "fresh", "label": "Fresh", "type": "text"},
        {"object": "toy", "key": "size", "label": "Size", "type": "number"},
        {"object": "nothing", "key": "x", "label": "X", "type": "text"},
        {"object": "toy", "key": "bad", "label": "Bad", "type": "text", "sql": "DROP"},
    ]
    found = sheet.read(json.dumps({"rapport": "definitions", "version": 1, "fields": rows}).encode())
    report = sheet.take(SYSTEM, found, trial=False)
    assert [line.fate for line in report.lines] == ["make", "refused", "refused", "refused"]
    assert "large" in report.lines[1].why
    assert list(OwnField.objects.all()) == [made_before]
    assert "fresh" not in registry.get("toy").fields


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"rapport": "definitions", "version": 9}', b"\xff", b"[" * 9_000]
)
def test_other_files_are_refused_in_words(browser: Client, content: bytes) -> None:
    answer = browser.post(reverse("settings_definitions"), {"file": SimpleUploadedFile("x.json", content)})
    assert answer.status_code == 422
