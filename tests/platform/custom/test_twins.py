"""An own field answers every question as a declared one of the same type with the same values does."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.base import clock
from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.custom.options import Answer
from rapport.platform.fields import Choice, Field, MultiChoice
from rapport.platform.objects import Object, registry
from rapport.platform.query.check import COMPARABLE, GROUPABLE, SUMMABLE
from tests import sizes, toys
from tests.platform.custom.make import SYSTEM, own_field
from tests.platform.query.queries import _comparison

pytestmark = [pytest.mark.django_db, pytest.mark.proof]
# Declared field of the toy -> type of its twin.
TWINS = {
    "stage": "choice",
    "uses": "multi_choice",
    "price": "money",
    "margin": "percent",
    "weight": "decimal",
    "pieces": "number",
    "build_time": "duration",
    "launched_on": "date",
    "sold_at": "datetime",
    "open": "boolean",
    "contact": "email",
    "hotline": "phone",
    "site": "url",
    "note": "long_text",
    "secret_recipe": "text",
    "maker": "reference",
    "tester": "user",
}


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.freeze(toys.NOW):
        yield


def twins(seed: int) -> tuple[list[Actor], Object]:
    """A world of toys in which every field has a twin with the same values."""
    world = toys.make_world(seed)
    toys.store(world)
    obj = registry.get("toy")
    for key, kind in TWINS.items():
        declared = obj.field(key)
        more: dict[str, object] = {"places": 3} if key == "weight" else {}
        if isinstance(declared, Choice | MultiChoice):
            more["options"] = tuple(Answer(one.key, str(one.label), one.tone) for one in declared.options)
        if kind == "reference":
            more["target"] = "maker"
        own_field("toy", f"My {key}", kind, key=f"my_{key}", sensitivity=declared.sensitivity, **more)
    for record in obj.model._default_manager.all():
        for key in TWINS:
            obj.field(f"my_{key}").write(record, obj.field(key).read(record))
        record.save()
    return toys.actors(world), obj


def mine(key: str, text: str) -> str:
    """The same text about the twin."""
    return re.sub(rf"\b{key}\b", f"my_{key}", text, count=1)


@pytest.mark.parametrize("seed", sizes.worlds("own fields"))
def test_twins_answer_every_condition_alike(seed: int) -> None:
    known, obj = twins(seed)

    @settings(
        max_examples=sizes.cases("own fields"), deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data(), st.sampled_from(known), st.sampled_from(sorted(TWINS)))
    def alike(data: st.DataObject, actor: Actor, key: str) -> None:
        if key not in query.schema.fields(actor, obj):
            return
        text = data.draw(_comparison(key, obj.field(key)))
        for condition in (text, f"not ({text})"):
            one = query.ids(actor, query.plan(actor, obj, condition, sort="id"))
            assert query.ids(actor, query.plan(actor, obj, mine(key, condition), sort="id")) == one, condition

    alike()


@pytest.mark.parametrize("key", sorted(TWINS))
def test_twins_sort_page_group_and_add_up_alike(key: str) -> None:
    _known, obj = twins(5)
    field: Field[object] = obj.field(key)
    if field.sortable:
        for sort in (key, f"-{key}"):
            assert _walk(obj, mine(key, sort)) == _walk(obj, sort)
    if field.family in GROUPABLE and field.sortable:
        one, two = ([(row.values, row.count) for row in _groups(obj, name)] for name in (key, f"my_{key}"))
        assert one == two
    if field.family in SUMMABLE | COMPARABLE:
        found = query.aggregates(SYSTEM, query.plan(SYSTEM, obj, ""), [key, f"my_{key}"])
        assert found[key] == found[f"my_{key}"]
    rows = query.rows(SYSTEM, query.plan(SYSTEM, obj, "", select=[key, f"my_{key}"], limit=200)).rows
    assert rows and all(row.values[0] == row.values[1] for row in rows)


def _walk(obj: Object, sort: str) -> list[int]:
    """The ids of every page, page by page."""
    plan = query.plan(SYSTEM, obj, "", sort=sort, limit=7)
    page = query.rows(SYSTEM, plan)
    found = [row.id for row in page.rows]
    while page.next:
        page = query.rows(SYSTEM, plan.at(page.next))
        found += [row.id for row in page.rows]
    return found


def _groups(obj: Object, name: str) -> list[query.GroupRow]:
    return query.groups(SYSTEM, query.plan(SYSTEM, obj, f"group by {name}"))
