"""One record through the API: create, read, change, conflict, archive, restore, undo, tags, files."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.base.ids import uuid7
from rapport.platform.events.models import Event
from tests.platform.api.caller import Caller
from tests.toyshop.models import Maker, Toy

# Fixed: every process of a parallel run must name its tests alike.
NOBODY = "9e6acf8e-c196-4fdf-aa21-d38b6a1d100d"


@pytest.fixture
def maker(owner: Caller) -> dict[str, Any]:
    made: dict[str, Any] = owner("POST", "/makers", {"name": "Holz"}).json
    return made


@pytest.fixture
def toy(owner: Caller, maker: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = owner("POST", "/toys", {"name": "Bus", "maker": maker["id"], "tags": ["red"]}).json
    return made


def test_creating_answers_with_address_version_and_everything_that_was_stored(
    owner: Caller, maker: dict[str, Any]
) -> None:
    body = {
        "name": "Bus",
        "maker": maker["id"],
        "price": {"amount": "12.50", "currency": "USD"},
        "weight": 1.5,
        "build_time": 90,
    }
    made = owner("POST", "/toys", body)
    assert (made.status, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == f"/api/v1/toys/{made.json['id']}"
    assert made.json["maker"] == {"id": maker["id"], "label": "Holz"}
    assert (made.json["price"], made.json["weight"], made.json["build_time"]) == (
        {"amount": "12.5", "currency": "USD"},
        "1.500",
        90,
    )
    assert owner("GET", f"/toys/{made.json['id']}").json == made.json


def test_the_event_names_the_user_and_the_surface(owner: Caller, toy: dict[str, Any]) -> None:
    event = Event.objects.get(kind="toy.created")
    assert (event.actor_id, event.surface) == (owner.user.pk, "api")
    assert len(event.request) == 32


def test_an_unknown_field_is_refused_by_name_and_nothing_is_written(owner: Caller) -> None:
    reply = owner("POST", "/makers", {"name": "Holz", "nmae": "x", "created_at": "2020-01-01T00:00:00Z"})
    assert (reply.status, reply.headers["Content-Type"]) == (422, "application/problem+json")
    assert {(error["pointer"], error["message"]) for error in reply.json["errors"]} == {
        ("/nmae", "There is no such field."),
        ("/created_at", "This field cannot be set."),
    }
    assert not Maker.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", 5),
        ("name", None),
        ("name", ""),
        ("pieces", "7"),
        ("pieces", 1.5),
        ("weight", "1,5"),
        ("weight", "1e5"),
        ("margin", "101"),
        ("open", "yes"),
        ("stage", "nonsense"),
        ("uses", ["bath", "bath"]),
        ("uses", "bath"),
        ("price", {"amount": "1"}),
        ("price", {"amount": "1", "currency": "XYZ"}),
        ("price", {"amount": "1", "currency": "EUR", "base": "1"}),
        ("launched_on", "31.12.2025"),
        ("launched_on", "2025-02-30"),
        ("sold_at", "2025-01-01T10:00:00"),
        ("sold_at", "0001-01-01T10:00:00Z"),
        ("build_time", -1),
        ("maker", 1),
        ("maker", "1"),
        ("maker", {"id": "x"}),
        ("manual", NOBODY),
        ("resellers", [NOBODY]),
        ("contact", "not an address"),
        ("hotline", "abc"),
        ("site", "javascript:alert(1)"),
        ("tags", [1]),
        ("custom", {}),
        ("version", 9),
        ("uid", NOBODY),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_at_its_place(owner: Caller, field: str, value: Any) -> None:
    reply = owner("POST", "/toys", {"name": "Bus", field: value})
    assert reply.status == 422
    assert all(str(pointer).startswith(f"/{field}") for pointer in reply.pointers)
    assert not Toy.objects.exists()


def test_several_mistakes_are_told_at_once(owner: Caller) -> None:
    assert owner("POST", "/toys", {"pieces": "x", "stage": 3}).pointers == {"/name", "/pieces", "/stage"}


def test_changing_needs_the_version(owner: Caller, toy: dict[str, Any]) -> None:
    reply = owner("PATCH", f"/toys/{toy['id']}", {"name": "Car"})
    assert (reply.status, reply.json["code"]) == (428, "version_required")
    assert owner("PATCH", f"/toys/{toy['id']}", {"name": "Car"}, if_match="3").status == 400


def test_changing_raises_the_version(owner: Caller, toy: dict[str, Any]) -> None:
    reply = owner("PATCH", f"/toys/{toy['id']}", {"name": "Car"}, if_match='"1"')
    assert (reply.status, reply.headers["ETag"], reply.json["name"], reply.json["version"]) == (200, '"2"', "Car", 2)
    assert owner("PATCH", f"/toys/{toy['id']}", {"name": "Van"}, if_match="*").json["version"] == 3


def test_an_old_version_meets_both_versions_and_changes_nothing(
    owner: Caller, toy: dict[str, Any], maker: dict[str, Any]
) -> None:
    owner("PATCH", f"/toys/{toy['id']}", {"name": "Car"}, if_match='"1"')
    reply = owner("PATCH", f"/toys/{toy['id']}", {"name": "Van", "maker": maker["id"]}, if_match='"1"')
    link = {"id": maker["id"], "label": "Holz"}
    assert (reply.status, reply.json["version"], reply.headers["ETag"]) == (412, 2, '"2"')
    assert (reply.json["theirs"], reply.json["yours"]) == (
        {"name": "Car", "maker": link},
        {"name": "Van", "maker": link},
    )
    assert Toy.objects.get().name == "Car"


def test_delete_archives_and_restore_brings_back(owner: Caller, toy: dict[str, Any]) -> None:
    gone = owner("DELETE", f"/toys/{toy['id']}", if_match='"1"')
    assert (gone.status, gone.json["archived_at"] is not None) == (200, True)
    assert owner("GET", "/toys").json["items"] == []
    assert owner("GET", f"/toys/{toy['id']}").json["archived_at"] == gone.json["archived_at"]
    back = owner("POST", f"/toys/{toy['id']}/restore")
    assert (back.status, back.json["archived_at"]) == (200, None)
    assert owner("DELETE", f"/toys/{toy['id']}", if_match='"1"').status == 412


def test_upsert_creates_then_changes(owner: Caller) -> None:
    made = owner("PUT", "/makers/by/name/Holz%20und%20Spiel", {"people": 3})
    assert (made.status, made.json["name"], "Location" in made.headers) == (201, "Holz und Spiel", True)
    changed = owner("PUT", "/makers/by/name/Holz%20und%20Spiel", {"people": 4, "name": "Holz und Spiel"})
    assert (changed.status, changed.json["people"], changed.json["id"]) == (200, 4, made.json["id"])
    assert Maker.objects.count() == 1


def test_upsert_refuses_what_it_cannot_mean(owner: Caller) -> None:
    owner("POST", "/makers", {"name": "Twin"})
    owner("POST", "/makers", {"name": "Twin"})
    assert owner("PUT", "/makers/by/name/Twin", {"people": 1}).status == 409
    assert owner("PUT", "/makers/by/name/New", {"name": "Other"}).pointers == {"/name"}
    assert owner("PUT", "/makers/by/people/3", {}).status == 404
    assert owner("PUT", "/makers/by/email/nonsense", {"name": "X"}).pointers == {"/email"}
    assert owner("PUT", "/makers/by/name/New", {}, if_match='"1"').status == 412
    assert Maker.objects.count() == 2


def test_events_tell_who_changed_what_and_undo_takes_it_back(
    owner: Caller, toy: dict[str, Any], maker: dict[str, Any]
) -> None:
    owner("PATCH", f"/toys/{toy['id']}", {"name": "Car", "maker": None}, if_match='"1"')
    page = owner("GET", f"/toys/{toy['id']}/events?limit=1").json
    event = page["items"][0]
    assert (event["kind"], event["surface"], event["by"]["label"]) == ("toy.updated", "api", "Olga")
    assert event["changes"] == {"name": ["Bus", "Car"], "maker": [{"id": maker["id"], "label": "Holz"}, None]}
    assert owner("GET", f"/toys/{toy['id']}/events?before={page['next']}").json["items"][0]["kind"] == "toy.created"
    undone = owner("POST", f"/toys/{toy['id']}/events/{event['id']}/undo")
    assert (undone.status, undone.json["name"], undone.json["version"]) == (200, "Bus", 3)
    assert owner("POST", f"/toys/{toy['id']}/events/{event['id']}/undo").status == 422


def test_an_event_of_another_record_is_not_undone_here(
    owner: Caller, toy: dict[str, Any], maker: dict[str, Any]
) -> None:
    event = Event.objects.get(kind="maker.created")
    assert owner("POST", f"/toys/{toy['id']}/events/{event.pk}/undo").status == 404


def test_the_timeline_names_records_by_uid(owner: Caller, toy: dict[str, Any]) -> None:
    story = owner("GET", f"/toys/{toy['id']}/timeline").json
    assert story["past"][0]["record"] == {"object": "toy", "id": toy["id"], "label": "Bus"}
    assert owner("GET", f"/toys/{toy['id']}/timeline?cursor=nonsense").status == 400


def test_tags_are_added_and_taken_off(owner: Caller, toy: dict[str, Any]) -> None:
    url = f"/toys/{toy['id']}/tags"
    assert owner("PUT", f"{url}/Bl%C3%A4u").json == {"tags": ["Bläu", "red"]}
    assert owner("PUT", f"{url}/RED").json == {"tags": ["Bläu", "red"]}
    assert owner("DELETE", f"{url}/Red").json == {"tags": ["Bläu"]}
    assert owner("GET", url).json == {"tags": ["Bläu"]}
    assert owner("GET", "/tags?q=bl").json == {"tags": ["Bläu"]}
    assert owner("PUT", f"{url}/{'x' * 61}").status == 422


def test_a_file_is_streamed_in_and_given_out_as_attachment(owner: Caller, toy: dict[str, Any]) -> None:
    sent = owner(
        "POST", f"/toys/{toy['id']}/files?name=plan.html", b"<html><script>1</script>", content_type="text/html"
    )
    assert (sent.status, sent.json["size"], sent.json["content_type"]) == (201, 24, "text/html")
    got = owner("GET", sent.json["content"].removeprefix("/api/v1"))
    assert got.content == b"<html><script>1</script>"
    assert got.headers["Content-Disposition"] == 'attachment; filename="plan.html"'
    assert (got.headers["Content-Type"], got.headers["X-Content-Type-Options"]) == (
        "application/octet-stream",
        "nosniff",
    )
    assert [file["id"] for file in owner("GET", f"/toys/{toy['id']}/files").json["items"]] == [sent.json["id"]]
    assert (
        owner("PATCH", f"/toys/{toy['id']}", {"manual": sent.json["id"]}, if_match="*").json["manual"]["label"]
        == "plan.html"
    )


def test_an_empty_and_a_far_too_large_file_are_refused(owner: Caller, settings: Any) -> None:
    settings.UPLOAD_BYTES = 10
    assert owner("POST", "/files?name=a", b"", content_type="text/plain").status == 422
    assert owner("POST", "/files?name=a", b"x" * 11, content_type="text/plain").status == 413
    assert owner("POST", "/files", b"x", content_type="text/plain").status == 400


def test_me_and_schema_speak_of_the_caller(owner: Caller, reader: Caller) -> None:
    me = reader("GET", "/me").json
    assert (me["name"], me["roles"], me["may"]["toy"]["edit"]) == ("Rita", ["read_only"], "none")
    toys = {one["key"]: one for one in owner("GET", "/schema").json["objects"]}["toy"]
    fields = {field["key"]: field for field in toys["fields"]}
    assert fields["maker"]["refers_to"] == ["maker"]
    assert "starts with" in fields["name"]["operators"]
    assert [one["key"] for one in fields["uses"]["options"]] == ["indoor", "outdoor", "bath", "travel"]


def test_search_answers_with_uids(owner: Caller, toy: dict[str, Any]) -> None:
    assert owner("GET", "/search?q=bus").json["hits"][0]["id"] == toy["id"]
    assert owner("GET", "/search?q=bus&objects=maker").json["hits"] == []
    assert owner("GET", "/search?q=bus&objects=nonsense").status == 400
    assert owner("GET", "/search").status == 400


def test_nothing_at_an_address_is_a_problem_document_too(owner: Caller) -> None:
    for url in (
        "/nonsense",
        f"/nonsense/{uuid7()}",
        "/toys/17",
        f"/toys/{uuid7()}",
        f"/toys/{uuid7()}/actions/fly",
        "/toys/a/b/c/d",
        "",
    ):
        reply = owner("GET", url) if "actions" not in url else owner("POST", url, {})
        assert (reply.status, reply.headers["Content-Type"]) == (404, "application/problem+json"), url


def test_a_wrong_method_names_the_right_ones(owner: Caller) -> None:
    reply = owner("DELETE", "/toys")
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD, POST")
