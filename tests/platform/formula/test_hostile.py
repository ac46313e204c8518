"""Whatever comes in, the answer is an expression or a QueryError, within a second; the SQL of it stays small."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.platform import access
from rapport.platform.formula import completion, parse
from rapport.platform.formula.compile import expression_sql
from rapport.platform.objects import registry
from rapport.platform.query.errors import QueryError
from rapport.platform.query.frame import Context, Frame
from tests import sizes
from tests.platform.formula.test_worlds import by_sql

SYSTEM = access.system("a test")
HOSTILE = [
    "x" * 1_000_000,
    "(" * 4_000 + "1" + ")" * 900,
    "(" * 28 + "pieces" + ")" * 28,
    "-" * 4_900 + "1",
    "not " * 1_000 + "open",
    "if open then " * 300 + "1",
    "1+" * 2_000 + "1",
    "pieces*" * 150 + "pieces",
    " & ".join(["name"] * 150),
    "pieces = " * 500 + "1",
    "pieces = (" * 400 + "1",
    "count plays where " * 200 + "score > 1",
    "any plays where " * 200 + "score > 1",
    "min(" * 25 + "pieces" + ", 1)" * 25,
    "max(pieces, max(pieces, " * 12 + "1" + "))" * 12,
    "add_days(" * 25 + "launched_on" + ", 999999999)" * 25,
    "9" * 4_000,
    "9" * 39 + " * " + "9" * 39 + " * pieces",
    "1 / 0",
    "0 % 0",
    "10 ** 10",
    "1e999",
    "١٢٣ + 1",
    "launched_on + 99999999999 weeks",
    "add_months(launched_on, pieces * pieces)",
    "name = \x00",
    "'" * 4_999,
    '"' * 4_999,
    'name & "\\"',
    "replace(note, note, note)",
    'replace(note, "", "x")',
    'convert(price, "XXX")',
    'convert(price, "EUR; DROP TABLE toyshop_toy")',
    "__class__ + 1",
    "maker__name",
    "password",
    "owner.password",
    "custom",
    "%s + %(x)s",
    "{0} + {}",
    "secret_recipe; DROP TABLE toyshop_toy",
    "price.amount",
    "then else",
    "if",
    "()",
    "round()",
    "count",
    "sum plays",
    "count plays.score",
    "latest plays where score > 1",
    "today()",
    "tags & uses",
    "pieces in ()",
    "today contains 1 won",
    "pieces between 1 and",
    "stage not contains ()",
    "İ + 1",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20].encode("unicode_escape").decode())
def test_hostile_text_is_refused_or_calculated_within_a_second(text: str) -> None:
    toy = registry.get("toy")
    started = time.perf_counter()
    try:
        found = parse(SYSTEM, toy, text)
        assert parse(SYSTEM, toy, str(found)) == found
        assert by_sql(SYSTEM, toy, found) == {}
    except QueryError as error:
        assert error.message
        assert 0 <= error.at <= len(text)
    completion.complete(SYSTEM, toy, text)
    assert time.perf_counter() - started < 1


@settings(max_examples=sizes.cases("formula texts"), deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_an_expression_or_a_query_error(text: str) -> None:
    _parse(text)


WORDS = ["pieces", "price", "name", "open", "launched_on", "(", ")", ",", "+", "-", "*", "/", "%", "&", "=", ">", "!="]
WORDS += ["if", "then", "else", "and", "or", "not", "is", "empty", "in", "between", "contains", "count", "sum", "plays"]
WORDS += [
    "plays.score",
    "where",
    "via",
    "toy",
    "min",
    "round",
    "today",
    "1",
    "25",
    "10 EUR",
    "2 days",
    '"x"',
    "won",
    "any",
]


@settings(max_examples=sizes.cases("formula words"), deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14))
def test_any_order_of_our_own_words_is_an_expression_or_a_query_error(words: list[str]) -> None:
    _parse(" ".join(words))


def _parse(text: str) -> None:
    toy = registry.get("toy")
    try:
        found = parse(SYSTEM, toy, text)
    except QueryError as error:
        assert 0 <= error.at <= len(text)
    else:
        assert parse(SYSTEM, toy, str(found)) == found, str(found)


@pytest.mark.django_db
def test_no_word_of_a_person_stands_in_the_sql() -> None:
    text = 'if name = "Robert\'); DROP" then replace(name, "a", "DROP") & "DROP" else "%s {0} DROP"'
    toy = registry.get("toy")
    found = expression_sql(Frame(Context(SYSTEM), toy), parse(SYSTEM, toy, text), 2)
    assert "DROP" not in found.sql and "Robert" not in found.sql
    assert len(found.sql) < 1_000
