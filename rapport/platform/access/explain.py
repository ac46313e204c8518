"""Why somebody may do what they may: the role behind each right, and the way by which they reach a very record.

It asks the same conditions that stand under every read (`scope.own_ways`, `scope.parent_ways`), one by one, so what it
says cannot drift from what happens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from rapport.platform.access.actor import LEVEL, RANK, Rights
from rapport.platform.access.keepers import HOUSE, rights_of_roles
from rapport.platform.access.models import ACTIONS, CLASSES, Role
from rapport.platform.access.rules import objects
from rapport.platform.access.scope import EVERY, Way, own_ways, parent_ways, scope_sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access.actor import Actor
    from rapport.platform.objects import Object


@dataclass(frozen=True, slots=True)
class Given:
    """The widest scope or level somebody has somewhere, and the names of the roles that give it."""

    value: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may with one kind of record: by action, and by class of fields."""

    key: str
    actions: dict[str, Given]
    classes: dict[str, Given]


def standing(user_id: int) -> list[Standing]:
    """Everything somebody's roles give, by kind of record. Three queries."""
    roles = [(role.label, rights_of_roles([role.pk])) for role in Role.objects.filter(users=user_id).order_by("pk")]
    keys = [*(obj.key for obj in objects()), HOUSE]
    return [
        Standing(
            key,
            {action: _scope(roles, key, action) for action in ACTIONS},
            {name: _level(roles, key, name) for name in CLASSES},
        )
        for key in keys
    ]


def _scope(roles: list[tuple[str, Rights]], key: str, action: str) -> Given:
    given = [(label, rights.scope(key, action)) for label, rights in roles]
    best = max((scope for _label, scope in given), key=RANK.__getitem__, default="none")
    return Given(best, tuple(label for label, scope in given if scope == best != "none"))


def _level(roles: list[tuple[str, Rights]], key: str, sensitivity: str) -> Given:
    words = {rank: word for word, rank in LEVEL.items()}
    given = [(label, rights.level(key, sensitivity)) for label, rights in roles]
    best = max((level for _label, level in given), default=0)
    return Given(words[best], tuple(label for label, level in given if level == best > 0))


# --- one record -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """Whether an actor may do something with a record, and every way that holds; what it belongs to counts besides."""

    may: bool
    ways: tuple[Way, ...] = ()
    parents: tuple[Way, ...] = ()


Asked = tuple["Actor", str]
# SQLite gives at most 2,000 columns in one answer.
MOST_COLUMNS = 1_500


def why(actor: Actor, obj: Object, pk: int, action: str = "read") -> Why:
    """One query, whatever the number of ways."""
    return every_why([(actor, action)], obj, pk)[0]


def every_why(asked: Sequence[Asked], obj: Object, pk: int) -> list[Why]:
    """The same for many actors and actions, in a query for every few hundred of them."""
    prepared = [_Ways.of(actor, obj, action) for actor, action in asked]
    found: list[Why] = []
    part: list[_Ways] = []
    for ways in prepared:
        if part and sum(len(one.every) for one in [*part, ways]) > MOST_COLUMNS:
            found += _held(obj, pk, part)
            part = []
        part.append(ways)
    return [*found, *_held(obj, pk, part)] if part else found


@dataclass(frozen=True, slots=True)
class _Ways:
    """All that may hold for one actor and action: the whole condition first, then its ways and those of its parents."""

    whole: Way
    ways: list[Way]
    parents: list[Way]

    @classmethod
    def of(cls, actor: Actor, obj: Object, action: str) -> _Ways:
        ways = own_ways(actor, obj, action, "t", actor.may(obj, action))
        parents = parent_ways(actor, obj, "t") if obj.base.parents else []
        return cls(Way("all", "", scope_sql(actor, obj, action, "t")), ways, parents)

    @property
    def every(self) -> list[Way]:
        return [self.whole, *self.ways, *self.parents]

    def told(self, holds: Sequence[bool]) -> Why:
        if not holds[0]:
            return Why(may=False)
        kept = list(zip([*self.ways, *self.parents], holds[1:], strict=True))
        ways, parents = kept[: len(self.ways)], kept[len(self.ways) :]
        return Why(True, tuple(way for way, yes in ways if yes), tuple(way for way, yes in parents if yes))


def _held(obj: Object, pk: int, asked: Sequence[_Ways]) -> list[Why]:
    every = [way for one in asked for way in one.every]
    columns = ", ".join("1" if way.test is EVERY else f"CASE WHEN {way.test.sql} THEN 1 ELSE 0 END" for way in every)
    params = [value for way in every if way.test is not EVERY for value in way.test.params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(obj.table)} t WHERE t.id = %s", [*params, pk])
        row = cursor.fetchone() or [0] * len(every)
    holds = iter(row)
    return [one.told([bool(next(holds)) for _way in one.every]) for one in asked]
