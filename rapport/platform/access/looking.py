"""Looking as somebody else: an administrator sees Rapport as a person or a role does, and changes nothing.

The rights are those of the other, and never more than one's own: a row is there where both may see it, a field where
both may. `Actor.behind` is who really looks; it is they whom the audit trail names and whose pace is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapport.platform.access.actor import Rights, actor_for
from rapport.platform.access.keepers import rights_of_roles

if TYPE_CHECKING:
    from rapport.platform.access.actor import Actor
    from rapport.platform.access.models import Role


def as_person(actor: Actor, user_id: int) -> Actor | None:
    """As this person, with their records and teams; None where they may not sign in."""
    other = actor_for(user_id, actor.surface, request=actor.request)
    return None if other is None else _through(actor, other)


def as_role(actor: Actor, role: Role) -> Actor:
    """As somebody who has this role alone; “own” and “of the team” are one's own."""
    rights = rights_of_roles([role.pk])
    return _through(actor, replace(actor, name=role.label, rights=rights, roles=(role.key,)))


def _through(actor: Actor, other: Actor) -> Actor:
    # Tuples of their own: what is remembered for the other's rights is not for these.
    rights = Rights(tuple(list(other.rights.grants)), tuple(list(other.rights.classes)), ceiling=actor.rights)
    return replace(other, rights=rights, culture=actor.culture, behind=actor)
