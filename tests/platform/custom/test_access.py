"""Own Objects share a table, not rights: what the oracle says of each holds, and no way leads from one to another."""

from __future__ import annotations

import random
from typing import Any

import pytest

from rapport.platform import access, query, records, search, timeline
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, SCOPES, FieldRule, Grant, Role
from rapport.platform.accounts.models import Team
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import registry
from tests.platform.access import oracle
from tests.platform.access.world import _join, _load, _teams
from tests.platform.custom.make import SYSTEM, own_field, own_object

pytestmark = pytest.mark.django_db
USERS, ROWS = 6, 30
World = dict[str, Any]


def world(seed: int) -> World:
    chance = random.Random(seed)
    kinds = (own_object("Ship").key, own_object("Crate").key)
    own_field(kinds[1], "Carried by", "reference", target=kinds[0])
    own_field("toy", "Sails on", "reference", target=kinds[0])
    teams = list(_teams().values())
    users = [
        records.create(SYSTEM, registry.get("user"), {"name": f"U{n}", "is_active": True}).pk for n in range(USERS)
    ]
    teams_of = {user: _join(user, chance.sample(teams, chance.choice((0, 1, 2)))) for user in users}
    roles: dict[str, Any] = {}
    for number in range(4):
        role = Role.objects.create(key=f"r{number}", name=f"r{number}")
        places = [kinds[number % 2], "*"] if number else list(kinds)
        roles[role.key] = {place: {act: chance.choice(SCOPES) for act in ACTIONS} for place in places}
        for place, given in roles[role.key].items():
            Grant.objects.bulk_create(
                [Grant(role=role, object=place, action=act, scope=to) for act, to in given.items()]
            )
        FieldRule.objects.create(role=role, object="*", sensitivity="standard", level="write")
    roles_of = {user: chance.sample(sorted(roles), chance.choice((0, 1, 2))) for user in users}
    for user, keys in roles_of.items():
        for key in keys:
            Role.objects.get(key=key).users.add(user)
    rights_changed()

    def owned(name: str) -> dict[str, Any]:
        return {"name": name, "owner": chance.choice([None, *users]), "team": chance.choice([None, *teams])}

    ships = _load(kinds[0], [owned(f"Ship{n}") for n in range(ROWS)])
    crates = _load(kinds[1], [{**owned(f"Crate{n}"), "carried_by": chance.choice(list(ships))} for n in range(ROWS)])
    return {
        "kinds": kinds,
        "users": users,
        "roles": roles,
        "roles_of": roles_of,
        "teams_of": teams_of,
        "team_parent": {pk: None for pk in teams} | _parents(),
        "rows": {kinds[0]: ships, kinds[1]: crates},
        "parents": {},
        "mine": {},
        "shares": [],
    }


def _parents() -> dict[int, int | None]:
    return dict(Team.objects.values_list("pk", "parent_id"))


def actor(user: int) -> access.Actor:
    found = access.actor_for(user, "api")
    assert found is not None
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_row_is_reached_exactly_where_the_oracle_says_so(seed: int) -> None:
    known = world(seed)
    for user in known["users"]:
        asking = actor(user)
        for kind in known["kinds"]:
            obj, rows = registry.get(kind), known["rows"][kind]
            reach = {
                act: {pk for pk, row in rows.items() if oracle.may(known, user, act, kind, row)} for act in ACTIONS
            }
            for act in ACTIONS:
                assert set(access.visible(asking, obj, act).values_list("pk", flat=True)) == reach[act], (
                    user,
                    kind,
                    act,
                )
            assert set(query.ids(asking, query.plan(asking, obj, ""))) == reach["read"]
            refs = [Ref(one, pk) for one in known["kinds"] for pk in (*known["rows"][kind],)]
            seen = {ref for ref in refs if names(asking, refs).get(ref)}
            assert seen == {Ref(kind, pk) for pk in reach["read"]}, "an id of one kind names nothing of another"
            hits = search.find(asking, "ship crate"[:4] if kind == known["kinds"][0] else "crate", limit=100).hits
            assert {hit.id for hit in hits if hit.object == kind} <= reach["read"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_reference_shows_only_what_may_be_seen_of_its_own_kind(seed: int) -> None:
    known = world(seed)
    ship, crate = known["kinds"]
    for user in known["users"]:
        asking = actor(user)
        if asking.may(registry.get(crate), "read") == "none":
            continue
        readable = {pk for pk, row in known["rows"][ship].items() if oracle.may(known, user, "read", ship, row)}
        page = query.rows(asking, query.plan(asking, registry.get(crate), "", select=["carried_by"], limit=100))
        for row in page.rows:
            carried = known["rows"][crate][row.id]["carried_by"]
            assert (row.values[0].id if row.values[0] else None) == (carried if carried in readable else None)


def test_an_id_of_another_kind_is_no_record(seed: int = 4) -> None:
    known = world(seed)
    ship, crate = (registry.get(kind) for kind in known["kinds"])
    boss = access.system("boss")
    alien = next(iter(known["rows"][crate.key]))
    with pytest.raises(access.NotFound):
        access.find(boss, ship, alien)
    with pytest.raises(Exception, match="no such record"):
        records.create(boss, registry.get("toy"), {"name": "Bear", "sails_on": alien})
    mine = records.create(boss, registry.get("toy"), {"name": "Bear", "sails_on": next(iter(known["rows"][ship.key]))})
    timeline.read(boss, mine)
    assert not any(obj.model_class and obj.model_class.__name__ == "Entry" for obj in registry.all())
