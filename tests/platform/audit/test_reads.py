"""What shows sensitive values leaves one entry that names the records; what shows none leaves none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.platform import records
from rapport.platform.accounts import tokens
from rapport.platform.audit.models import AuditEntry
from rapport.platform.objects import registry
from tests.platform.views.site import SYSTEM, make_user, visit

pytestmark = pytest.mark.django_db
NAME = "maker.tax_number"


def make_makers(number: int = 3) -> list[Any]:
    maker = registry.get("maker")
    return [records.create(SYSTEM, maker, {"name": f"Maker {n}", "tax_number": f"T-{n}"}) for n in range(number)]


def seen() -> list[Any]:
    """(surface, records, fields) of each read so far."""
    return [
        (
            entry.surface,
            json.loads(entry.records) if entry.records else {entry.object: [entry.record_id]},
            json.loads(entry.detail)["fields"],
        )
        for entry in AuditEntry.objects.filter(kind="read").order_by("id")
    ]


def reads_of(url: str, role: str = "owner") -> list[Any]:
    response = visit(make_user(role)).get(url)
    assert response.status_code == 200
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]  # Django types it apart
    return seen()


def test_a_list_names_the_rows_of_its_page_once() -> None:
    ids = [one.pk for one in make_makers()]
    assert reads_of("/makers?columns=name,tax_number") == [("web", {"maker": ids}, [NAME])]


def test_a_list_without_sensitive_columns_leaves_nothing_and_asks_nothing() -> None:
    make_makers()
    client = visit(make_user("owner"))
    client.get("/makers?columns=name")
    with CaptureQueriesContext(connection) as captured:
        client.get("/makers?columns=name")
    assert not [query for query in captured if "audit" in query["sql"]]
    assert not seen()


def test_who_may_not_see_the_class_has_seen_nothing() -> None:
    make_makers()
    assert reads_of("/makers", "sales") == []


def test_a_list_filtered_by_a_value_tells_it_without_showing_it() -> None:
    ids = [one.pk for one in make_makers(2)]
    assert reads_of('/makers?columns=name&q=tax_number = "T-1"') == [("web", {"maker": [ids[1]]}, [NAME])]


def test_a_list_that_reaches_a_value_over_a_path_names_the_record_that_has_it() -> None:
    one = make_makers(1)[0]
    toy = registry.get("toy")
    for number in range(2):
        records.create(SYSTEM, toy, {"name": f"Toy {number}", "maker": one.pk})
    assert reads_of("/toys?columns=name,maker.tax_number") == [("web", {"maker": [one.pk]}, [NAME])]


@pytest.mark.parametrize("tail", ["", "/edit", "/history", "/panel", "/field?field=tax_number"])
def test_a_page_of_a_record_is_one_entry(tail: str) -> None:
    one = make_makers(1)[0]
    assert reads_of(f"/makers/{one.pk}{tail}") == [("web", {"maker": [one.pk]}, [NAME])]


def test_an_empty_value_shows_nothing() -> None:
    one = records.create(SYSTEM, registry.get("maker"), {"name": "Bare"})
    assert reads_of(f"/makers/{one.pk}") == []


def test_an_export_names_what_left_and_says_how_much() -> None:
    ids = [one.pk for one in make_makers()]
    found = reads_of("/makers/export?columns=name,tax_number")
    assert found == [("web", {"maker": ids}, [NAME])]
    told = {entry.kind: json.loads(entry.detail) for entry in AuditEntry.objects.exclude(kind="read")}
    assert told["export"]["form"] == "csv"
    assert told["exported"]["count"] == 3


@pytest.mark.parametrize("tail", ["", "/events", "/timeline"])
def test_the_api_is_watched_like_pages(client: Any, tail: str) -> None:
    one = make_makers(1)[0]
    records.update(SYSTEM, one, {"tax_number": "T-9"})
    answer = call(client, f"/api/v1/makers/{one.uid}{tail}")
    assert answer.status_code == 200
    assert seen() == [("api", {"maker": [one.pk]}, [NAME])]


def test_lists_and_exports_and_the_feed_of_the_api_are_watched(client: Any) -> None:
    ids = [one.pk for one in make_makers(2)]
    call(client, "/api/v1/makers?fields=name")
    assert seen() == []
    call(client, "/api/v1/makers?fields=name,tax_number")
    b"".join(call(client, "/api/v1/makers/export.jsonl").streaming_content)
    call(client, "/api/v1/changes")
    # On PostgreSQL nothing of a test is settled, so the feed is empty.
    feed = [] if connection.vendor == "postgresql" else [("api", {"maker": ids}, [NAME])]
    assert seen() == [("api", {"maker": ids}, [NAME])] * 2 + feed


def call(client: Any, url: str) -> Any:
    _token, secret = tokens.make(make_user("owner"), "test")
    return client.get(url, HTTP_AUTHORIZATION=f"Bearer {secret}")


def test_the_engine_reading_for_itself_shows_nobody_anything() -> None:
    from rapport.platform import query

    make_makers(1)
    query.rows(SYSTEM, query.plan(SYSTEM, registry.get("maker"), select=["tax_number"]))
    assert seen() == []
