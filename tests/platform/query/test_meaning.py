"""What words mean for the one who asks, and what no query may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from rapport.base import clock
from rapport.base.money import Money
from rapport.platform import query
from rapport.platform.access import Actor, Rights
from rapport.platform.objects import Object, registry
from rapport.platform.query import QueryError
from rapport.platform.query.evaluate import Evaluator
from tests import toys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def records(world: toys.ToyWorld, actor: Actor, obj: Object, text: str = "") -> list[Any]:
    return Evaluator(actor, world.seen_by(actor)).select(query.parse(actor, obj, text))


# --- what words mean ---------------------------------------------------------------------------------------------


@pytest.fixture
def names(boss: Actor) -> Iterator[Callable[[str], list[int]]]:
    toy = registry.get("toy")
    yield lambda text: sorted(query.ids(boss, query.plan(boss, toy, text, archived=True)))


def ids_where(world: toys.ToyWorld, meets: Callable[[Any], bool]) -> list[int]:
    return sorted(record["id"] for record in world.tables["toy"] if meets(record))


def test_case_does_not_matter_in_any_alphabet(world: toys.ToyWorld, names: Callable[[str], list[int]]) -> None:
    same = ids_where(world, lambda toy: toy["name"] in ("Ärger & Söhne", "ärger & söhne"))
    assert same
    assert names('name = "ÄRGER & SÖHNE"') == names('name in ("ÄRGER & söhne", "nobody")') == same
    assert names('name contains "SÖHNE"') == names("name starts with ärger") == same
    assert names("name = ACME") == ids_where(world, lambda toy: toy["name"].lower() == "acme")


def test_signs_of_patterns_are_only_signs(world: toys.ToyWorld, names: Callable[[str], list[int]]) -> None:
    assert names('name contains "%"') == ids_where(world, lambda toy: "%" in toy["name"])
    assert names('name contains "_"') == ids_where(world, lambda toy: "_" in toy["name"])
    assert names(r'note contains "\\"') == ids_where(world, lambda toy: "\\" in toy["note"])


def test_a_day_is_that_of_the_reader(world: toys.ToyWorld, names: Callable[[str], list[int]]) -> None:
    """Late on 29 March in UTC it is already the 30th in Berlin, whose 29th had 23 hours."""

    def on(day: date) -> Callable[[Any], bool]:
        return lambda toy: toy["sold_at"] is not None and toy["sold_at"].astimezone(toys.ZONE).date() == day

    assert names("sold_at = 2026-03-30") == names("sold_at = today") == ids_where(world, on(date(2026, 3, 30)))
    assert names("sold_at in yesterday") == ids_where(world, on(date(2026, 3, 29)))
    start = datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert names("sold_at < today") == ids_where(
        world, lambda toy: toy["sold_at"] is not None and toy["sold_at"] < start
    )


def test_me_and_my_team(world: toys.ToyWorld, boss: Actor, names: Callable[[str], list[int]]) -> None:
    people = world.members(boss.team_ids)
    assert names("owner = me") == ids_where(world, lambda toy: toy["owner"] == 1)
    assert names("owner in my team") == ids_where(world, lambda toy: toy["owner"] in people)
    assert names("team = my team") == ids_where(world, lambda toy: toy["team"] in boss.team_ids)


def test_the_same_sum_and_the_same_worth(world: toys.ToyWorld, names: Callable[[str], list[int]]) -> None:
    assert names("price = 20 USD") == ids_where(world, lambda toy: toy["price"] == Money(Decimal(20), "USD"))
    worth_ten = ids_where(world, lambda toy: toy["price"] is not None and world.worth(toy["price"]) == 10)
    assert names("price = 10") == worth_ten
    assert names("price > 1 JPY") == [], "without a rate nothing is known to be more"


# --- what may not happen -----------------------------------------------------------------------------------------


MARK = "xqzj"


@pytest.mark.parametrize(
    "text",
    [
        f"name = {MARK}",
        f'name contains "{MARK}%"',
        f"tags in ({MARK}, b)",
        f"maker = {MARK}",
        f"maker.address.city starts with {MARK}",
        f"any plays where subject = {MARK}",
        f"resellers contains {MARK}",
        f"address = {MARK}",
        f'note contains "\'; DROP TABLE toyshop_toy; -- {MARK}"',
    ],
)
def test_no_word_of_the_person_stands_in_the_sql(boss: Actor, toy: Object, text: str) -> None:
    obj = registry.get("maker") if text.startswith("address") else toy
    asked = text.replace("address =", "address contains")
    compiled = query.compile(boss, query.plan(boss, obj, asked, select=("name",)))
    assert all(MARK not in statement.sql for statement in compiled.statements)
    assert any(MARK in str(value) for value in compiled.params)
    query.rows(boss, query.plan(boss, obj, asked))


def test_a_query_made_for_one_who_reads_more_is_refused_to_others(
    world: toys.ToyWorld, boss: Actor, toy: Object
) -> None:
    blind = toys.actors(world)[3]
    for text in ("secret_recipe is empty", "maker.tax_number is empty", "name is empty sort by secret_recipe"):
        with pytest.raises(QueryError, match="There is no field"):
            query.rows(blind, query.plan(boss, toy, text))
    with pytest.raises(QueryError, match="There is no field"):
        query.rows(blind, query.plan(boss, toy, "", select=("secret_recipe",)))
    with pytest.raises(QueryError, match="There is no field"):
        query.groups(blind, query.plan(boss, toy, "group by secret_recipe"))


def test_what_is_remembered_follows_a_change_of_rights(world: toys.ToyWorld, boss: Actor, toy: Object) -> None:
    """Rights read anew are other rights, and answer anew."""
    plan = query.plan(boss, toy, "", select=("name", "secret_recipe"))
    assert query.rows(boss, plan).rows
    less = replace(boss, rights=Rights(({"*": {"read": "own"}},), ({"*": {"public": "read", "standard": "read"}},)))
    with pytest.raises(QueryError, match="secret_recipe"):
        query.rows(less, plan)
    own = {row.id for row in query.rows(less, query.plan(less, toy, "", select=("name",))).rows}
    assert own == {record["id"] for record in records(world, less, toy)}
    assert len(own) < query.count(boss, query.plan(boss, toy, ""))


def test_relative_periods_are_worked_out_at_every_run(world: toys.ToyWorld, boss: Actor, toy: Object) -> None:
    plan = query.plan(boss, toy, "sold_at in last 30 days", archived=True)
    today = query.rows(boss, plan)
    with clock.freeze(toys.NOW + timedelta(days=400)):
        later = query.rows(boss, plan)
    assert {row.id for row in today.rows}
    assert not {row.id for row in today.rows} & {row.id for row in later.rows}
