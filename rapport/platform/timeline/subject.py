"""Whose story it is: a record's own, or a customer's with the people and organisations below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# More members than this are not rolled up: their stories are read at their own pages.
MOST_MEMBERS = 1_000

Rollup = Callable[["Actor", int], Sequence[int]]
_rollups: dict[str, Rollup] = {}


def rollup(key: str, function: Rollup) -> None:
    """Say which records' stories belong to that of record `id` of this base Object (the actor's visible ones)."""
    _rollups[key] = function


@dataclass(frozen=True, slots=True)
class Subject:
    """A record by its base Object and id; `members` are the customers whose entries it tells, itself first."""

    obj: Object
    record_id: int
    members: tuple[int, ...] = ()

    @property
    def is_customer(self) -> bool:
        return bool(self.members)


def subject_of(actor: Actor, record: Any, *, rolled_up: bool = True) -> Subject:
    """The subject of a record's timeline. At most one query, that of the roll-up."""
    base = registry.of_model(type(record))
    if base.path != "id":
        return Subject(base, record.pk)
    below = _rollups[base.key](actor, record.pk) if rolled_up and base.key in _rollups else ()
    others = [pk for pk in dict.fromkeys(below) if pk != record.pk]
    return Subject(base, record.pk, (record.pk, *others[: MOST_MEMBERS - 1]))
