"""A small random world, made twice: as rows of the database, and as the dictionaries the oracle reads."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rapport.base.clock import now
from rapport.platform import access, records
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, LEVELS, SCOPES, FieldRule, Grant, Role, Share
from rapport.platform.accounts.models import Membership
from rapport.platform.fields import Ref
from rapport.platform.objects import Object, registry
from tests.toyshop.models import Play

SYSTEM = access.system("test")
ROWS, ACTORS, ROLES, SHARES = 60, 8, 5, 90
KINDS = ("maker", "toy", "play", "trial")
# Part of: two regions, an area in each, two teams below the first area.
TREE = {"R1": None, "R2": None, "A1": "R1", "A2": "R2", "T1": "A1", "T2": "A1"}


@contextmanager
def trials() -> Iterator[Object]:
    """Plays once more, as an Object with two parents (one of several kinds) and two ways to be mine."""
    parents, mine = ("toy", "about"), ("owner", "created_by")
    yield registry.register(
        Object(
            key="trial", label="Trial", plural="Trials", model_class=Play, name="subject", parents=parents, mine=mine
        )
    )
    registry.unregister("trial")


@dataclass
class World:
    """The dictionaries of the oracle, and the ids of the users."""

    oracle: dict[str, Any]
    users: list[int]

    def rows(self, kind: str) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = self.oracle["rows"][kind]
        return found


def make(seed: int) -> World:
    chance = random.Random(seed)
    teams = _teams()
    users = [
        records.create(SYSTEM, registry.get("user"), {"name": f"U{n}", "is_active": True}).pk for n in range(ACTORS)
    ]
    teams_of = {user: _join(user, chance.sample(list(teams.values()), chance.choice((0, 1, 1, 2)))) for user in users}
    roles, classes, roles_of = _roles(chance, users)
    rows = _rows(chance, users, list(teams.values()))
    oracle = {
        "roles": roles,
        "classes": classes,
        "roles_of": roles_of,
        "teams_of": teams_of,
        "team_parent": {teams[name]: teams.get(parent or "") for name, parent in TREE.items()},
        "rows": rows,
        "parents": {"play": ("toy",), "trial": ("toy", "about")},
        "mine": {"trial": ("owner", "created_by")},
        "shares": [_share(chance, users, list(teams.values()), rows) for _n in range(SHARES)],
    }
    rights_changed()
    return World(oracle, users)


def _teams() -> dict[str, int]:
    made: dict[str, int] = {}
    for name, parent in TREE.items():
        values = {"name": name, **({"parent": made[parent]} if parent else {})}
        made[name] = records.create(SYSTEM, registry.get("team"), values).pk
    return made


def _join(user: int, teams: list[int]) -> list[int]:
    Membership.objects.bulk_create([Membership(user_id=user, team_id=team) for team in teams])
    return teams


def _roles(chance: random.Random, users: list[int]) -> tuple[dict[str, Any], dict[str, Any], dict[int, list[str]]]:
    roles: dict[str, Any] = {}
    classes: dict[str, Any] = {}
    members: dict[int, list[str]] = {user: [] for user in users}
    for number in range(ROLES):
        key = f"r{number}"
        role = Role.objects.create(key=key, name=key)
        places = ["*", *chance.sample(KINDS, 2)] if number else list(KINDS)
        roles[key] = {place: {act: chance.choice(SCOPES) for act in chance.sample(ACTIONS, 5)} for place in places}
        classes[key] = {place: {name: chance.choice(LEVELS) for name in CLASSES} for place in places[:2]}
        for place, given in roles[key].items():
            Grant.objects.bulk_create(
                [Grant(role=role, object=place, action=act, scope=to) for act, to in given.items()]
            )
        for place, given in classes[key].items():
            rules = [FieldRule(role=role, object=place, sensitivity=name, level=level) for name, level in given.items()]
            FieldRule.objects.bulk_create(rules)
    for user in users[1:]:
        members[user] = chance.sample(sorted(roles), chance.choice((1, 1, 2)))
        for key in members[user]:
            Role.objects.get(key=key).users.add(user)
    return roles, classes, members


def _rows(chance: random.Random, users: list[int], teams: list[int]) -> dict[str, dict[int, dict[str, Any]]]:
    def owned() -> dict[str, Any]:
        return {"owner": chance.choice([None, *users]), "team": chance.choice([None, *teams])}

    makers = _load("maker", [{"name": f"M{n}", **owned()} for n in range(ROWS)])
    toys = _load("toy", [{"name": f"T{n}", **owned()} for n in range(ROWS)])
    plays = []
    for number in range(ROWS):
        about = chance.choice([None, Ref("maker", chance.choice(list(makers))), Ref("toy", chance.choice(list(toys)))])
        toy = chance.choice([None, chance.choice(list(toys)), chance.choice(list(toys))])
        plays.append({"subject": f"P{number}", "toy": toy, "about": about, **owned()})
    made = _load("play", plays)
    for row in made.values():
        row["toy"] = ("toy", row["toy"]) if row["toy"] else None
        row["about"] = tuple(row["about"]) if row["about"] else None
    by = {pk: chance.choice([None, *users]) for pk in made}
    for pk, user in by.items():
        Play.objects.filter(pk=pk).update(created_by=user)
    trials = {pk: {**row, "created_by": by[pk]} for pk, row in made.items()}
    return {"maker": makers, "toy": toys, "play": made, "trial": trials}


def _load(kind: str, values: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    made = records.load(SYSTEM, registry.get(kind), values)
    return {record.pk: {"id": record.pk, **row} for record, row in zip(made, values, strict=True)}


def _share(chance: random.Random, users: list[int], teams: list[int], rows: dict[str, Any]) -> dict[str, Any]:
    kind = chance.choice(KINDS)
    with_user = chance.random() < 0.5
    found = {
        "kind": kind,
        "id": chance.choice(list(rows[kind])),
        "user": chance.choice(users) if with_user else None,
        "team": None if with_user else chance.choice(teams),
        "may_edit": chance.random() < 0.5,
    }
    keys = {"object": kind, "record_id": found["id"], "user_id": found["user"], "team_id": found["team"]}
    share, _made = Share.objects.get_or_create(**keys, defaults={"may_edit": found["may_edit"], "at": now()})
    return {**found, "may_edit": share.may_edit}
