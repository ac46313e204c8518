"""The engine and an independent oracle agree on every cell: actor, Object, action, row; actor, Object, field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rapport.platform import access, query, records
from rapport.platform.access import roles
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, Grant, Role, Share
from rapport.platform.accounts.models import Membership, User
from rapport.platform.objects import registry
from rapport.platform.query.run import ids
from tests.platform.access import oracle
from tests.platform.access.world import KINDS, SYSTEM, World, make, trials

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with trials():
        yield make(request.param)


def actor(user: int) -> access.Actor:
    found = access.actor_for(user, "api")
    assert found is not None
    return found


def expected(world: World, user: int, kind: str, action: str) -> set[int]:
    return {pk for pk, row in world.rows(kind).items() if oracle.may(world.oracle, user, action, kind, row)}


def test_every_row_is_reached_exactly_where_the_oracle_says_so(world: World) -> None:
    sizes = []
    for user in world.users:
        for kind in KINDS:
            for action in ACTIONS:
                found = set(access.visible(actor(user), registry.get(kind), action).values_list("pk", flat=True))
                assert found == expected(world, user, kind, action), (user, kind, action)
                sizes.append(len(found))
    # Neither everything nor nothing: a world in which access did not matter would prove nothing.
    assert len({size for size in sizes if 0 < size < 60}) > 10


def test_lists_read_the_same_rows(world: World) -> None:
    for user in world.users:
        for kind in KINDS:
            plan = query.plan(actor(user), registry.get(kind), "", sort="id")
            assert set(ids(actor(user), plan)) == expected(world, user, kind, "read"), (user, kind)


def test_single_records_are_found_by_the_same_rule(world: World) -> None:
    for user in world.users[:4]:
        for kind in KINDS:
            reach = expected(world, user, kind, "edit")
            for pk in list(world.rows(kind))[:15]:
                assert _is_found(actor(user), kind, pk) == (pk in reach), (user, kind, pk)


def _is_found(asking: access.Actor, kind: str, pk: int) -> bool:
    try:
        return bool(access.find(asking, registry.get(kind), pk, "edit"))
    except access.NotFound:
        return False


def test_every_field_is_read_and_written_exactly_where_the_oracle_says_so(world: World) -> None:
    for user in world.users:
        for kind in KINDS:
            obj = registry.get(kind)
            may = {
                need: {name for name in CLASSES if oracle.may_field(world.oracle, user, kind, name, need)}
                for need in ("read", "write")
            }
            seen = {key for key, field in obj.fields.items() if field.sensitivity in may["read"]}
            able = {key for key, field in obj.editable.items() if field.sensitivity in may["write"]}
            assert (set(access.readable(actor(user), obj)), set(access.writable(actor(user), obj))) == (seen, able)


# --- what is taken away is gone at once ------------------------------------------------------------------------------


@pytest.fixture
def seller() -> User:
    """Reads the opportunities of the team, here: toys."""
    role = Role.objects.create(key="seller", name="Seller")
    Grant.objects.create(role=role, object="toy", action="read", scope="team")
    user: User = records.create(SYSTEM, registry.get("user"), {"name": "Sam", "is_active": True})
    roles.give(user.pk, "seller")
    return user


def reads(user: User, toy: Any) -> bool:
    return access.visible(actor(user.pk), registry.get("toy")).filter(pk=toy.pk).exists()


def test_losing_a_team_a_role_a_grant_or_a_share_acts_on_the_next_question(seller: User) -> None:
    region = records.create(SYSTEM, registry.get("team"), {"name": "Region"})
    team = records.create(SYSTEM, registry.get("team"), {"name": "Team", "parent": region.pk})
    toy = records.create(SYSTEM, registry.get("toy"), {"name": "Bus", "team": team.pk})
    assert not reads(seller, toy)
    records.update(SYSTEM, seller, {"team": region.pk})
    assert reads(seller, toy)
    records.update(SYSTEM, team, {"parent": None})
    assert not reads(seller, toy)
    records.update(SYSTEM, team, {"parent": region.pk})
    assert reads(seller, toy)
    Grant.objects.filter(role__key="seller").update(scope="own")
    rights_changed()
    assert not reads(seller, toy)
    share = Share.objects.create(object="toy", record_id=toy.pk, user=seller, at=toy.created_at)
    assert reads(seller, toy)
    share.delete()
    assert not reads(seller, toy)
    records.update(SYSTEM, toy, {"owner": seller.pk})
    assert reads(seller, toy)
    roles.take(seller.pk, "seller")
    assert not reads(seller, toy)


def test_leaving_every_team_leaves_nothing_of_theirs(seller: User) -> None:
    team = records.create(SYSTEM, registry.get("team"), {"name": "Team"})
    toy = records.create(SYSTEM, registry.get("toy"), {"name": "Bus", "team": team.pk})
    records.update(SYSTEM, seller, {"team": team.pk})
    assert reads(seller, toy)
    records.update(SYSTEM, User.objects.get(pk=seller.pk), {"team": None})
    assert not Membership.objects.filter(user=seller).exists()
    assert not reads(seller, toy)


def test_who_may_not_sign_in_or_is_archived_is_nobody(seller: User) -> None:
    records.update(SYSTEM, seller, {"is_active": False})
    assert access.actor_for(seller.pk, "web") is None
    records.update(SYSTEM, seller, {"is_active": True})
    assert access.actor_for(seller.pk, "web") is not None
    records.archive(SYSTEM, seller)
    assert access.actor_for(seller.pk, "web") is None
