"""The pages people look at most walk an index on both databases: no sort, no scan of the whole table."""

from __future__ import annotations

import pytest
from django.db import connection

from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.objects import Object
from rapport.platform.query.compile import compile
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import piece
from tests import toys

pytestmark = pytest.mark.django_db


@pytest.fixture
def many() -> None:
    """Enough rows that a planner would rather not sort them all."""
    toys.store(toys.make_world(1, toys=400))


def explained(actor: Actor, plan: query.Plan, step: int = 0) -> str:
    word = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE toyshop_toy")
            cursor.execute("SET LOCAL enable_seqscan = off")
    return "\n".join(str(row[-1]) for row in fetch(piece(f"{word} {{}}", compile(actor, plan).statements[step])))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("order", ["-updated_at", "updated_at", "-sold_at", "-price", "id", "-id"])
def test_a_list_by_an_indexed_field_reads_only_its_page(actor: Actor, toy: Object, order: str) -> None:
    plan = query.plan(actor, toy, "open", sort=order, select=("name", "maker"), limit=10)
    following = plan.at(query.rows(actor, plan).next)
    for page in (plan, following):
        text = explained(actor, page)
        assert "USE TEMP B-TREE" not in text, text
        # Sorting rows of the same value by their id, a handful at a time, is no sort of the table.
        # The rows of the page may be put in order once more; what counts is how they were found.
        found = text[text.index("Limit") :] if connection.vendor == "postgresql" else ""
        assert "->  Sort  (" not in found.split("\n", 1)[-1].split("on toyshop_toy t0")[0], text
        if connection.vendor == "sqlite" and "id" not in order:
            assert "t0 USING INDEX" in text, text


@pytest.mark.usefixtures("many")
def test_records_of_another_are_found_by_its_index(actor: Actor, toy: Object) -> None:
    text = explained(actor, query.plan(actor, toy, "maker = #3", limit=10, sort="id"))
    assert "maker_id" in text
