"""Exports by the API: streamed files that come back unchanged, for those who may export, of what they may export."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import FieldRule, Grant, Role
from rapport.platform.transfer import run, suggest
from rapport.platform.transfer.models import ImportRow
from tests.platform.api.caller import SYSTEM, Caller, caller
from tests.platform.transfer.bring import kept


@pytest.fixture
def toys(owner: Caller) -> list[dict[str, Any]]:
    maker = owner("POST", "/makers", {"name": "=Holz"}).json["id"]
    bodies = [
        {"name": "=1+1", "maker": maker, "price": {"amount": "12.50", "currency": "USD"}, "tags": ["a", "b"]},
        {"name": "Bus", "build_time": 5_400, "uses": ["bath"], "resellers": [maker]},
    ]
    return [owner("POST", "/toys", body).json for body in bodies]


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_an_export_comes_back_unchanged(owner: Caller, toys: list[dict[str, Any]], form: str) -> None:
    reply = owner("GET", f"/toys/export.{form}")
    assert (reply.status, f".{form}" in reply.headers["Content-Disposition"]) == (200, True)
    brought = kept(reply.content)
    found = run.begin(SYSTEM, brought)
    run.set_mapping(found, suggest.mapping_for(SYSTEM, "toy", brought.facts), SYSTEM)
    done = run.go(found, SYSTEM)
    fates = [(row.outcome, row.reason) for row in ImportRow.objects.filter(run=done)]
    assert fates == [("unchanged", "")] * 2


def test_it_takes_a_query_an_order_and_fields(owner: Caller, toys: list[dict[str, Any]]) -> None:
    lines = owner("GET", "/toys/export.jsonl?q=name+%3D+Bus&fields=name,build_time").content.splitlines()
    assert [json.loads(line) for line in lines] == [
        {"id": toys[1]["id"], "version": 1, "name": "Bus", "build_time": "5400 s"}
    ]
    text = owner("GET", "/toys/export.csv?sort=-name&fields=name").content.decode("utf-8-sig").splitlines()
    assert [line.partition(",")[2] for line in text] == ["name", "Bus", '"\'=1+1"']
    assert owner("GET", "/toys/export.csv?q=nonsense+%3D+1").status == 400
    assert owner("GET", "/toys/export.pdf").status == 404


def test_only_what_may_be_exported_leaves(owner: Caller, reader: Caller, toys: list[dict[str, Any]]) -> None:
    assert reader("GET", "/toys/export.csv").status == 403
    role = Role.objects.create(key="taker", name="Taker")
    for action, scope in {"read": "all", "export": "own"}.items():
        Grant.objects.create(role=role, object="*", action=action, scope=scope)
    FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="read")
    rights_changed()
    taker = caller("Tom", "taker")
    assert taker("GET", "/toys/export.jsonl").content == b""
    heads = taker("GET", "/makers/export.csv").content.decode("utf-8-sig").splitlines()[0]
    assert "tax_number" not in heads
    assert "tax_number" in owner("GET", "/makers/export.csv").content.decode()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield
