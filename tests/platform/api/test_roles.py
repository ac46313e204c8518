"""Roles over the API: the table as it is sent, people in and out, the guards of the settings, the trail."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform.access.models import Grant, Role
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.platform.api.caller import Caller, caller

GRANTS = {"*": {"read": "team"}, "toy": {"read": "all", "create": "all", "edit": "own"}}
CLASSES = {"*": {"public": "write", "standard": "write"}}


def make(owner: Caller, **values: Any) -> Any:
    reply = owner("POST", "/roles", {"name": "Helpers", "grants": GRANTS, "classes": CLASSES, **values})
    assert reply.status == 201, reply.json
    return reply


def test_a_role_is_made_read_changed_and_taken_away(owner: Caller) -> None:
    made = make(owner, description="At the fair")
    assert made.headers["Location"] == "/api/v1/roles/helpers"
    assert made.json["grants"] == GRANTS and made.json["classes"] == CLASSES
    assert owner("GET", "/roles/helpers").json == made.json
    changed = owner("PATCH", "/roles/helpers", {"name": "Hands", "grants": {"toy": {"read": "all"}}}).json
    assert (changed["key"], changed["name"], changed["description"]) == ("helpers", "Hands", "At the fair")
    assert changed["grants"] == {"toy": {"read": "all"}} and changed["classes"] == CLASSES
    assert {one["key"] for one in owner("GET", "/roles").json["items"]} >= {"owner", "helpers", "sales"}
    assert owner("DELETE", "/roles/helpers").json["name"] == "Hands"
    assert owner("GET", "/roles/helpers").status == 404
    actions = list(Event.objects.filter(object="role").order_by("id").values_list("action", flat=True))
    assert actions == ["created", "rules_changed", "renamed", "rules_changed", "deleted"]
    assert set(Event.objects.filter(object="role").values_list("surface", "actor_id")) == {("api", owner.user.pk)}


def test_people_go_in_and_out(owner: Caller, reader: Caller) -> None:
    make(owner)
    uid = str(reader.user.uid)
    given = owner("PUT", f"/roles/helpers/people/{uid}").json
    assert [one["id"] for one in given["people"]] == [uid] and given["count"] == 1
    held = owner("GET", f"/roles?person={uid}").json["items"]
    assert {one["key"] for one in held} == {"helpers", "read_only"}
    assert reader("POST", "/toys", {"name": "Kite"}).status == 201
    assert owner("DELETE", f"/roles/helpers/people/{uid}").json["people"] == []
    assert reader("POST", "/toys", {"name": "Ball"}).status == 403


def test_only_who_keeps_the_house_comes_in(owner: Caller, reader: Caller) -> None:
    make(owner)
    sales = caller("Sam", "sales")
    for who in (reader, sales):
        uid = str(who.user.uid)
        asked = (
            ("GET", "/roles", None), ("GET", "/roles/helpers", None), ("GET", "/roles/none", None),
            ("POST", "/roles", {"name": "Mine"}), ("PATCH", "/roles/helpers", {"name": "Mine"}),
            ("DELETE", "/roles/helpers", None), ("PUT", f"/roles/owner/people/{uid}", None),
            ("DELETE", f"/roles/helpers/people/{uid}", None),
        )  # fmt: skip
        for method, url, body in asked:
            assert who(method, url, body).status == 403, (method, url)


def test_nobody_gives_what_they_do_not_hold(owner: Caller) -> None:
    table = {key: {action: "all" for action in ("read", "create", "edit", "delete", "assign")} for key in ("role",)}
    keeper_role = make(
        owner, name="Keepers", grants={**table, "*": {"read": "all"}, "user": {"read": "all", "edit": "all"}}
    )
    keeper = caller("Kim")
    owner("PUT", f"/roles/{keeper_role.json['key']}/people/{keeper.user.uid}")
    assert keeper("GET", "/roles").status == 200
    beyond = {"name": "More", "grants": {"toy": {"delete": "all"}}}
    assert keeper("POST", "/roles", beyond).status == 403
    assert not Role.objects.filter(name="More").exists()
    assert keeper("PATCH", "/roles/keepers", {"grants": {**table, "*": {"read": "all", "mass": "all"}}}).status == 403
    assert not Grant.objects.filter(role__key="keepers", action="mass").exists()
    assert keeper("PUT", f"/roles/owner/people/{keeper.user.uid}").status == 422
    assert keeper("PUT", f"/roles/sales/people/{keeper.user.uid}").status == 403


def test_a_narrow_token_keeps_no_house(owner: Caller) -> None:
    make(owner)
    narrow = caller("Nils", "owner", scopes=("read",))
    assert narrow("PATCH", "/roles/helpers", {"name": "Mine"}).status == 403
    assert narrow("PUT", f"/roles/helpers/people/{owner.user.uid}").status == 403


def test_the_last_owner_and_keeper_stay(owner: Caller) -> None:
    uid = str(owner.user.uid)
    assert owner("DELETE", f"/roles/owner/people/{uid}").status == 422
    assert owner("DELETE", "/roles/owner").status == 422
    assert owner("PATCH", "/roles/owner", {"grants": {}}).status == 422
    assert owner("GET", "/me").json["roles"] == ["owner"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": ""}, {"name": 3}, {"name": "X", "grants": {"toy": {"read": "some"}}}, {"name": "X", "more": 1},
        {"name": "X", "grants": {"toy": {"fly": "all"}}}, {"name": "X", "grants": {"nothing": {"read": "all"}}},
        {"name": "X", "classes": {"*": {"secret": "read"}}}, {"name": "X", "grants": []}, {},
    ],
)  # fmt: skip
def test_what_is_no_table_of_rights_changes_nothing(owner: Caller, body: Any) -> None:
    before = Role.objects.count()
    assert owner("POST", "/roles", body).status == 422
    assert Role.objects.count() == before


def test_people_nobody_may_see_are_not_there(owner: Caller) -> None:
    make(owner)
    missing = "01900000-0000-7000-8000-000000000000"
    assert owner("PUT", f"/roles/helpers/people/{missing}").status == 404
    assert owner("GET", f"/roles?person={missing}").status == 404
    assert registry.has("user")
