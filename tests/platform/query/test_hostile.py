"""Whatever comes in, the answer is a query or a QueryError, and it comes within a second."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.platform import access, query
from rapport.platform.access import Actor
from rapport.platform.objects import Object, registry
from rapport.platform.query import QueryError
from tests import sizes

DEEP = 5_000
HOSTILE = [
    "x" * 1_000_000,
    "(" * DEEP + "open" + ")" * DEEP,
    "(" * 9_000,
    "not " * 2_400 + "open",
    " and ".join(["open"] * 1_100),
    "count plays where " * 500 + "score > 1",
    "any plays where " * 600 + "score > 1",
    "pieces in (" + ",".join(["1"] * 4_000) + ")",
    "name = \x00",
    "name = \ud800",
    "'" * 9_999,
    '"' * 9_999,
    "\\" * 9_999,
    "= " * 4_000,
    "maker." * 1_500 + "name = x",
    "pieces = " + "9" * 9_000,
    "pieces = 1e999999",
    "pieces = nan",
    "pieces = ١٢٣",
    "price = " + "9" * 40 + " EUR",
    "price = $$$",
    "price > 99999999999999999999k",
    "sold_at > 999999999 years ago",
    "sold_at > 201 years ago",
    "launched_on = 9999-12-31",
    "launched_on = 0001-01-01",
    "sold_at = 9998-12-31",
    "build_time > 99999999999 h",
    "maker = #99999999999999999999999",
    "id = 99999999999999999999999",
    "stage = ",
    "stage in ()",
    "sort by",
    "sort by -",
    "show sum",
    "group by sold_at by decade",
    ") or (1 = 1",
    "name = '; DROP TABLE toyshop_toy; --",
    "open; DROP TABLE toyshop_toy",
    "__class__ = 1",
    "maker__name = 1",
    "maker_id = 1",
    "custom = 1",
    "password = 1",
    "owner.password = 1",
    "owner.settings = 1",
    "%s = 1",
    "name = %s %(x)s {0} {}",
    "İ = 1",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20].encode("unicode_escape").decode())
def test_hostile_text_is_refused_or_understood_within_a_second(actor: Actor, toy: Object, text: str) -> None:
    started = time.perf_counter()
    try:
        found = query.parse(actor, toy, text)
        assert query.parse(actor, toy, str(found)) == found
    except QueryError as error:
        assert error.message
        assert 0 <= error.at <= len(text)
    assert time.perf_counter() - started < 1


@settings(max_examples=sizes.cases("query texts"), deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    _parse(access.system("a test"), registry.get("toy"), text)


WORDS = [
    "open",
    "not",
    "and",
    "or",
    "(",
    ")",
    "stage",
    "=",
    "won",
    "in",
    "any",
    "plays",
    "where",
    "count",
    ">",
    "2",
    "via",
]
WORDS += ["toy", "sort by", "name", ",", "group by", "show", "sum", "price", "between", "is", "empty", '"x', "contains"]


@settings(max_examples=sizes.cases("query words"), deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=15))
def test_any_order_of_our_own_words_is_a_query_or_a_query_error(words: list[str]) -> None:
    _parse(access.system("a test"), registry.get("toy"), " ".join(words))


def _parse(actor: Actor, toy: Object, text: str) -> None:
    try:
        found = query.parse(actor, toy, text)
    except QueryError:
        return
    assert query.parse(actor, toy, str(found)) == found
    assert query.from_json(actor, toy, query.to_json(found)) == found


def nested(depth: int) -> Any:
    found: Any = {"field": "open", "op": "=", "value": True}
    for _level in range(depth):
        found = {"not": found}
    return found


DOCUMENTS: list[Any] = [
    None,
    [],
    "open",
    {"where": []},
    {"where": {}},
    {"where": {"field": 3}},
    {"where": {"field": "open"}},
    {"where": {"field": "name", "op": "like", "value": "x"}},
    {"where": {"field": "name", "op": [], "value": "x"}},
    {"where": {"field": "name", "value": {"a": 1}}},
    {"where": {"field": "name", "value": None}},
    {"where": {"field": "name", "values": "x"}},
    {"where": {"field": "name", "value": "a\x00"}},
    {"where": {"field": "name", "value": "\ud800"}},
    {"where": {"field": "name", "op": "between", "values": ["a"]}},
    {"where": {"and": []}},
    {"where": {"and": [1]}},
    {"where": {"and": [{"field": "open", "value": True}] * 5_000}},
    {"where": {"field": "id", "op": "in", "values": list(range(5_000))}},
    {"where": {"field": "pieces", "value": float("inf")}},
    {"where": {"field": "pieces", "value": 10**40}},
    {"where": {"count": "plays"}},
    {"where": {"count": "plays", "op": "in", "value": 1}},
    {"where": {"any": {}}},
    {"where": {"text": "open sort by name"}},
    {"where": {"text": ""}},
    {"where": nested(100)},
    {"where": nested(DEEP // 10)},
    {"sort": "name"},
    {"sort": ["name show count"]},
    {"sort": ["name; drop"]},
    {"sort": [1]},
    {"sort": ["name"] * 50},
    {"show": ["sum"]},
    {"unknown": 1},
    {"where": {"field": "name", "value": "x" * 1_000_000}},
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_hostile_documents_are_refused(actor: Actor, toy: Object, document: Any) -> None:
    with pytest.raises(QueryError):
        query.from_json(actor, toy, document)


@pytest.mark.parametrize("rows", [None, [], {}, {"rows": 3}, {"rows": [3]}, {"rows": [{"related": []}]}])
def test_hostile_builder_rows_are_refused(actor: Actor, toy: Object, rows: Any) -> None:
    with pytest.raises(QueryError):
        query.from_builder(actor, toy, rows)


@pytest.mark.django_db
@settings(max_examples=sizes.cases("completion"), deadline=None)
@given(st.lists(st.sampled_from([*WORDS, "maker.", "sold_at", "owner", "tags", '"A']), max_size=8), st.integers(-5, 99))
def test_completion_never_fails(words: list[str], at: int) -> None:
    query.complete(access.system("a test"), registry.get("toy"), " ".join(words), at)


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20].encode("unicode_escape").decode())
def test_completion_of_hostile_text_answers_within_a_second(actor: Actor, toy: Object, text: str) -> None:
    started = time.perf_counter()
    query.complete(actor, toy, text)
    assert time.perf_counter() - started < 1
