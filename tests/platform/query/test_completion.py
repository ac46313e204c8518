"""What the filter bar proposes while somebody types."""

from __future__ import annotations

import pytest

from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.objects import Object
from tests import toys

pytestmark = pytest.mark.django_db


def proposed(actor: Actor, toy: Object, text: str) -> list[str]:
    return [item.text for item in query.complete(actor, toy, text).items]


# What is typed, what is among the proposals, what is not.
TYPED = [
    ("", {"name", "stage", "maker"}, {"secret", "=", "and"}),
    ("na", {"name"}, {"stage"}),
    ("stage ", {"=", "in", "is empty"}, {"<", "contains"}),
    ("stage = ", {"won", "idea"}, {"name"}),
    ("stage = clo", {"won", "lost"}, {"idea"}),
    ("stage in (won, ", {"idea", "lost"}, {"and"}),
    ("stage = won ", {"and", "or", "sort by"}, {"name"}),
    ("stage = won and ma", {"maker", "margin"}, {"name"}),
    ("maker.", {"maker.name", "maker.industry", "maker.address"}, {"name"}),
    ("maker.address.c", {"maker.address.city", "maker.address.country"}, {"maker.address.street"}),
    ("sold_at in ", {"today", "last 30 days", "this quarter"}, {"2 weeks ago"}),
    ("sold_at in last ", {"30 days", "month"}, {"today"}),
    ("sold_at > 2", {"2 weeks ago"}, {"today"}),
    ("launched_on between today and ", {"today", "next 7 days"}, {"name"}),
    ("owner = ", {"me", "my team"}, set()),
    ("any ", {"plays", "resellers"}, {"name"}),
    ("any plays ", {"where", "and"}, set()),
    ("any plays where ", {"kind", "occurred_at"}, {"stage"}),
    ("any plays where kind = ", {"call", "visit"}, {"won"}),
    ("(any plays where kind = call) and ", {"stage"}, {"occurred_at"}),
    ("open ", {"and", "or", "="}, {"<"}),
    ("not ", {"open", "name"}, {"="}),
    ("sort by -pr", {"price"}, {"name"}),
    ("sort by ", {"name", "price"}, {"note", "tags"}),
    ("show ", {"count", "sum"}, {"name"}),
    ("show sum ", {"price", "pieces"}, {"name", "sold_at"}),
    ("group by sold_at b", {"by month"}, set()),
    ("pieces is ", {"empty", "not empty"}, set()),
]


@pytest.mark.parametrize(("text", "among", "absent"), TYPED)
def test_proposals_fit_the_place(actor: Actor, toy: Object, text: str, among: set[str], absent: set[str]) -> None:
    found = set(proposed(actor, toy, text))
    assert among <= found
    assert not absent & found


def test_the_word_at_the_cursor_is_what_is_replaced(actor: Actor, toy: Object) -> None:
    text = "stage = wo and open"
    found = query.complete(actor, toy, text, 10)
    assert text[found.start : found.end] == "wo"
    assert [item.text for item in found.items] == ["won"]


def test_records_and_tags_are_proposed_by_name_and_quoted(toy: Object) -> None:
    world = toys.make_world(3)
    toys.store(world)
    boss, _team, _lone, blind = toys.actors(world)
    names = {record["name"] for record in world.tables["maker"] if record["archived_at"] is None}
    if "O'Brien" in names:
        assert '"O\'Brien"' in proposed(boss, toy, "maker = o'b")
    offered = {item.label for item in query.complete(boss, toy, "maker = ").items if item.kind == "record"}
    assert offered
    assert offered <= names
    assert not [item for item in query.complete(blind, toy, "maker = ").items if item.kind == "record"]
    assert '"VIP"' in proposed(boss, toy, "tags contains v")


def test_hidden_fields_are_never_proposed(toy: Object) -> None:
    blind = toys.actors(toys.make_world(3))[3]
    assert "secret_recipe" not in proposed(blind, toy, "secret")
    assert "maker.tax_number" not in proposed(blind, toy, "maker.tax")
