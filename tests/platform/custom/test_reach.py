"""Own fields beside forms and lists: panels, stories, files, descriptions, search, several processes."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from rapport.platform import access, definitions, query, records, search, timeline
from rapport.platform.custom import current, words
from rapport.platform.custom.models import DefinitionsStamp, OwnField
from rapport.platform.jobs.models import Job
from rapport.platform.objects import registry
from tests.make import make_organisation, make_user
from tests.platform.api.caller import caller
from tests.platform.custom.make import SYSTEM, at_once, own_field, own_object

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(make_user(roles=("administrator",)))
    return client


def make(key: str, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def test_a_record_pointed_at_lists_those_that_point(browser: Client) -> None:
    obj = own_object("Ship")
    own_field(obj.key, "Built by", "reference", target="maker")
    maker = make("maker", name="Werft")
    ship = make(obj.key, name="Gorch Fock", built_by=maker.pk)
    assert "Gorch Fock" in browser.get(f"/makers/{maker.pk}").content.decode()
    assert query.count(SYSTEM, query.plan(SYSTEM, registry.get("maker"), 'any ships where name = "gorch fock"')) == 1
    own_field("toy", "Model of", "reference", target=obj.key)
    make("toy", name="Little Gorch", model_of=ship.pk)
    assert "Little Gorch" in browser.get(f"/ships/{ship.pk}").content.decode()


def test_an_own_kind_belongs_to_the_story_of_its_customer() -> None:
    obj = own_object("Order")
    own_field(obj.key, "Customer", "reference", target="organisation")
    firm = make_organisation("Acme")
    order = make(obj.key, name="O-1", customer=firm.pk)
    page = timeline.read(SYSTEM, firm)
    assert any(entry.ref and (entry.ref.object, entry.ref.id) == (obj.key, order.pk) for entry in page.past)


def test_export_and_import_carry_own_fields(tmp_path: Path) -> None:
    obj = own_object("Ship")
    at_once(obj.key)
    obj = registry.get(obj.key)
    make(
        obj.key,
        name="Gorch",
        my_choice="gold",
        my_number=7,
        my_money=obj.field("my_money").from_plain({"amount": "5", "currency": "EUR"}),
    )
    file = tmp_path / "ships.csv"
    call_command("export", obj.key, output=file, stdout=StringIO())
    text = file.read_text(encoding="utf-8-sig")
    assert "my_choice" in text and "gold" in text.lower()
    without_uid = "\n".join(line.partition(",")[2] for line in text.splitlines())
    file.write_text(without_uid.replace("Gorch", "Passat"))
    call_command("import", str(file), object=obj.key, stdout=StringIO())
    assert query.count(SYSTEM, query.plan(SYSTEM, registry.get(obj.key), "my_choice = gold and my_number = 7")) == 2


def test_the_description_of_the_api_follows_at_once() -> None:
    owner = caller("Olga", "owner")
    before = owner("GET", "/openapi.json").json
    assert "grade" not in before["components"]["schemas"]["Toy"]["properties"]
    made = owner(
        "POST", "/own_fields", {"object": "toy", "label": "Grade", "type": "choice", "options": [{"label": "A"}]}
    )
    assert made.status == 201, made.json
    after = owner("GET", "/openapi.json").json
    assert after["components"]["schemas"]["Toy"]["properties"]["grade"]["title"] == "Grade"
    toy = owner("POST", "/toys", {"name": "Bear", "grade": "a"})
    assert (toy.status, toy.json["grade"]) == (201, "a")
    assert owner("POST", "/toys", {"name": "Bear", "grade": "b"}).status == 422


def test_a_hidden_own_field_answers_like_an_unknown_one() -> None:
    own_field("toy", "Diagnosis", sensitivity="sensitive")
    make("toy", name="Bear", diagnosis="none")
    sales = caller("Sam", "sales")
    hidden = sales("GET", "/toys?q=diagnosis = none")
    unknown = sales("GET", "/toys?q=diagnosos = none")
    assert (hidden.status, unknown.status) == (400, 400)
    assert "diagnosis" not in sales("GET", "/toys").json["items"][0]


def test_old_records_are_found_by_a_field_that_becomes_searchable() -> None:
    field = own_field("toy", "Nickname")
    made = make("toy", name="Bear", nickname="Brummbär")
    assert not search.find(SYSTEM, "brummb").hits
    records.update(SYSTEM, field, {"searchable": True})
    assert Job.objects.get(key="own_field.words").arguments == {"object": "toy"}
    words.read_again(SYSTEM, None, object="toy")  # type: ignore[arg-type]  # it tells no progress
    assert [hit.id for hit in search.find(SYSTEM, "brummb").hits] == [made.pk]
    records.archive(SYSTEM, field)
    words.read_again(SYSTEM, None, object="toy")  # type: ignore[arg-type]  # as above
    assert not search.find(SYSTEM, "brummb").hits


def test_another_process_learns_of_a_definition_and_a_running_request_does_not() -> None:
    own_field("toy", "Grade")
    known = definitions.current()
    # Another process: it knew nothing, and is told the stamp by its next request.
    definitions.share(definitions.Definitions())
    stamp = DefinitionsStamp.objects.get().number
    assert "grade" not in registry.get("toy").fields
    with current.using(stamp):
        assert "grade" in registry.get("toy").fields
        definitions.share(definitions.Definitions(stamp=-1))
        assert "grade" in registry.get("toy").fields, "the request keeps what it began with"
    definitions.share(known)


def test_no_page_asks_more_queries_for_it(browser: Client, django_assert_max_num_queries: Any) -> None:
    browser.get("/toys")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        browser.get("/toys")
    at_once("toy")
    browser.get("/toys")
    with CaptureQueriesContext(connection) as after:
        browser.get("/toys")
    assert len(after) == len(before)


def test_more_fields_than_anybody_needs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current, "MOST_FIELDS", 3)
    for number in range(3):
        own_field("toy", f"F{number}")
    with pytest.raises(ValidationError, match="At most 3"):
        own_field("toy", "F4")
    assert OwnField.objects.count() == 3


def test_a_retired_kind_is_out_of_reach_and_comes_back_whole() -> None:
    obj = own_object("Ship")
    own_field("toy", "Sails on", "reference", target=obj.key)
    ship = make(obj.key, name="Gorch")
    toy = make("toy", name="Bear", sails_on=ship.pk)
    definition = registry.get("own_object").model._default_manager.get()
    records.archive(SYSTEM, definition)
    assert not registry.has(obj.key) and "sails_on" not in registry.get("toy").fields
    assert current.problems()
    timeline.read(SYSTEM, toy)
    assert not search.find(SYSTEM, "gorch").hits
    records.restore(SYSTEM, definition)
    assert registry.get("toy").field("sails_on").read(toy) == ship.pk
    assert access.find(SYSTEM, registry.get(obj.key), ship.pk) == ship
