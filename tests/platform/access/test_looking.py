"""Looking as somebody else shows what both may see, never more: held against the oracle for every pair of people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rapport.platform import access, query
from rapport.platform.access import Actor, actor_for, looking
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.objects import registry
from rapport.platform.query.run import ids
from tests.platform.access import oracle
from tests.platform.access.world import KINDS, World, make, trials

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Iterator[World]:
    with trials():
        yield make(1)


def actor(user: int) -> Actor:
    found = actor_for(user, "web")
    assert found is not None
    return found


def may(world: World, user: int, kind: str, action: str) -> set[int]:
    return {pk for pk, row in world.rows(kind).items() if oracle.may(world.oracle, user, action, kind, row)}


def test_rows_are_those_that_both_may_see(world: World) -> None:
    smaller = 0
    for mine in world.users[1:6]:
        for theirs in world.users[1:6]:
            seen = looking.as_person(actor(mine), theirs)
            assert seen is not None
            for kind in KINDS:
                both = may(world, mine, kind, "read") & may(world, theirs, kind, "read")
                assert set(access.visible(seen, registry.get(kind)).values_list("pk", flat=True)) == both
                # Remembered statements of the other's own rights are not taken for these, nor the other way round.
                for one, expected in ((seen, both), (actor(theirs), may(world, theirs, kind, "read"))):
                    assert set(ids(one, query.plan(one, registry.get(kind), "", sort="id"))) == expected
                smaller += both != may(world, theirs, kind, "read")
    assert smaller > 10


def test_fields_are_those_that_both_may_see(world: World) -> None:
    for mine in world.users[1:6]:
        for theirs in world.users[1:6]:
            seen = looking.as_person(actor(mine), theirs)
            assert seen is not None
            for kind in KINDS[:3]:
                for name in CLASSES:
                    both = min(actor(one).rights.level(kind, name) for one in (mine, theirs))
                    assert seen.rights.level(kind, name) == both
                for action in ACTIONS:
                    scopes = [actor(one).rights.scope(kind, action) for one in (mine, theirs)]
                    assert (seen.rights.scope(kind, action) == "none") == ("none" in scopes)


def test_a_role_is_looked_through_with_ones_own_records_and_teams(world: World) -> None:
    mine = world.users[2]
    role = Role.objects.get(key="r1")
    seen = looking.as_role(actor(mine), role)
    alone = {**world.oracle, "roles_of": {**world.oracle["roles_of"], mine: ["r1"]}}
    for kind in KINDS:
        expected = {
            pk
            for pk, row in world.rows(kind).items()
            if oracle.may(alone, mine, "read", kind, row) and oracle.may(world.oracle, mine, "read", kind, row)
        }
        assert set(access.visible(seen, registry.get(kind)).values_list("pk", flat=True)) == expected


def test_who_may_not_sign_in_is_not_looked_through(world: World) -> None:
    assert looking.as_person(actor(world.users[1]), 987_654_321) is None
