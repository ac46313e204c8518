"""The batch path is the single one, only set-wise: the same columns, the same Event, the same refusals."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.platform import records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.search.models import SearchWord
from tests.make import SYSTEM

pytestmark = pytest.mark.django_db
OWN = {"id", "uid", "number", "created_at", "updated_at"}


def toy_values() -> dict[str, Any]:
    maker = records.create(SYSTEM, registry.get("workshop"), {"name": "Müller", "address": PostalAddress(city="Ulm")})
    return {
        "name": "Bus “Ü” 🚌",
        "maker": maker.pk,
        "stage": "built",
        "uses": ["bath", "travel"],
        "price": Money(Decimal("12.50"), "EUR"),
        "margin": Decimal("12.5"),
        "weight": Decimal("1.250"),
        "pieces": 2**40,
        "build_time": timedelta(minutes=90),
        "launched_on": date(2026, 5, 1),
        "sold_at": datetime(2026, 5, 1, 8, 30, 15, 123456, tzinfo=UTC),
        "open": False,
        "contact": "anna@example.org",
        "hotline": "+494012345",
        "note": "long\ntext",
        "story": "<p>told</p>",
        "resellers": [maker.pk],
        "tags": ["red"],
    }


def row_of(record: Any) -> dict[str, Any]:
    fresh = type(record)._default_manager.values().get(pk=record.pk)
    return {key: value for key, value in fresh.items() if key not in OWN}


def event_of(record: Any) -> dict[str, Any]:
    event: dict[str, Any] = {**Event.objects.values().get(object="toy", record_id=record.pk)}
    changes = {key: pair for key, pair in event.pop("changes").items() if key != "number"}
    apart = {"id", "transaction", "record_id", "record_uid", "at", "recorded_at", "reactions"}
    return {**{key: value for key, value in event.items() if key not in apart}, "changes": changes}


def test_a_loaded_record_is_a_created_one() -> None:
    values, obj = toy_values(), registry.get("toy")
    one = records.create(SYSTEM, obj, values)
    first, second = records.load(SYSTEM, obj, [values, {"name": "Plain"}])
    plain = records.create(SYSTEM, obj, {"name": "Plain"})
    for loaded, made in ((first, one), (second, plain)):
        assert row_of(loaded) == row_of(made)
        assert event_of(loaded) == event_of(made)
        assert sorted(SearchWord.objects.filter(record_id=loaded.pk, object="toy").values_list("word", "weight")) != []


def test_records_of_a_batch_share_nothing_that_can_be_changed() -> None:
    first, second = records.load(SYSTEM, registry.get("toy"), [{"name": "A"}, {"name": "B"}])
    first.custom["x"] = 1
    first.uses.append("bath")
    assert second.custom == {}
    assert "bath" not in second.uses
    assert first.uid != second.uid
    assert first._state is not second._state


def test_the_first_bad_row_is_named_and_nothing_is_written() -> None:
    with pytest.raises(ValidationError) as refused:
        records.load(SYSTEM, registry.get("toy"), [{"name": "A"}, {"stage": "built"}])
    assert refused.value.params == {"message": "Enter a value for “Name”.", "row": 1}
    with pytest.raises(ValidationError, match="no such field"):
        records.load(SYSTEM, registry.get("toy"), [{"name": "A", "nothing": 1}])
    assert not Event.objects.filter(object="toy").exists()
