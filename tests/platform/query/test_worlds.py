"""Whatever a query says, SQL and plain Python find the same records: random queries over random worlds, per actor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rapport.base import clock
from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.objects import registry
from rapport.platform.query.evaluate import Evaluator
from tests import sizes, toys
from tests.platform.query.queries import conditions

pytestmark = [pytest.mark.django_db, pytest.mark.proof]


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.freeze(toys.NOW):
        yield


@pytest.mark.parametrize("seed", sizes.worlds("query"))
def test_sql_and_python_find_the_same_records(seed: int) -> None:
    world = toys.make_world(seed)
    toys.store(world)
    known = toys.actors(world)

    @settings(max_examples=sizes.cases("query"), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data(), st.sampled_from(known), st.sampled_from(["toy", "play", "maker", "workshop", "factory"]))
    def agree(data: st.DataObject, actor: Actor, key: str) -> None:
        obj = registry.get(key)
        text = data.draw(conditions(actor, obj))
        asked = query.parse(actor, obj, text)
        assert query.parse(actor, obj, str(asked)) == asked, "the canonical text means the same"
        assert query.from_json(actor, obj, query.to_json(asked)) == asked, "so does the JSON form"
        plan = query.plan(actor, obj, asked)
        expected = sorted(record["id"] for record in Evaluator(actor, world.seen_by(actor)).select(asked))
        assert sorted(query.ids(actor, plan)) == expected, str(asked)
        assert query.count(actor, plan) == len(expected)

    agree()
