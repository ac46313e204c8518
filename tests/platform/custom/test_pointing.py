"""Own fields that point: at many records, at one of several kinds, at a file. On form, list, filter, API and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rapport.platform import access, files, query, records
from rapport.platform.accounts.models import User
from rapport.platform.custom import change
from rapport.platform.custom.models import OwnLink
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from tests.make import actor_as, make_user
from tests.platform.api.caller import caller
from tests.platform.custom.make import SYSTEM, own_field, own_object

pytestmark = pytest.mark.django_db


def make(key: str, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def ids(key: str, text: str) -> list[int]:
    return sorted(query.ids(SYSTEM, query.plan(SYSTEM, registry.get(key), text)))


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(make_user(roles=("administrator",)))
    return client


def test_several_records_are_kept_in_order_asked_for_and_counted_back() -> None:
    own_field("toy", "Helpers", "reference_many", target="maker")
    ada, bo = make("maker", name="Ada"), make("maker", name="Bo")
    kite = make("toy", name="Kite", helpers=[bo.pk, ada.pk, bo.pk])
    ball = make("toy", name="Ball")
    field = registry.get("toy").field("helpers")
    assert field.read(kite) == [bo.pk, ada.pk] and field.read(ball) == []
    assert ids("toy", "helpers = Ada") == [kite.pk]
    assert ids("toy", "helpers is empty") == [ball.pk]
    assert ids("maker", 'any toys via helpers where name = "Kite"') == [ada.pk, bo.pk]
    records.update(SYSTEM, kite, {"helpers": [ada.pk]})
    assert OwnLink.objects.count() == 1 and ids("toy", "helpers = Bo") == []


def test_links_of_two_fields_and_of_two_kinds_do_not_mix() -> None:
    ship, boat = own_object("Ship"), own_object("Boat")
    for kind in (ship.key, boat.key):
        own_field(kind, "Crew", "reference_many", target="maker")
    own_field(ship.key, "Guests", "reference_many", target="maker")
    ada, bo = make("maker", name="Ada"), make("maker", name="Bo")
    one = make(ship.key, name="One", crew=[ada.pk], guests=[bo.pk])
    two = make(boat.key, name="Two", crew=[bo.pk])
    assert ids(ship.key, "crew = Ada") == [one.pk] and ids(ship.key, "crew = Bo") == []
    assert ids(boat.key, "crew = Bo") == [two.pk] and ids(ship.key, "guests = Bo") == [one.pk]


def test_one_of_several_kinds() -> None:
    own_field("toy", "Comes from", "reference_any", target="maker,toy")
    ada = make("maker", name="Ada")
    old = make("toy", name="Old", comes_from=Ref("maker", ada.pk))
    new = make("toy", name="New", comes_from=Ref("toy", old.pk))
    field = registry.get("toy").field("comes_from")
    assert field.read(new) == Ref("toy", old.pk)
    assert ids("toy", f"comes_from = maker:{ada.pk}") == [old.pk]
    assert ids("toy", "comes_from is empty") == []
    user = make_user()
    with pytest.raises(ValidationError, match="does not take records of the kind"):
        make("toy", name="Wrong", comes_from=Ref("user", user.pk))


def test_a_file_is_read_by_whoever_reads_the_record() -> None:
    own_field("toy", "Plan", "file")
    kept = files.store(SYSTEM, SimpleUploadedFile("plan.txt", b"three wheels"), "plan.txt")
    file = registry.get("file")
    reader = actor_as("read_only")
    nobody = actor_as(make_user())
    one = make("toy", name="Tricycle", plan=kept.pk)
    assert registry.get("toy").field("plan").read(one) == kept.pk
    assert access.visible(reader, file).filter(pk=kept.pk).exists()
    assert not access.visible(nobody, file).filter(pk=kept.pk).exists()


def test_whoever_may_not_see_a_record_cannot_point_at_it() -> None:
    own_field("toy", "Helpers", "reference_many", target="maker")
    own_field("toy", "Plan", "file")
    kept = files.store(SYSTEM, SimpleUploadedFile("plan.txt", b"secret"), "plan.txt")
    sales = actor_as("sales")
    for values in ({"helpers": [999_999]}, {"plan": kept.pk}):
        with pytest.raises(ValidationError, match="There is no such record"):
            records.create(sales, registry.get("toy"), {"name": "Kite", **values})


def test_what_points_stays_what_it_is_while_there_are_values() -> None:
    many = own_field("toy", "Helpers", "reference_many", target="maker")
    any_of = own_field("toy", "Comes from", "reference_any", target="maker,toy")
    ada = make("maker", name="Ada")
    make("toy", name="Kite", helpers=[ada.pk], comes_from=Ref("maker", ada.pk))
    assert (change.values_in(many), change.values_in(any_of)) == (1, 1)
    for definition, values in ((many, {"type": "text"}), (many, {"target": "toy"}), (any_of, {"target": "toy"})):
        with pytest.raises(ValidationError, match="cannot become a reference"):
            records.update(SYSTEM, definition, values)
    records.update(SYSTEM, any_of, {"target": "maker,toy,user"})


def test_a_program_reads_and_writes_them_by_uid() -> None:
    own_field("toy", "Helpers", "reference_many", target="maker")
    own_field("toy", "Comes from", "reference_any", target="maker,toy")
    own_field("toy", "Plan", "file")
    ada = make("maker", name="Ada")
    program = caller("Olga", "owner")
    kept = files.store(SYSTEM, SimpleUploadedFile("plan.txt", b"x"), "plan.txt")
    kept.created_by = User.objects.get(name="Olga")
    kept.save()
    sent = {
        "name": "Kite", "helpers": [str(ada.uid)], "plan": str(kept.uid),
        "comes_from": {"object": "maker", "id": str(ada.uid)},
    }  # fmt: skip
    made = program("POST", "/toys", sent)
    assert made.status == 201, made.json
    found = program("GET", f"/toys/{made.json['id']}").json
    assert [one["id"] for one in found["helpers"]] == [str(ada.uid)]
    assert found["comes_from"]["id"] == str(ada.uid) and found["plan"]["id"] == str(kept.uid)
    listed = program("GET", "/toys?q=helpers+%3D+Ada").json
    assert len(listed["items"]) == 1


def test_they_are_made_and_filled_in_the_browser(browser: Client) -> None:
    new = reverse("settings_field_new", args=("toy",))
    for asked in (
        {"type": "reference_many", "label": "Helpers", "target": "maker", "sensitivity": "standard"},
        {"type": "reference_any", "label": "Comes from", "target": ["maker", "toy"], "sensitivity": "standard"},
        {"type": "file", "label": "Plan", "sensitivity": "standard"},
    ):
        assert browser.get(f"{new}?type={asked['type']}").status_code == 200
        assert browser.post(new, asked).status_code == 303, asked
    listed = browser.get(reverse("settings_fields_of", args=("toy",))).content.decode()
    assert "Makers, Toys" in listed
    ada, bo = make("maker", name="Ada"), make("maker", name="Bo")
    form = browser.get("/toys/new").content.decode()
    assert 'data-name="helpers" data-many' in form and 'data-name="comes_from"' in form and 'type="file"' in form
    sent: dict[str, Any] = {
        "fields": "name,helpers,comes_from,plan",
        "name": "Kite",
        "helpers": [str(ada.pk), str(bo.pk)],
    }
    sent |= {"comes_from": f"maker:{ada.pk}", "plan": SimpleUploadedFile("plan.txt", b"wheels")}
    assert browser.post("/toys/new", sent).status_code == 303
    kite = registry.get("toy").model._default_manager.get()
    page = browser.get(f"/toys/{kite.pk}").content.decode()
    assert "Ada" in page and "Bo" in page and "plan.txt" in page
    rows = browser.get("/toys?columns=name,helpers,comes_from,plan").content.decode()
    assert "Bo" in rows and "plan.txt" in rows
    assert "Kite" in browser.get(f"/makers/{bo.pk}").content.decode()


def test_the_order_is_kept_as_it_was_dragged(browser: Client) -> None:
    one, two, three = (own_field("toy", label) for label in ("One", "Two", "Three"))
    order = reverse("settings_fields_order", args=("toy",))
    assert browser.post(order, {"item": [str(three.pk), str(one.pk), "x"]}).status_code in (204, 303)
    page = browser.get(reverse("settings_fields_of", args=("toy",))).content.decode()
    places = [page.index(f'data-label="{label}"') for label in ("Three", "One", "Two")]
    assert places == sorted(places)
    plain = Client()
    plain.force_login(make_user(roles=("sales",)))
    assert plain.post(order, {"item": [str(two.pk)]}).status_code == 403
