"""Changing what a Query finds in the background: progress, a result per record, undo, rights."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform import records
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.jobs import queue
from rapport.platform.jobs.run import perform
from rapport.platform.objects import registry
from tests.platform.api.caller import SYSTEM, Caller, Reply, caller
from tests.toyshop.models import Toy


def work() -> None:
    """Do what waits, as the worker does."""
    while job := queue.claim("test"):
        perform(job)


@pytest.fixture
def toys(owner: Caller) -> list[str]:
    names = [{"do": "create", "values": {"name": f"T{n}", "pieces": n}} for n in range(5)]
    return [item["id"] for item in owner("POST", "/toys/bulk", {"items": names}).json["items"]]


def run(who: Caller, **body: Any) -> Reply:
    return who("POST", "/toys/runs", body)


def test_what_a_query_finds_is_changed_and_each_fate_told(owner: Caller, toys: list[str]) -> None:
    begun = run(owner, do="set", q="pieces >= 2", values={"stage": "built"})
    assert (begun.status, begun.json["state"], begun.json["total"], begun.json["done"]) == (202, "queued", 3, None)
    address = begun.headers["Location"].removeprefix("/api/v1")
    assert owner("GET", f"{address}/results").json == {"items": [], "next": None}
    work()
    assert {key: owner("GET", address).json[key] for key in ("state", "reached", "done", "left_out")} == {
        "state": "done",
        "reached": 3,
        "done": 3,
        "left_out": 0,
    }
    page = owner("GET", f"{address}/results?limit=2").json
    assert ([item["record"]["id"] for item in page["items"]], page["next"]) == (toys[2:4], 2)
    assert owner("GET", f"{address}/results?after=2").json["items"][0]["done"] is True
    assert Toy.objects.filter(stage="built").count() == 3


def test_a_run_is_taken_back(owner: Caller, toys: list[str]) -> None:
    address = run(owner, do="tag", ids=toys[:2], values={"tags": ["red"]}).headers["Location"].removeprefix("/api/v1")
    work()
    assert owner("GET", f"/toys/{toys[0]}/tags").json == {"tags": ["red"]}
    assert owner("POST", f"{address}/undo").json == {"done": 2, "left_out": 0, "pending": False}
    assert owner("GET", f"/toys/{toys[0]}/tags").json == {"tags": []}


def test_records_that_refuse_are_told_with_the_reason(owner: Caller) -> None:
    """Nobody may archive a toy they do not own here; the others are archived."""
    role = Role.objects.create(key="tidy", name="Tidy")
    for action, scope in {"read": "all", "edit": "all", "delete": "own", "mass": "all"}.items():
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="write")
    rights_changed()
    tidy = caller("Tim", "tidy")
    for user, name in ((owner.user, "Theirs"), (tidy.user, "Mine")):
        records.create(SYSTEM, registry.get("toy"), {"name": name, "owner": user.pk})
    begun = run(tidy, do="archive", q="")
    work()
    found = tidy("GET", begun.headers["Location"].removeprefix("/api/v1")).json
    assert (found["done"], found["left_out"]) == (1, 1)
    results = tidy("GET", f"/runs/{found['id']}/results").json["items"]
    told = {item["record"]["label"]: (item["done"], bool(item["message"])) for item in results}
    assert told == {"Theirs": (False, True), "Mine": (True, False)}
    assert owner("GET", f"/runs/{found['id']}").status == 404


def test_only_records_within_reach_of_the_right_to_change_many(owner: Caller, toys: list[str]) -> None:
    role = Role.objects.create(key="few", name="Few")
    for action, scope in {"read": "all", "edit": "all", "mass": "own"}.items():
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="write")
    rights_changed()
    few = caller("Fay", "few")
    assert run(few, do="set", q="", values={"pieces": 0}).json["total"] == 0
    begun = run(few, do="set", ids=toys, values={"pieces": 0}).json
    work()
    assert few("GET", f"/runs/{begun['id']}").json["left_out"] == 5
    assert not Toy.objects.filter(pieces=0, name="T1").exists()


def test_what_cannot_be_meant_is_refused_before_anything_is_queued(
    owner: Caller, reader: Caller, toys: list[str]
) -> None:
    refused = [
        run(owner, do="set", values={"pieces": 1}),
        run(owner, do="set", q="", ids=toys, values={"pieces": 1}),
        run(owner, do="set", q="nonsense = 1", values={"pieces": 1}),
        run(owner, do="set", q="", values={"pieces": "x"}),
        run(owner, do="set", q=""),
        run(owner, do="tag", q="", values={"pieces": 1}),
        run(owner, do="act", q="", action="fly"),
        run(owner, do="archive", ids=["9e6acf8e-c196-4fdf-aa21-d38b6a1d100d"]),
        run(reader, do="archive", q=""),
    ]
    assert [reply.status for reply in refused] == [422] * 8 + [403]
    assert queue.claim("test") is None
