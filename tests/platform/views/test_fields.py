"""What a control shows is read back as the same value: every kind of field, in several cultures."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.platform import culture as cultures
from rapport.platform.culture import Culture
from rapport.platform.fields import Field, Ref
from rapport.platform.objects import registry
from rapport.platform.views.fields import form_field, raw_of, raw_text
from tests.make import SYSTEM, make

pytestmark = pytest.mark.django_db
BRITISH = Culture("en_GB", ZoneInfo("Europe/London"), False, "dmy", "GB", "GBP")
GERMAN = Culture("de_DE", ZoneInfo("Europe/Berlin"), True, "dmy", "DE", "EUR")
AMERICAN = Culture("en_US", ZoneInfo("America/Los_Angeles"), False, "mdy", "US", "USD")
VALUES: dict[str, list[Any]] = {
    "toy.name": ["Train", "<b>\"'&", "ß ü 日本"],
    "toy.note": ["a\nb\n\n- c", ""],
    "toy.story": ["<p>One <strong>two</strong></p>"],
    "toy.stage": ["built", ""],
    "toy.uses": [["indoor", "bath"], []],
    "toy.price": [
        Money(Decimal("1234.5"), "EUR"), Money(Decimal("0.01"), "USD"), Money(Decimal(-10), "JPY"),
        Money(Decimal(1_234_567), "SEK"), None,
    ],
    "toy.margin": [Decimal("12.5"), Decimal(0), None],
    "toy.weight": [Decimal("1234.567"), Decimal("0.001"), None],
    "toy.pieces": [1_234, -1, 0, None],
    "toy.build_time": [timedelta(hours=1, minutes=30), timedelta(days=2), timedelta(seconds=45), None],
    "toy.launched_on": [date(2026, 2, 3), date(1999, 12, 31), None],
    "toy.sold_at": [datetime(2026, 7, 1, 22, 30, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, tzinfo=UTC), None],
    "toy.open": [True, False],
    "toy.contact": ["a.b@example.org", ""],
    "toy.hotline": ["+494055573100", "+12125550123", ""],
    "toy.site": ["https://example.org/a?b=c", ""],
    "toy.tags": [["red", "very blue"], []],
    "maker.address": [
        PostalAddress("Hafenstraße 12", "2nd floor", "20457", "Hamburg", "", "DE"),
        PostalAddress("", "", "", "", "", ""),
    ],
}  # fmt: skip
CASES = [(key, value) for key, values in VALUES.items() for value in values]


def sent_by(control: Any) -> dict[str, Any]:
    """What a browser sends for a control that nobody touched."""
    name = control["name"]
    match control["widget"]:
        case "checkbox":
            return {name: "on"} if control["value"] else {}
        case "multi":
            picked = [choice["value"] for choice in control["choices"] if choice.get("chosen")]
            return {name: picked[0] if len(picked) == 1 else picked} if picked else {}
        case "references" | "tags" | "reference" | "user":
            chosen = [option["value"] for option in control["chosen"]]
            return {**({name: chosen[0] if len(chosen) == 1 else chosen} if chosen else {}), f"{name}_text": ""}
        case "address":
            return {part["name"]: part["value"] for part in control["parts"]}
        case "money":
            return {name: control["value"], f"{name}_currency": control["currency"]}
    return {name: str(control["value"]).replace("\r\n", "\n").replace("\n", "\r\n")}


def field_of(path: str) -> Field[Any]:
    key, _dot, name = path.partition(".")
    return registry.get(key).field(name)


@pytest.mark.parametrize("culture", [BRITISH, GERMAN, AMERICAN], ids=lambda one: one.locale)
@pytest.mark.parametrize(("path", "value"), CASES, ids=lambda one: str(one)[:30])
def test_a_form_nobody_touched_changes_nothing(path: str, value: Any, culture: Culture) -> None:
    field = field_of(path)
    value = field.clean(value)
    actor = dataclasses.replace(SYSTEM, culture=culture)
    with cultures.use(culture):
        control = form_field(actor, registry.get(path.partition(".")[0]), field, value=value)
        read = field.parse(raw_of(field, sent_by(control)), culture)
    assert field.plain(read) == field.plain(value)


@pytest.mark.parametrize("culture", [BRITISH, GERMAN, AMERICAN], ids=lambda one: one.locale)
@pytest.mark.parametrize(("path", "value"), CASES, ids=lambda one: str(one)[:30])
def test_an_answer_of_a_conflict_dialog_is_the_value_it_stood_for(path: str, value: Any, culture: Culture) -> None:
    field = field_of(path)
    value = field.clean(value)
    with cultures.use(culture):
        read = field.parse(raw_of(field, {field.key: unescape(raw_text(field, value))}), culture)
    assert field.plain(read) == field.plain(value)


@pytest.mark.parametrize(("path", "value"), CASES, ids=lambda one: str(one)[:30])
def test_what_was_typed_stays_as_it_was_typed(path: str, value: Any) -> None:
    """A form that was refused shows the same text again, which again sends the same."""
    field, obj = field_of(path), registry.get(path.partition(".")[0])
    with cultures.use(BRITISH):
        first = sent_by(form_field(SYSTEM, obj, field, value=field.clean(value)))
        again = sent_by(form_field(SYSTEM, obj, field, raw=raw_of(field, first)))
        assert field.parse(raw_of(field, again), BRITISH) == field.parse(raw_of(field, first), BRITISH)


def test_references_keep_their_records() -> None:
    maker, other = make("maker", name="Holz"), make("maker", name="Blech")
    for path, value in (
        ("toy.maker", maker.pk),
        ("toy.resellers", [maker.pk, other.pk]),
        ("play.about", Ref("maker", maker.pk)),
    ):
        field = field_of(path)
        control = form_field(SYSTEM, registry.get(path.partition(".")[0]), field, value=value)
        assert control["chosen"][0]["label"] == "Holz"
        assert field.parse(raw_of(field, sent_by(control)), BRITISH) == value
        assert field.parse(raw_of(field, {field.key: raw_text(field, value)}), BRITISH) == value


@pytest.mark.parametrize(
    "raw", ["x", "\x00", "9" * 5_000, ["a", "b"], {"a": 1}, "{" * 1_000, "[1]", "new:", "1,2,zz", "−5", "1e999"]
)
def test_no_hostile_answer_breaks_a_form_that_shows_it_again(raw: Any) -> None:
    for key in ("toy", "maker", "play"):
        obj = registry.get(key)
        for field in obj.editable.values():
            control = form_field(SYSTEM, obj, field, raw=raw, error="wrong")
            assert control["name"] == field.key
            raw_of(field, {field.key: raw, f"{field.key}_currency": raw, f"{field.key}_text": raw})
