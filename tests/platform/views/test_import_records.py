"""The import page where one row makes several records: added, filled, taken out and tried by clicks alone."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from rapport.interactions.interaction import Interaction
from rapport.parties.party import Party
from rapport.platform.transfer.models import Import
from tests.platform.views.site import visit_as
from tests.platform.views.test_import import drop, finish

pytestmark = pytest.mark.django_db
ROWS = (
    "Company,Given name,Family name,E-mail,Talk\n"
    "Acme,Ana,Berg,ana@acme.example,Wants a quote\nBolt,Tom,Tal,tom@bolt.example,Later\n"
)


@pytest.fixture
def client() -> Client:
    return visit_as("owner")


@pytest.fixture
def found(client: Client) -> Import:
    drop(client, ROWS, "leads.csv")
    made = Import.objects.get()
    client.post(
        f"/import/{made.pk}/file", {"object": "organisation", "separator": ",", "encoding": "utf-8", "header_row": "1"}
    )
    return made


def url(found: Import) -> str:
    return f"/import/{found.pk}/columns"


def records_of(found: Import) -> list[dict[str, Any]]:
    found.refresh_from_db()
    return list(found.mapping["record"])


def add(client: Client, found: Import, key: str, **form: str) -> None:
    form = form or {"to_0": "name", "keys": "name", "mode": "both", "blank": "keep"}
    answer = client.post(url(found), {**form, "do": "add", "add": key})
    assert answer.status_code in (302, 303)
    assert f"#record-{len(records_of(found))}" in answer.headers["Location"]


def block(found: Import, place: int, fields: dict[str, str], keys: tuple[str, ...] = ()) -> dict[str, str]:
    """The form of one block: {path: where from}."""
    form = {f"r{place}_mode": "both", f"r{place}_blank": "keep"}
    for number, (path, origin) in enumerate(fields.items()):
        form |= {f"r{place}_f{number}_path": path, f"r{place}_f{number}_from": origin}
        if path in keys:
            form[f"r{place}_f{number}_key"] = "on"
    return form


def test_a_second_record_takes_the_free_columns_and_points_at_the_first(client: Client, found: Import) -> None:
    add(client, found, "person")
    firm, person = records_of(found)
    assert firm["fields"] == {"name": "Company"}
    assert person["fields"] == {
        "parent": {"record": "organisation"},
        "given": "Given name",
        "family": "Family name",
        "email": "E-mail",
    }
    assert person["keys"] == ["email"]
    page = unescape(client.get(url(found)).content.decode())
    assert "the Organisation of this row" in page
    assert "ana@acme.example" in page
    assert "Person: E-mail" in page
    assert "left out" in page


def test_by_clicks_alone_a_row_becomes_firm_contact_and_note(client: Client, found: Import) -> None:
    add(client, found, "person")
    forms = block(found, 0, {"name": "column:0"}, ("name",)) | block(
        found,
        1,
        {"parent": "record:organisation", "given": "column:1", "family": "column:2", "email": "column:3"},
        ("email",),
    )
    add(client, found, "interaction", **forms)
    page = unescape(client.get(url(found)).content.decode())
    assert "A new one needs Channel" in page
    forms |= block(found, 2, {"customer": "record:person", "body": "column:4", "kind": "value"})
    forms["r2_f2_value"] = "note"
    answer = client.post(url(found), forms)
    assert answer.headers["Location"] == f"/import/{found.pk}/check"
    client.post(f"/import/{found.pk}")
    done = finish(found)
    assert done.counts["rows"] == {"created": 2}
    ana = Party.objects.get(email="ana@acme.example")
    assert ana.parent is not None
    assert (ana.name, ana.parent.name) == ("Ana Berg", "Acme")
    assert Interaction.objects.get(customer=ana).body == "Wants a quote"


def test_a_record_taken_out_leaves_nothing_that_points_at_it(client: Client, found: Import) -> None:
    add(client, found, "person")
    forms = block(found, 0, {"name": "column:0"}) | block(
        found, 1, {"parent": "record:organisation", "given": "column:1"}
    )
    client.post(url(found), {**forms, "do": "remove:organisation"})
    (person,) = records_of(found)
    assert person["fields"] == {"given": "Given name"}


def test_what_a_click_cannot_say_stays_as_written(client: Client, found: Import) -> None:
    text = """version = 1
[[record]]
object = "organisation"
keys = [["external_id"], ["name"]]
created_at = "Talk"
[record.fields]
name = { columns = ["Company", "Family name"] }
external_id = "Company"
[[record]]
object = "person"
[record.fields]
parent = { record = "organisation" }
given = { column = "Given name", aliases = { Anna = "Ana" }, default = "Unknown" }
"""
    client.post(url(found), {"text": text, "do": "more"})
    before = records_of(found)
    page = unescape(client.get(url(found)).content.decode())
    assert "Company, Family name" in page
    assert "several ways in which it is found" in page
    forms = block(found, 0, {"name": "written", "external_id": "column:0"}, ("external_id", "name"))
    forms |= block(found, 1, {"parent": "record:organisation", "given": "column:1"})
    client.post(url(found), {**forms, "r1_f1_aliases": "Anna = Ana", "do": "more"})
    assert records_of(found) == before


def test_hostile_forms_say_nothing(client: Client, found: Import) -> None:
    add(client, found, "person")
    forms = block(found, 0, {"name": "column:99", "password": "column:0", "": "column:0", "legal_name": "record:"})
    answer = client.post(url(found), {**forms, "r0_mode": "x", "r0_f0_missing": "y", "do": "more"})
    assert answer.status_code in (302, 303)
    assert records_of(found)[0].get("fields", {}) == {}
    assert client.post(url(found), {"do": "add", "add": "no_such", **block(found, 0, {})}).status_code in (302, 303)
    assert len(records_of(found)) == 2
    assert client.get(url(found)).status_code == 200
