"""Rights that changed while something long goes on: an export, a job, an import asks again with every piece of it.

    while page := …:
        actor = renewed(actor)          # one query while nobody's rights changed; raises NoLonger

What a program began with a token stays within the limits of that token, and ends with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from rapport.platform.access.actor import actor_for

if TYPE_CHECKING:
    from rapport.platform.access.actor import Actor


class NoLonger(PermissionDenied):
    """Who began it may not sign in any more, or the token they began it with was revoked or has expired."""


def renewed(actor: Actor) -> Actor:
    """The same actor, in the same run and by the same door, with the rights of this moment. Raises NoLonger."""
    if actor.user_id is None:
        return actor
    found = actor_for(actor.user_id, actor.surface, token_id=actor.token_id)
    if found is None:
        raise NoLonger(_("Whoever began this may not sign in any more, or their token has ended."))
    return replace(
        actor, rights=found.rights, team_ids=found.team_ids, main_team_id=found.main_team_id, roles=found.roles
    )


def is_as_before(before: Actor, after: Actor) -> bool:
    """Whether nothing changed about what the actor may and where they belong."""
    return (before.rights, before.team_ids) == (after.rights, after.team_ids)
