"""Required, shown and read-only under a condition: kept by every way of writing, told on every screen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rapport.base.money import Money
from rapport.platform import records
from rapport.platform.formula import conditions
from rapport.platform.objects import registry
from tests.platform.custom.make import SYSTEM, own_field

pytestmark = pytest.mark.django_db
TEN = Money(Decimal(10), "EUR")


def toy(**values: Any) -> Any:
    return records.create(SYSTEM, registry.get("toy"), {"name": "Bear", **values})


def test_a_value_is_required_only_while_the_condition_holds() -> None:
    own_field("toy", "Reason", required_when="stage = lost or price > 100")
    obj = registry.get("toy")
    one = toy(stage="idea")
    with pytest.raises(ValidationError, match="Enter a value for “Reason”"):
        records.update(SYSTEM, one, {"stage": "lost"})
    with pytest.raises(ValidationError, match="Reason"):
        toy(stage="lost")
    with pytest.raises(ValidationError, match="Reason"):
        records.load(SYSTEM, obj, [{"name": "A"}, {"name": "B", "stage": "lost"}])
    with pytest.raises(ValidationError, match="Reason"):
        records.load_updates(SYSTEM, obj, [(one, {"price": Money(Decimal(101), "EUR")})])
    done = records.update(SYSTEM, one, {"stage": "lost", "reason": "rain"})
    with pytest.raises(ValidationError, match="Reason"):
        records.update(SYSTEM, done, {"reason": ""})


def test_what_was_missing_before_does_not_stop_other_work() -> None:
    one = toy(stage="lost")
    own_field("toy", "Reason", required_when="stage = lost")
    assert records.update(SYSTEM, one, {"pieces": 4}).pieces == 4


def test_a_locked_value_stays_as_it_is() -> None:
    own_field("toy", "Terms", locked_when="stage = won and maker.kind = workshop")
    obj = registry.get("toy")
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Käthe", "kind": "workshop"})
    one = toy(stage="won", terms="30 days", maker=maker.pk)
    fresh = obj.model._default_manager.get(pk=one.pk)
    for write in (records.update, records.write):
        with pytest.raises(ValidationError, match="“Terms” is read-only as this record stands"):
            write(SYSTEM, fresh, {"terms": "60 days"})
    with pytest.raises(ValidationError, match="Terms"):
        records.load_updates(SYSTEM, obj, [(fresh, {"terms": "60 days"})])
    opened = records.update(SYSTEM, obj.model._default_manager.get(pk=one.pk), {"stage": "idea"})
    assert obj.field("terms").read(records.update(SYSTEM, opened, {"terms": "60 days"})) == "60 days"


def test_screens_know_how_fields_stand() -> None:
    own_field("toy", "Bath", shown_when="uses contains bath", required_when="open", locked_when="tags contains old")
    obj = registry.get("toy")
    one = toy(uses=["bath"], tags=["old"], open=False)
    assert conditions.states(obj, one, {}) == {"bath": conditions.State(required=False, shown=True, locked=True)}
    assert conditions.states(obj, one, {"uses": [], "open": True, "tags": []}) == {
        "bath": conditions.State(required=True, shown=False, locked=False)
    }
    assert conditions.hidden(obj, one) == set()


@pytest.mark.parametrize("text", ["prise > 1", "count plays > 2", "any plays", "stage = won sort by name", "name ="])
def test_a_condition_that_cannot_be_asked_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        own_field("toy", "Reason", required_when=text)
    assert "required_when" in caught.value.message_dict


def test_a_condition_over_a_retired_field_asks_nothing() -> None:
    other = own_field("toy", "Other", "number")
    own_field("toy", "Reason", required_when="other > 1")
    records.archive(SYSTEM, other)
    assert toy().pk
