"""Pages, order, counts, totals, groups and places in the list, against the same worked out in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rapport.base.lower import lower
from rapport.platform import query
from rapport.platform.access import Actor, Fragment
from rapport.platform.fields import Calculated, Ref
from rapport.platform.objects import Object, registry
from rapport.platform.query import Link, QueryError
from rapport.platform.query.evaluate import Evaluator
from tests import toys
from tests.toyshop.models import STAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]

ORDERS = ["name", "-name", "sold_at", "-sold_at", "-price", "price", "stage", "-stage, name", "maker", "-maker, pieces"]
ORDERS += [
    "maker.people, -sold_at",
    "open, -pieces, launched_on",
    "id",
    "-id",
    "-open",
    "maker.name, -stage",
    "archived",
]
ORDERS += ["-created_at", "weight", "-build_time", "margin, id", "number", "owner"]


def records(world: toys.ToyWorld, actor: Actor, obj: Object, text: str = "") -> list[Any]:
    return Evaluator(actor, world.seen_by(actor)).select(query.parse(actor, obj, text))


# --- order and pages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("who", [0, 2])
def test_pages_follow_each_other_in_order_with_empty_values_last(
    world: toys.ToyWorld, toy: Object, order: str, who: int
) -> None:
    actor = toys.actors(world)[who]
    plan = query.plan(actor, toy, f"sort by {order}", limit=5, archived=True)
    found: list[int] = []
    cursor = ""
    while True:
        page = query.rows(actor, plan.at(cursor))
        found.extend(row.id for row in page.rows)
        cursor = page.next
        if not cursor:
            break
    assert found == query.ids(actor, plan) == expected_order(world, actor, toy, order)


def expected_order(world: toys.ToyWorld, actor: Actor, obj: Object, order: str) -> list[int]:
    """Sorts once per key, the last first; what is empty goes to the end whatever the direction."""
    asking = Evaluator(actor, world.seen_by(actor))
    found = list(asking.select(query.parse(actor, obj, "archived or not archived")))
    keys = query.parse(actor, obj, f"sort by {order}").sort
    found.sort(key=lambda record: record["id"], reverse=keys[-1].descending)
    for key in reversed(keys):
        values = {record["id"]: sort_value(asking, obj, record, key.path) for record in found}
        filled = [record for record in found if values[record["id"]] is not None]
        filled.sort(key=lambda record: values[record["id"]], reverse=key.descending)  # used at once
        found = filled + [record for record in found if values[record["id"]] is None]
    return [record["id"] for record in found]


def sort_value(asking: Evaluator, obj: Object, record: Any, path: query.Path) -> Any:
    for hop in path.hops:
        target = asking.target(hop, record)
        if target is None:
            return len(STAGES) if path.field.family == "choice" else None
        obj, record = target
    value = asking.value(path.field, obj, record)
    match path.field.family:
        case "money":
            return None if value is None else asking.worth(value)
        case "choice":
            keys = [option.key for option in path.field.options]  # type: ignore[attr-defined]
            return keys.index(value) if value in keys else len(keys)
        case "reference":
            return None if value is None else small(asking.name(path.field, value))
        case "text" if not path.field.read_only:
            return value if value is None else small(value)
    return value


def small(text: str) -> str:
    """PostgreSQL lowers every letter, SQLite A to Z."""
    return lower(text) if connection.vendor == "postgresql" else "".join(c.lower() if c.isascii() else c for c in text)


def test_a_cursor_of_another_order_or_a_changed_one_is_refused(boss: Actor, toy: Object) -> None:
    cursor = query.rows(boss, query.plan(boss, toy, "sort by name", limit=2)).next
    broken = cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")
    for order, token in [("sort by -name", cursor), ("sort by name", broken), ("sort by name", "x"), ("", "ä" * 50)]:
        with pytest.raises(QueryError, match="page marker"):
            query.rows(boss, query.plan(boss, toy, order, cursor=token))


def test_a_page_of_fields_in_the_row_is_one_query(boss: Actor, toy: Object) -> None:
    plan = query.plan(boss, toy, "sort by name", select=("name", "maker", "maker.parent", "price", "owner"), limit=20)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        query.rows(boss, plan)
    assert len(captured) == 1


# --- values ------------------------------------------------------------------------------------------------------


def test_every_field_is_read_as_its_value(world: toys.ToyWorld, boss: Actor) -> None:
    asked = Evaluator(boss, world.seen_by(boss))
    for key in ("toy", "play", "maker"):
        obj = registry.get(key)
        names = [name for name in obj.fields if name != "manual"]
        page = query.rows(boss, query.plan(boss, obj, "sort by id", select=names, limit=100, archived=True))
        for row in page.rows:
            record = dict(world.get(key, row.id))
            record |= {k: asked.value(one, obj, record) for k, one in obj.fields.items() if isinstance(one, Calculated)}
            for name, value in zip(names, row.values, strict=True):
                kept = record[name].id if isinstance(record[name], Ref) else record[name]
                assert local(value) == kept or (value in ("", None) and kept in ("", None)), (key, row.id, name)
            assert row.uid == str(record["uid"])


def local(value: Any) -> Any:
    """A value read, as the world keeps it: references by their ids."""
    match value:
        case Link():
            return value.id
        case [Link(), *_rest]:
            return sorted(link.id for link in value)
    return sorted(value) if isinstance(value, list) else value


def test_the_plain_form_is_json_and_equals_that_of_the_fields(world: toys.ToyWorld, boss: Actor, toy: Object) -> None:
    names = [
        "name",
        "stage",
        "uses",
        "price",
        "margin",
        "weight",
        "pieces",
        "build_time",
        "launched_on",
        "sold_at",
        "open",
    ]
    page = query.plain_rows(boss, query.plan(boss, toy, "sort by id", select=[*names, "maker", "tags"], limit=100))
    for row in orjson.loads(orjson.dumps(page.rows, option=orjson.OPT_UTC_Z)):
        record = next(record for record in world.tables["toy"] if str(record["uid"]) == row["id"])
        for name in names:
            assert toy.fields[name].from_plain(row[name]) == record[name], name
        maker = record["maker"] and str(world.get("maker", record["maker"])["uid"])
        assert row["maker"] == maker
        assert sorted(row["tags"]) == record["tags"]


def test_a_record_one_may_not_see_reads_as_nothing(world: toys.ToyWorld, toy: Object) -> None:
    blind = toys.actors(world)[3]
    page = query.rows(
        blind, query.plan(blind, toy, "", select=("maker", "maker.name", "owner", "resellers"), limit=100)
    )
    assert page.rows
    assert {(row.values[0], row.values[1], row.values[2]) for row in page.rows} == {(None, "", None)}
    assert all(row.values[3] == [] for row in page.rows)
    groups = query.groups(blind, query.plan(blind, toy, "group by maker"))
    assert [group.values for group in groups] == [(None,)]


# --- counts, totals, groups --------------------------------------------------------------------------------------


def test_counts_stop_at_the_cap(boss: Actor, toy: Object) -> None:
    plan = query.plan(boss, toy, "")
    exact = query.count(boss, plan)
    assert query.count_capped(boss, plan) == query.Count(exact)
    assert query.count_capped(boss, plan, cap=3) == query.Count(3, more=True)
    assert query.count_capped(boss, plan, cap=exact) == query.Count(exact)


def test_totals_equal_those_worked_out_from_the_records(world: toys.ToyWorld, boss: Actor, toy: Object) -> None:
    found = records(world, boss, toy)
    totals = query.aggregates(boss, query.plan(boss, toy, ""), ["price", "pieces", "sold_at", "weight"])
    prices = [record["price"] for record in found if record["price"] is not None]
    worth = [amount for money in prices if (amount := world.worth(money)) is not None]
    assert (totals["price"].count, totals["price"].unknown) == (len(prices), len(prices) - len(worth))
    assert totals["price"].sum == sum(worth)
    assert (totals["price"].min, totals["price"].max) == (min(worth), max(worth))
    assert totals["price"].avg is not None
    assert abs(totals["price"].avg - sum(worth, Decimal()) / len(worth)) < Decimal("0.00001")
    by_currency: dict[str, Decimal] = {}
    for money in prices:
        by_currency[money.currency] = by_currency.get(money.currency, Decimal()) + money.amount
    assert dict(totals["price"].by_currency) == by_currency
    weights = [record["weight"] for record in found if record["weight"] is not None]
    assert totals["weight"].sum == sum(weights)
    assert totals["sold_at"].max == max(record["sold_at"] for record in found if record["sold_at"])
    assert totals["sold_at"].sum is None


BY: dict[str, Callable[[Any], Any]] = {
    "stage": lambda record: record["stage"],
    "open": lambda record: record["open"],
    "launched_on": lambda record: record["launched_on"],
    "launched_on by month": lambda record: record["launched_on"] and record["launched_on"].replace(day=1),
    "launched_on by quarter": lambda record: record["launched_on"] and quarter(record["launched_on"]),
    "sold_at by day": lambda record: record["sold_at"] and record["sold_at"].astimezone(toys.ZONE).date(),
    "sold_at by week": lambda record: record["sold_at"] and monday(record["sold_at"].astimezone(toys.ZONE).date()),
    "sold_at by year": lambda record: record["sold_at"] and date(record["sold_at"].astimezone(toys.ZONE).year, 1, 1),
    "maker": lambda record: record["maker"],
}


def quarter(day: date) -> date:
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def monday(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


@pytest.mark.parametrize("by", list(BY))
def test_groups_equal_those_worked_out_from_the_records(
    world: toys.ToyWorld, boss: Actor, toy: Object, by: str
) -> None:
    found = records(world, boss, toy)
    groups = query.groups(boss, query.plan(boss, toy, f"group by {by} show count, sum pieces"))
    counted = {value.id if isinstance(value := group.values[0], Link) else value: group for group in groups}
    assert {key: group.count for key, group in counted.items()} == Counter(BY[by](record) for record in found)
    for key, group in counted.items():
        pieces = [record["pieces"] for record in found if BY[by](record) == key and record["pieces"] is not None]
        assert group.shown == (group.count, sum(pieces))
    keys = [group.values[0] for group in groups]
    assert all(key in (None, "") for key in keys[len([k for k in keys if k not in (None, "")]) :]), "nothing comes last"


def test_totals_without_a_group_are_one_row(boss: Actor, toy: Object) -> None:
    [row] = query.groups(boss, query.plan(boss, toy, "show count, max price"))
    assert row.values == ()
    assert row.shown[0] == row.count == query.count(boss, query.plan(boss, toy, ""))


# --- one record in the set ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["-sold_at", "stage, -price", "maker, name", "id"])
def test_the_place_of_a_record_and_its_neighbours(boss: Actor, toy: Object, order: str) -> None:
    plan = query.plan(boss, toy, f"not archived sort by {order}")
    ids = query.ids(boss, plan)
    for place, ident in enumerate(ids):
        found = query.position(boss, plan, ident)
        assert (found.number, found.of.number) == (place + 1, len(ids))
        assert found.previous == (ids[place - 1] if place else None)
        assert found.next == (ids[place + 1] if place + 1 < len(ids) else None)
    gone = query.position(boss, plan.narrowed(query.parse(boss, toy, "id = -1").condition), ids[0])
    assert (gone.number, gone.of.number) == (None, 0)
    assert query.position(boss, plan, ids[-1], cap=2).number_more


def test_whether_a_record_is_in_the_set(boss: Actor, toy: Object) -> None:
    plan = query.plan(boss, toy, "open")
    inside = set(query.ids(boss, plan))
    assert {ident for ident in range(1, 25) if query.holds(boss, plan, ident)} == inside
    fragment = query.id_sql(boss, plan)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM toyshop_toy WHERE id IN ({fragment.sql})", fragment.params)  # noqa: S608
        assert cursor.fetchone() == (len(inside),)


def test_conditions_of_the_engine_and_rights_narrow_a_plan(world: toys.ToyWorld, toy: Object) -> None:
    boss, _team, lone, _blind = toys.actors(world)
    plan = query.plan(boss, toy, "").with_extra(lambda alias: Fragment(f"{alias}.id <= %s", (5,)))
    assert all(ident <= 5 for ident in query.ids(boss, plan))
    assert query.ids(lone, query.plan(lone, toy, "", action="export")) == []
    assert len(query.ids(boss, query.plan(boss, toy, "", archived=True))) == 24
    assert (
        len(query.ids(boss, query.plan(boss, toy, "archived"))) + len(query.ids(boss, query.plan(boss, toy, ""))) == 24
    )
