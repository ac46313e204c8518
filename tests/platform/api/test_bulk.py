"""Many in one request: each item judged like a single request, the good ones done, or all or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rapport.base.ids import uuid7
from rapport.platform import guards, records
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.search.models import SearchWord
from tests.platform.api.caller import SYSTEM, Caller, Reply, caller
from tests.toyshop.models import Maker, Toy


def send(who: Caller, url: str, *items: dict[str, Any], **rest: Any) -> Reply:
    return who("POST", f"/{url}/bulk", {"items": list(items), **rest})


def create(**values: Any) -> dict[str, Any]:
    return {"do": "create", "values": values}


def statuses(reply: Reply) -> list[int]:
    return [item["status"] for item in reply.json["items"]]


@pytest.fixture
def makers(owner: Caller) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = send(owner, "makers", *(create(name=f"M{n}") for n in range(3))).json["items"]
    return made


def test_many_are_created_like_single_ones(owner: Caller, makers: list[dict[str, Any]]) -> None:
    reply = send(
        owner,
        "toys",
        create(name="Bus", maker=makers[0]["id"], price={"amount": "12.50", "currency": "EUR"}, tags=["red"]),
        create(name="Car", resellers=[makers[1]["id"], makers[2]["id"]]),
    )
    assert (reply.status, statuses(reply), reply.json["done"]) == (200, [201, 201], 2)
    single = owner("POST", "/toys", {"name": "Bus", "maker": makers[0]["id"], "tags": ["red"]}).json
    read = owner("GET", f"/toys/{reply.json['items'][0]['id']}").json
    assert {key for key, value in read.items() if value} == {key for key, value in single.items() if value} | {"price"}
    assert read["number"] == "T-1001"
    event = Event.objects.get(record_uid=reply.json["items"][1]["id"])
    assert (event.kind, event.surface, event.reactions, event.actor_id) == ("toy.created", "api", True, owner.user.pk)
    assert SearchWord.objects.filter(object="toy", word="car").exists()


def test_one_that_is_wrong_costs_itself_alone(owner: Caller, makers: list[dict[str, Any]]) -> None:
    reply = send(
        owner,
        "toys",
        create(name="Bus"),
        create(name="", pieces="many"),
        create(name="Car", maker=str(uuid7())),
        create(name="Van", weight="12345678901"),
        create(name="Tram", contact="nobody"),
        create(name="Ship"),
    )
    assert statuses(reply) == [201, 422, 422, 422, 422, 201]
    assert (reply.json["done"], reply.json["refused"]) == (2, 4)
    problem = reply.json["items"][1]["problem"]
    assert {error["pointer"] for error in problem["errors"]} == {"/values/name", "/values/pieces"}
    assert (problem["status"], problem["code"]) == (422, "invalid")
    assert sorted(Toy.objects.values_list("name", flat=True)) == ["Bus", "Ship"]
    assert Event.objects.filter(kind="toy.created").count() == 2


def test_what_only_the_database_refuses_costs_one_item(owner: Caller) -> None:
    owner("POST", "/teams", {"name": "North"})
    reply = send(owner, "teams", *(create(name=name) for name in ("South", "North", "East", "South")))
    assert statuses(reply) == [201, 422, 201, 422]
    assert reply.json["items"][1]["problem"]["errors"][0]["pointer"] == "/values/name"


def test_atomic_is_all_or_nothing_and_names_every_place(owner: Caller, makers: list[dict[str, Any]]) -> None:
    items = (create(name="New"), create(name=5), {"do": "update", "id": makers[0]["id"], "version": 9, "values": {}})
    reply = send(owner, "makers", *items, atomic=True)
    assert (reply.status, reply.pointers) == (422, {"/items/1/values/name", "/items/2"})
    assert Maker.objects.count() == 3
    assert send(owner, "makers", items[0], atomic=True).json["done"] == 1


def test_changes_need_the_version_and_meet_conflicts_one_by_one(owner: Caller, makers: list[dict[str, Any]]) -> None:
    first, second, third = (item["id"] for item in makers)
    owner("PATCH", f"/makers/{second}", {"people": 9}, if_match="*")
    reply = send(
        owner,
        "makers",
        {"do": "update", "id": first, "version": 1, "values": {"people": 1}},
        {"do": "update", "id": second, "version": 1, "values": {"people": 2}},
        {"do": "update", "id": third, "values": {"people": 3}},
        {"do": "update", "id": third, "version": "*", "values": {"people": 3}},
        {"do": "update", "id": str(uuid7()), "version": "*", "values": {"people": 3}},
        {"do": "update", "version": "*", "values": {"people": 3}},
    )
    assert statuses(reply) == [200, 412, 428, 200, 404, 422]
    assert reply.json["items"][1]["problem"]["theirs"] == {"people": 9}
    assert [item["version"] for item in reply.json["items"]][0::3] == [2, 2]
    assert sorted(Maker.objects.values_list("people", flat=True)) == [1, 3, 9]


def test_items_about_one_record_are_done_in_order(owner: Caller, makers: list[dict[str, Any]]) -> None:
    uid = makers[0]["id"]
    reply = send(
        owner,
        "makers",
        *({"do": "update", "id": uid, "version": version, "values": {"people": version}} for version in (1, 2, 2)),
        {"do": "archive", "id": uid},
        {"do": "restore", "id": uid, "version": 4},
    )
    assert statuses(reply) == [200, 200, 412, 200, 200]
    assert (reply.json["items"][4]["version"], Maker.objects.get(uid=uid).people) == (5, 2)


def test_upserts_create_and_change_and_meet_each_other(owner: Caller) -> None:
    owner("POST", "/makers", {"name": "Old"})
    for _twice in range(2):
        owner("POST", "/makers", {"name": "Twin"})
    items = [
        {"do": "upsert", "key": "name", "value": name, "values": {"people": n}}
        for n, name in enumerate(("Old", "New", "New", "Twin"))
    ]
    reply = send(owner, "makers", *items, {"do": "upsert", "key": "people", "value": "3"})
    assert statuses(reply) == [200, 201, 200, 409, 422]
    assert (Maker.objects.get(name="New").people, Maker.objects.get(name="Old").people) == (2, 0)
    assert Maker.objects.count() == 4


def test_the_envelope_is_checked_as_a_whole(owner: Caller) -> None:
    assert send(owner, "makers", {"do": "fly"}).pointers == {"/items/0/do"}
    assert send(owner, "makers", {"values": {}}).pointers == {"/items/0/do"}
    assert send(owner, "makers", *(create(name="x") for _n in range(1_001))).status == 422
    assert owner("POST", "/makers/bulk", {}).pointers == {"/items"}
    assert send(owner, "makers").json == {"done": 0, "refused": 0, "items": []}


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def alone(db: Any) -> Caller:
    """Reads everything, writes their own; no sensitive fields."""
    role = Role.objects.create(key="alone", name="Alone")
    grants = {"read": "all", "create": "own", "edit": "own", "delete": "own"}
    Grant.objects.bulk_create(
        [Grant(role=role, object="*", action=action, scope=scope) for action, scope in grants.items()]
    )
    FieldRule.objects.bulk_create(
        [FieldRule(role=role, object="*", sensitivity=name, level="write") for name in ("public", "standard")]
    )
    rights_changed()
    return caller("Alan", "alone")


def test_rights_are_asked_for_every_item(owner: Caller, alone: Caller, reader: Caller) -> None:
    foreign = records.create(SYSTEM, registry.get("maker"), {"name": "Theirs", "owner": owner.user.pk})
    mine = records.create(SYSTEM, registry.get("maker"), {"name": "Mine", "owner": alone.user.pk})
    users = {user.pk: str(user.uid) for user in (owner.user, alone.user)}
    reply = send(
        alone,
        "makers",
        create(name="For me"),
        create(name="For somebody else", owner=users[owner.user.pk]),
        create(name="Hidden", tax_number="1"),
        {"do": "update", "id": str(foreign.uid), "version": "*", "values": {"people": 1}},
        {"do": "update", "id": str(mine.uid), "version": "*", "values": {"people": 1}},
        {"do": "archive", "id": str(foreign.uid)},
        {"do": "upsert", "key": "name", "value": "Theirs", "values": {"people": 1}},
    )
    assert statuses(reply) == [201, 403, 422, 403, 200, 403, 403]
    assert not Maker.objects.filter(name="For somebody else").exists()
    assert statuses(send(reader, "makers", create(name="x"), {"do": "archive", "id": str(mine.uid)})) == [403, 403]


def test_guards_and_kinds_of_references_hold_for_every_item(owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_bombs(actor: Any, record: Any, values: Any) -> None:
        if values.get("name") == "Bomb":
            raise ValidationError({"name": "Not here."})

    monkeypatch.setitem(guards._guards, "toy.create", [no_bombs])
    monkeypatch.setitem(guards._guards, "toy.update", [no_bombs])
    reply = send(owner, "toys", create(name="Bus"), create(name="Bomb"))
    assert statuses(reply) == [201, 422]
    uid = reply.json["items"][0]["id"]
    renamed = send(owner, "toys", {"do": "update", "id": uid, "version": 1, "values": {"name": "Bomb"}})
    assert (statuses(renamed), Toy.objects.get().name) == ([422], "Bus")


def test_a_field_with_behaviour_goes_through_its_action(owner: Caller) -> None:
    pytest.importorskip("rapport.sales.models")
    from rapport.sales.models import Opportunity
    from tests.make_sales import make_opportunity, make_pipeline
    from tests.make_sales import stage as stage_of

    pipeline = make_pipeline()
    deal = make_opportunity(pipeline=pipeline)
    stage = stage_of("Qualify", pipeline)
    reply = send(
        owner, "opportunities", {"do": "update", "id": str(deal.uid), "version": 1, "values": {"stage": str(stage.uid)}}
    )
    assert statuses(reply) == [200]
    assert Opportunity.objects.get(pk=deal.pk).stage_id == stage.pk
    assert Event.objects.filter(record_id=deal.pk, object="opportunity").order_by("-id")[0].action != "update"


# --- speed ------------------------------------------------------------------------------------------------------------


def test_a_hundred_cost_few_statements_more_than_one(
    owner: Caller, makers: list[dict[str, Any]], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(40):
        reply = send(owner, "toys", *(create(name=f"T{n}", maker=makers[n % 3]["id"]) for n in range(100)))
    assert reply.json["done"] == 100
