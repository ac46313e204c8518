"""The explanation equals the truth: every cell of a small world is explained as the oracle does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rapport.platform import access
from rapport.platform.access import explain
from rapport.platform.access.models import ACTIONS, CLASSES
from rapport.platform.objects import registry
from tests.platform.access import oracle
from tests.platform.access.world import KINDS, World, make, trials

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with trials():
        yield make(3)


def actor(user: int) -> access.Actor:
    found = access.actor_for(user, "api")
    assert found is not None
    return found


def test_why_somebody_may_is_every_way_that_holds_and_no_other(world: World) -> None:
    said: set[str] = set()
    for place, user in enumerate(world.users):
        asking = actor(user)
        for kind in KINDS:
            obj = registry.get(kind)
            for number, (pk, row) in enumerate(world.rows(kind).items()):
                # Each row by some actors, each action by all: a third of the cells, all of them in two other seeds.
                if (number + place) % 3:
                    continue
                for action in ("read", "edit", ACTIONS[number % len(ACTIONS)]):
                    found = explain.why(asking, obj, pk, action)
                    ways = {(way.kind, way.key) for way in (*found.ways, *found.parents)}
                    assert found.may == oracle.may(world.oracle, user, action, kind, row), (user, kind, action, pk)
                    assert ways == oracle.ways(world.oracle, user, action, kind, row), (user, kind, action, pk)
                    said |= {name for name, _key in ways}
    assert said == {"all", "mine", "team", "share", "parent", "alone"}


def test_the_table_of_a_person_is_what_their_roles_give(world: World) -> None:
    for user in world.users:
        for row in explain.standing(user):
            for action, given in row.actions.items():
                assert given.value == oracle.scope(world.oracle, user, row.key, action)
                assert set(given.by) == {
                    role
                    for role in world.oracle["roles_of"][user]
                    if given.value != "none" and _alone(world, role, row.key, action) == given.value
                }
            for name, given in row.classes.items():
                assert name in CLASSES
                assert (given.value != "hidden") == oracle.may_field(world.oracle, user, row.key, name, "read")
                assert (given.value == "write") == oracle.may_field(world.oracle, user, row.key, name, "write")


def _alone(world: World, role: str, key: str, action: str) -> str:
    return oracle.scope({**world.oracle, "roles_of": {0: [role]}}, 0, key, action)


def test_a_record_that_does_not_exist_is_explained_to_nobody(world: World) -> None:
    assert explain.why(actor(world.users[1]), registry.get("toy"), 10**9) == explain.Why(may=False)
