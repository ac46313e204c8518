"""Restricting what may be done with what is held of a party, and lifting it; for those who handle privacy.

A restricted party is put away (`platform.privacy.restriction`); lifting brings back what the restriction put away.
"""

from __future__ import annotations

from typing import Annotated

from rapport.base.clock import now
from rapport.parties.party import Party  # actions read their hints at run time
from rapport.platform import records
from rapport.platform.access import Actor  # as above
from rapport.platform.access.keepers import require_privacy
from rapport.platform.actions import action
from rapport.platform.fields import Text
from rapport.platform.objects import registry
from rapport.platform.privacy import restriction
from rapport.platform.words import gettext_lazy as _


@action(
    label=_("Restrict processing"),
    icon="lock",
    needs="read",
    event="restricted",
    many=False,
    when=lambda party: party.restricted_at is None,
)
def restrict(
    actor: Actor, party: Party, *, reason: Annotated[str, Text(_("Why restricted"), max=300, required=True)]
) -> Party:
    """Keep what is held and let nobody work with it: out of lists, search and exports, no changes, no mails."""
    require_privacy(actor)
    moment = now()
    values = {"restricted_at": moment, "restriction": reason, "archived_at": party.archived_at or moment}
    with restriction.despite():
        told: Party = records.write(actor, party, values, action="restrict", event="restricted")
    return told


@action(
    label=_("Lift the restriction"),
    icon="rotate-ccw",
    needs="read",
    event="restriction_lifted",
    many=False,
    when=lambda party: party.restricted_at is not None,
)
def lift_restriction(actor: Actor, party: Party) -> Party:
    """Work with it again. The law asks to tell them before (Article 18, paragraph 3)."""
    require_privacy(actor)
    away = None if party.archived_at == party.restricted_at else party.archived_at
    values = {"restricted_at": None, "restriction": "", "archived_at": away}
    with restriction.despite():
        told: Party = records.write(actor, party, values, action="lift_restriction", event="restriction_lifted")
    return told


for verb in (restrict, lift_restriction):
    registry.add_action("party", verb)
