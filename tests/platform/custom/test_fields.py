"""An own field is a field like any other: written, read, queried, searched, undone, exported."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.platform import query, records
from rapport.platform.custom import current
from rapport.platform.events.models import Event
from rapport.platform.fields import Choice, MoneyField
from rapport.platform.objects import registry
from rapport.platform.search import find
from tests.make import actor_as
from tests.platform.custom.make import ANSWERS, SYSTEM, one_of_each, own_field, own_object

pytestmark = pytest.mark.django_db

VALUES: dict[str, Any] = {
    "my_text": 'Ärmel\'s "100 %" {0}',
    "my_long_text": "one\ntwo",
    "my_number": 2**62,
    "my_decimal": Decimal("12345678901234.56"),
    "my_percent": Decimal("12.50"),
    "my_money": Money(Decimal("99.9"), "EUR"),
    "my_date": date(2024, 2, 29),
    "my_datetime": datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
    "my_duration": timedelta(hours=3),
    "my_boolean": True,
    "my_choice": "gold",
    "my_multi_choice": ["gold", "old"],
    "my_email": "ada@example.org",
    "my_phone": "+4930123456",
    "my_url": "https://example.org/a",
    "my_address": PostalAddress("Weg 1", "", "89073", "Ulm", "", "DE"),
}


def toy(**values: Any) -> Any:
    return records.create(SYSTEM, registry.get("toy"), {"name": "Bear", **values})


def test_every_type_keeps_its_value_and_its_class() -> None:
    one_of_each("toy")
    obj = registry.get("toy")
    assert isinstance(obj.field("my_money"), MoneyField) and isinstance(obj.field("my_choice"), Choice)
    maker = records.create(SYSTEM, registry.get("maker"), {"name": "Käthe"})
    made = toy(**VALUES, my_reference=maker.pk)
    fresh = obj.model._default_manager.get(pk=made.pk)
    for key, value in {**VALUES, "my_reference": maker.pk, "my_auto_number": "1"}.items():
        assert obj.field(key).read(fresh) == value, key
    keys = [*VALUES, "my_auto_number"]
    page = query.rows(SYSTEM, query.plan(SYSTEM, obj, "", select=keys))
    assert list(page.rows[0].values) == [obj.field(key).read(fresh) for key in keys]
    told = query.plain_rows(SYSTEM, query.plan(SYSTEM, obj, "", select=[*keys, "my_reference"])).rows[0]
    plain = orjson.loads(orjson.dumps(told))
    assert plain.pop("my_reference") == str(maker.uid)
    assert {key: plain[key] for key in keys} == {key: obj.field(key).plain(obj.field(key).read(fresh)) for key in keys}


def test_a_new_key_and_label_touch_no_value() -> None:
    field = own_field("toy", "Grade", "choice")
    made = toy(grade="gold")
    records.update(SYSTEM, field, {"label": "Rank", "key": "rank"})
    obj = registry.get("toy")
    assert "grade" not in obj.fields
    assert obj.field("rank").read(made) == "gold"
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, "rank = Gold")) == 1


def test_retired_and_brought_back_without_loss() -> None:
    field = own_field("toy", "Grade", "choice")
    made = toy(grade="gold")
    records.archive(SYSTEM, field)
    assert "grade" not in registry.get("toy").fields
    made = records.update(SYSTEM, registry.get("toy").model._default_manager.get(pk=made.pk), {"name": "Bär"})
    other = own_field("toy", "Grade", "number")
    assert other.key == "grade" and other.stored != field.stored
    with pytest.raises(ValidationError):
        records.restore(SYSTEM, field)
    records.archive(SYSTEM, other)
    records.restore(SYSTEM, field)
    assert registry.get("toy").field("grade").read(made) == "gold"


def test_an_answer_taken_out_stays_readable() -> None:
    field = own_field("toy", "Grade", "choice")
    made = toy(grade="old")
    records.update(SYSTEM, field, {"options": ANSWERS[:2]})
    grade = registry.get("toy").field("grade")
    assert isinstance(grade, Choice)
    assert [one.key for one in grade.offered()] == ["gold", "silver"]
    assert [one.key for one in grade.offered("old")] == ["gold", "silver", "old"]
    assert grade.format(grade.read(made), SYSTEM.culture) == "Old"


def test_another_type_only_where_every_value_can_be_read() -> None:
    field = own_field("toy", "Size")
    first, second = toy(size="12"), toy(size="13")
    records.update(SYSTEM, field, {"type": "number"})
    first.refresh_from_db()
    assert registry.get("toy").field("size").read(first) == 12
    records.update(SYSTEM, field, {"type": "text"})
    second = records.update(SYSTEM, registry.get("toy").model._default_manager.get(pk=second.pk), {"size": "large"})
    with pytest.raises(ValidationError) as refused:
        records.update(SYSTEM, field, {"type": "number"})
    assert "large" in str(refused.value)
    assert registry.get("toy").field("size").read(second) == "large"


def test_changes_are_told_and_undone() -> None:
    own_field("toy", "Grade", "choice")
    made = toy(grade="gold")
    made = records.update(SYSTEM, made, {"grade": "silver"})
    event = Event.objects.filter(object="toy", record_id=made.pk).latest("id")
    assert event.changes["grade"] == ["gold", "silver"]
    made = records.undo(SYSTEM, event)
    assert registry.get("toy").field("grade").read(made) == "gold"


def test_a_definition_is_undone_like_any_change() -> None:
    field = own_field("toy", "Grade")
    records.undo(SYSTEM, Event.objects.filter(object="own_field", record_id=field.pk).latest("id"))
    assert "grade" not in registry.get("toy").fields


def test_unique_values_are_refused_by_the_database() -> None:
    own_field("toy", "Code", unique=True)
    toy(code="A1")
    toy()
    toy()
    with pytest.raises(ValidationError) as refused:
        toy(code="a1")
    assert "code" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        records.load(SYSTEM, registry.get("toy"), [{"name": "x", "code": "B"}, {"name": "y", "code": "B"}])
    assert "code" in refused.value.message_dict


def test_doubles_keep_a_field_from_becoming_unique() -> None:
    field = own_field("toy", "Code")
    toy(code="A1")
    toy(code="a1")
    with pytest.raises(ValidationError) as refused:
        records.update(SYSTEM, field, {"unique": True})
    assert "unique" in refused.value.message_dict


def test_searchable_values_are_found() -> None:
    own_field("toy", "Nickname", searchable=True)
    made = toy(nickname="Brummbär")
    assert [hit.id for hit in find(SYSTEM, "brummb").hits] == [made.pk]


def test_required_is_asked_on_the_next_save_only() -> None:
    made = toy()
    own_field("toy", "Grade", required=True)
    records.update(SYSTEM, made, {"name": "Bär"})
    with pytest.raises(ValidationError):
        toy()


def test_a_batch_keeps_what_others_wrote_beside() -> None:
    own_field("toy", "One")
    own_field("toy", "Two")
    obj = registry.get("toy")
    made = toy(one="1", two="2")
    stale = obj.model._default_manager.get(pk=made.pk)
    records.update(SYSTEM, made, {"two": "changed"})
    records.load_updates(SYSTEM, obj, [(stale, {"one": "new"})])
    made.refresh_from_db()
    assert (obj.field("one").read(made), obj.field("two").read(made)) == ("new", "changed")


@pytest.mark.parametrize("role", ["sales", "sales_manager", "api", "read_only", "marketing"])
def test_only_keepers_of_the_house_define(role: str) -> None:
    actor = actor_as(role)
    with pytest.raises(PermissionDenied):
        records.create(actor, registry.get("own_field"), {"object": "toy", "label": "X", "type": "text"})
    assert actor.may(registry.get("own_field"), "read") == "all"


@pytest.mark.parametrize(
    "label",
    ["__proto__", "constructor", "SELECT", "'; DROP TABLE platform_event; --", "{}{0}%s", "🦄", "١٢٣", "x" * 80, "and"],
)
def test_hostile_labels_become_harmless_keys(label: str) -> None:
    field = own_field("toy", label, "choice")
    obj = registry.get("toy")
    made = toy(**{field.key: "gold"})
    assert query.count(SYSTEM, query.plan(SYSTEM, obj, f"{field.key} = gold sort by {field.key}")) == 1
    assert obj.field(field.key).read(made) == "gold"


@pytest.mark.parametrize(
    "key", ["__proto__", "own_x", "id", "and", "A", "1a", "a__b", "a-b", "a'b", "name", "owner", "x" * 41]
)
def test_impossible_keys_are_refused(key: str) -> None:
    with pytest.raises(ValidationError) as refused:
        own_field("toy", "X", key=key)
    assert "key" in refused.value.message_dict


def test_a_declared_field_wins_over_an_own_one_of_its_name() -> None:
    field = own_field("toy", "Grade")
    made = toy(grade="A")
    type(field).objects.filter(pk=field.pk).update(key="price")
    current.changed()
    obj = registry.get("toy")
    assert isinstance(obj.field("price"), MoneyField)
    assert obj.field("own_price").read(made) == "A"
    said = StringIO()
    call_command("check", stdout=said)
    assert "own_price" in said.getvalue()


def test_a_member_of_a_family_has_fields_of_its_own() -> None:
    own_field("workshop", "Benches", "number")
    assert "benches" in registry.get("workshop").fields
    assert "benches" in registry.get("maker").fields
    assert "benches" not in registry.get("factory").fields
    with pytest.raises(ValidationError):
        own_field("factory", "Benches", key="benches")


def test_references_that_point_at_each_other() -> None:
    one, two = own_object("Ship"), own_object("Port")
    own_field(one.key, "Home", "reference", target=two.key)
    own_field(two.key, "Flagship", "reference", target=one.key)
    port = records.create(SYSTEM, registry.get(two.key), {"name": "Kiel"})
    ship = records.create(SYSTEM, registry.get(one.key), {"name": "Gorch", "home": port.pk})
    records.update(SYSTEM, port, {"flagship": ship.pk})
    assert query.count(SYSTEM, query.plan(SYSTEM, registry.get(one.key), 'home.flagship.home.name = "kiel"')) == 1
