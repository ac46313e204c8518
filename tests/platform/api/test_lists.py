"""Lists through the API: Query, order, fields, pages, counts, and what they cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.platform import records
from rapport.platform.objects import registry
from tests.platform.api.caller import SYSTEM, Caller


@pytest.fixture
def toys(owner: Caller) -> list[Any]:
    makers = records.load(SYSTEM, registry.get("maker"), [{"name": f"Maker {n}", "people": n} for n in range(5)])
    return records.load(
        SYSTEM,
        registry.get("toy"),
        [{"name": f"Toy {n:02}", "maker": makers[n % 5].pk, "pieces": n % 7, "tags": [f"t{n % 3}"]} for n in range(30)],
    )


def names(reply: Any) -> list[str]:
    return [item["name"] for item in reply.json["items"]]


def test_a_condition_narrows_and_sort_orders(owner: Caller, toys: list[Any]) -> None:
    reply = owner("GET", "/toys?q=maker.people+%3E%3D+3+and+pieces+%3C+2&sort=-name&fields=name,maker.name")
    assert names(reply) == ["Toy 29", "Toy 28", "Toy 14", "Toy 08"]
    assert reply.json["items"][0]["maker.name"] == "Maker 4"
    assert set(reply.json["items"][0]) == {"id", "version", "name", "maker.name"}


def test_pages_follow_each_other_without_gap_or_repetition(owner: Caller, toys: list[Any]) -> None:
    seen: list[str] = []
    url: str | None = "/toys?sort=-pieces&limit=7"
    while url:
        reply = owner("GET", url)
        seen += names(reply)
        link = reply.headers.get("Link")
        assert (link is None) == (reply.json["next"] is None)
        url = link.split(">")[0].removeprefix("</api/v1") if link else None
    assert len(seen) == 30 == len(set(seen))


def test_counting_is_asked_for(owner: Caller, toys: list[Any]) -> None:
    assert owner("GET", "/toys?limit=1").json["count"] is None
    assert owner("GET", "/toys?limit=1&count=exact").json["count"] == {"number": 30, "more": False}
    assert owner("GET", "/toys?q=pieces+%3D+1&count=capped").json["count"] == {"number": 5, "more": False}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("q=nonsense+%3D+1", "q"),
        ("q=name+%3D", "q"),
        ("q=group+by+stage", "q"),
        ("sort=nonsense", "sort"),
        ("sort=tags", "sort"),
        ("fields=nonsense", "fields"),
        ("fields=name,,maker", "fields"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=1&limit=2", "limit"),
        ("count=yes", "count"),
        ("cursor=nonsense", "q"),
        ("page=2", "page"),
        ("q=%00", "q"),
    ],
)
def test_what_is_not_understood_is_named(owner: Caller, query: str, parameter: str) -> None:
    reply = owner("GET", f"/toys?{query}")
    assert (reply.status, reply.headers["Content-Type"]) == (400, "application/problem+json")
    assert reply.pointers == {parameter}


def test_a_wrong_name_is_met_with_a_suggestion_and_its_place(owner: Caller) -> None:
    error = owner("GET", "/toys?q=open+and+pices+%3D+1").json["errors"][0]
    assert (error["at"], error["length"], error["suggestions"][0]) == (9, 5, "pieces")


def test_a_cursor_of_another_order_is_refused(owner: Caller, toys: list[Any]) -> None:
    cursor = owner("GET", "/toys?sort=name&limit=2").json["next"]
    assert owner("GET", f"/toys?sort=-name&limit=2&cursor={cursor}").status == 400
    assert owner("GET", f"/toys?sort=name&limit=2&cursor={cursor[:-2]}xx").status == 400


def test_a_list_costs_the_same_queries_however_long(owner: Caller, toys: list[Any]) -> None:
    owner("GET", "/toys?limit=1")
    counts = []
    for limit in (2, 30):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(owner("GET", f"/toys?limit={limit}").json["items"]) == limit
        counts.append(len(queries))
    # The token with its user, the rows, and one each for the fields kept beside the row (tags, resellers).
    assert counts == [4, 4]
    with CaptureQueriesContext(connection) as queries:
        owner("GET", "/toys?fields=name,maker,price")
    assert len(queries) == 2


def test_a_family_member_lists_only_its_own(owner: Caller) -> None:
    owner("POST", "/workshops", {"name": "Small"})
    owner("POST", "/factories", {"name": "Large"})
    assert names(owner("GET", "/workshops")) == ["Small"]
    assert names(owner("GET", "/factories")) == ["Large"]
    assert sorted(names(owner("GET", "/makers"))) == ["Large", "Small"]
    factory = owner("GET", "/factories").json["items"][0]["id"]
    assert owner("GET", f"/workshops/{factory}").status == 404
