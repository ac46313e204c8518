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
from rapport.platform.runs import Run
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
    assert (begun.status, begun.json["state"], begun.json["total"], begun.json["changed"]) == (202, "done", 3, 3)
    address = begun.headers["Location"].removeprefix("/api/v1")
    page = owner("GET", f"{address}/results?limit=2").json
    assert [(item["record"]["id"], item["outcome"]) for item in page["items"]] == [
        (uid, "changed") for uid in toys[2:4]
    ]
    rest = owner("GET", f"{address}/results?after={page['next']}").json
    assert ([item["record"]["id"] for item in rest["items"]], rest["next"]) == ([toys[4]], None)
    assert Toy.objects.filter(stage="built").count() == 3
    again = run(owner, do="set", q="pieces >= 2", values={"stage": "built"}).json
    assert (again["changed"], again["unchanged"]) == (0, 3)


def test_many_are_changed_by_a_job_that_can_be_followed(owner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for _part in range(2):
        items = [{"do": "create", "values": {"name": f"T{n}"}} for n in range(150)]
        assert owner("POST", "/toys/bulk", {"items": items}).json["done"] == 150
    begun = run(owner, do="tag", q="", values={"tags": ["red"]})
    address = begun.headers["Location"].removeprefix("/api/v1")
    assert (begun.json["state"], begun.json["changed"]) == ("queued", 0)
    assert owner("GET", f"{address}/results").json == {"items": [], "next": None}
    work()
    found = owner("GET", address).json
    assert (found["state"], found["total"], found["changed"], found["refused"]) == ("done", 300, 300, 0)
    assert owner("POST", f"{address}/undo").json["state"] == "undoing"
    work()
    assert owner("GET", address).json["undone"] == 300
    assert owner("GET", "/tags?q=red").json == {"tags": []}


def test_a_run_is_taken_back_and_what_changed_since_stays(owner: Caller, toys: list[str]) -> None:
    begun = run(owner, do="set", ids=toys[:2], values={"pieces": 50})
    address = begun.headers["Location"].removeprefix("/api/v1")
    owner("PATCH", f"/toys/{toys[0]}", {"pieces": 51}, if_match="*")
    undone = owner("POST", f"{address}/undo").json
    assert (undone["state"], undone["undone"], undone["left"]) == ("undone", 1, 1)
    assert [bool(item["left"]) for item in owner("GET", f"{address}/results").json["items"]] == [True, False]
    assert owner("POST", f"{address}/undo").status == 422


def limited(name: str, **scopes: str) -> Caller:
    role = Role.objects.create(key=name, name=name)
    for action, scope in {"read": "all", "edit": "all", **scopes}.items():
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="write")
    rights_changed()
    return caller(name, name)


def test_records_that_refuse_are_told_with_the_reason(owner: Caller) -> None:
    tidy = limited("Tim", delete="own", mass="all")
    for user, name in ((owner.user, "Theirs"), (tidy.user, "Mine")):
        records.create(SYSTEM, registry.get("toy"), {"name": name, "owner": user.pk})
    found = run(tidy, do="archive", q="").json
    assert (found["changed"], found["refused"]) == (1, 1)
    results = tidy("GET", f"/runs/{found['id']}/results").json["items"]
    told = {item["record"]["label"]: (item["outcome"], bool(item["reason"])) for item in results}
    assert told == {"Theirs": ("refused", True), "Mine": ("changed", False)}
    other = limited("Uma", mass="all")
    assert other("GET", f"/runs/{found['id']}").status == other("GET", "/runs/99").status == 404
    assert other("POST", f"/runs/{found['id']}/undo").status == 404


def test_only_records_within_reach_of_the_right_to_change_many(owner: Caller, toys: list[str]) -> None:
    few = limited("Fay", mass="own")
    found = run(few, do="set", ids=toys, values={"pieces": 0}).json
    assert (found["changed"], found["refused"]) == (0, 5)
    assert Toy.objects.filter(pieces=0).count() == 1


def test_what_cannot_be_meant_is_refused_before_anything_is_done(
    owner: Caller, reader: Caller, toys: list[str]
) -> None:
    refused = [
        run(owner, do="set", values={"pieces": 1}),
        run(owner, do="set", ids=[], values={"pieces": 1}),
        run(owner, do="set", q="", ids=toys, values={"pieces": 1}),
        run(owner, do="set", q="nonsense = 1", values={"pieces": 1}),
        run(owner, do="set", q="", values={"pieces": "x"}),
        run(owner, do="set", q=""),
        run(owner, do="tag", q="", values={"pieces": 1}),
        run(owner, do="act", q="", action="fly"),
        run(owner, do="archive", ids=["9e6acf8e-c196-4fdf-aa21-d38b6a1d100d"]),
        run(reader, do="archive", q=""),
    ]
    assert [reply.status for reply in refused] == [422] * 9 + [403]
    assert not Run.objects.exists()
