"""Every Object keeps what it is given, tells what happened, refuses an old version, comes back from the archive."""

from __future__ import annotations

import pytest

from rapport.platform import access, query, records
from rapport.platform.access import Fragment
from rapport.platform.events.models import Event
from rapport.platform.objects import Object, registry
from rapport.platform.query.run import rows
from tests.contract import values
from tests.contract.conftest import KEYS
from tests.contract.yard import Yard
from tests.platform.api.caller import Caller, Reply

CHANGING = [key for key in KEYS if key not in values.FIXED]


def created(yard: Yard, obj: Object) -> Reply:
    reply = yard.caller("POST", f"/{obj.url}", yard.body(obj))
    assert reply.status == 201, reply.json
    return reply


def as_actor(caller: Caller) -> access.Actor:
    actor = access.actor_for(caller.user.pk, "api")
    assert actor is not None
    return actor


@pytest.mark.parametrize("key", KEYS)
def test_what_was_sent_comes_back_by_api_and_by_query(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    body = yard.body(obj)
    made = created(yard, obj)
    told = {name: sent for name, sent in body.items() if (key, name) not in values.IN_STEP}
    lost = {
        name: (sent, made.json[name])
        for name, sent in told.items()
        if not values.same(obj.field(name), sent, made.json[name])
    }
    assert not lost
    assert yard.caller("GET", f"/{obj.url}/{made.json['id']}").json == made.json
    record = access.find(as_actor(yard.caller), obj, made.json["id"])
    plan = query.plan(as_actor(yard.caller), obj, "", select=obj.fields, sort="id")
    page = rows(as_actor(yard.caller), plan.with_extra(lambda alias: Fragment(f"{alias}.id = %s", (record.pk,))))
    inside = {
        name: field for name, field in obj.fields.items() if field.family not in ("reference", "references", "file")
    }
    for path, value in zip(page.columns, page.rows[0].values, strict=True):
        if str(path) in inside:
            assert value == inside[str(path)].read(record), path


@pytest.mark.parametrize("key", KEYS)
def test_creating_writes_one_event_with_actor_and_surface(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    event = Event.objects.get(record_uid=made.json["id"], action="create")
    assert (event.kind, event.actor_id, event.surface) == (f"{obj.access_key}.created", yard.caller.user.pk, "api")
    assert set(event.changes) >= {name for name, field in obj.editable.items() if field.required}


@pytest.mark.parametrize("key", CHANGING)
def test_changing_each_field_alone_is_kept_and_told(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    url, version = f"/{obj.url}/{made.json['id']}", made.json["version"]
    done = 0
    for name, sent in yard.body(obj, second=True).items():
        reply = yard.caller("PATCH", url, {name: sent}, if_match=f'"{version}"')
        # A noun may refuse a change in words (a person does not become a household), but never break.
        assert reply.status in (200, 422), (name, reply.json)
        if reply.status == 200:
            done += 1
            version = reply.json["version"]
            assert (key, name) in values.IN_STEP or values.same(obj.field(name), sent, reply.json[name]), name
    assert done >= 1
    assert Event.objects.filter(record_uid=made.json["id"]).count() >= version


@pytest.mark.parametrize("key", CHANGING)
def test_an_old_version_meets_a_conflict(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    url = f"/{obj.url}/{made.json['id']}"
    first = yard.caller("PATCH", url, {"tags": ["first"]}, if_match='"1"')
    assert (first.status, first.json["version"]) == (200, made.json["version"] + 1)
    second = yard.caller("PATCH", url, {"tags": ["second"]}, if_match='"1"')
    assert (second.status, second.json["theirs"], second.json["yours"]) == (
        412,
        {"tags": ["first"]},
        {"tags": ["second"]},
    )
    assert yard.caller("PATCH", url, {"tags": ["third"]}).status == 428


@pytest.mark.parametrize("key", CHANGING)
def test_archived_records_leave_lists_and_come_back(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    url, listed = f"/{obj.url}/{made.json['id']}", f"/{obj.url}?q=uid+%3D+{made.json['id']}"
    assert len(yard.caller("GET", listed).json["items"]) == 1
    assert yard.caller("DELETE", url).json["archived_at"] is not None
    assert yard.caller("GET", listed).json["items"] == []
    assert yard.caller("POST", f"{url}/restore").json["archived_at"] is None
    assert len(yard.caller("GET", listed).json["items"]) == 1


@pytest.mark.parametrize("key", CHANGING)
def test_a_change_is_taken_back_from_its_event(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    actor = as_actor(yard.caller)
    record = access.find(actor, obj, made.json["id"], "edit")
    changed = records.update(actor, record, {"tags": ["new"]})
    records.undo(actor, Event.objects.filter(record_id=record.pk, object=obj.access_key).latest("id"))
    again = yard.caller("GET", f"/{obj.url}/{made.json['id']}").json
    assert (again["tags"], again["version"]) == (made.json["tags"], changed.version + 1)


@pytest.mark.parametrize("key", [key for key in KEYS if key in values.FIXED])
def test_a_record_that_never_changes_refuses_in_words(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    reply = yard.caller("PATCH", f"/{obj.url}/{made.json['id']}", {"tags": ["new"]}, if_match='"1"')
    assert (reply.status, len(reply.json["errors"])) == (422, 1)
    assert yard.caller("GET", f"/{obj.url}/{made.json['id']}").json == made.json


@pytest.mark.parametrize("key", [key for key in KEYS if not registry.has(key) or registry.get(key).search])
def test_search_finds_it_by_its_name(yard: Yard, key: str) -> None:
    obj = registry.get(key)
    made = created(yard, obj)
    word = str(made.json[obj.search[0]])
    found = yard.caller("GET", f"/search?q={word.split()[0].split('@')[0]}&objects={obj.access_key}&limit=100")
    assert made.json["id"] in {hit["id"] for hit in found.json["hits"]}
