"""What contacts show on other pages: who of us knows a party best."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.interactions.strengths import who_knows
from rapport.platform import panels
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from rapport.platform.panels import Line, Panel
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.parties.party import Party
    from rapport.platform.access import Actor

MOST = 5


@panels.panel("party", label=_("Who of us knows them"), order=40, icon="handshake")
def acquaintances(actor: Actor, party: Party) -> Panel | None:
    """Colleagues by the strength of their two-way exchanges, 0 to 100."""
    if actor.may(registry.get("interaction"), "read") != "all":
        return None
    found = who_knows(party.pk)
    # Called by their names with everybody else on the page.
    lines = [Line("", Ref("user", pk), number=str(score), face=True) for pk, score in found[:MOST]]
    return Panel(lines, more=len(found) > MOST) if lines else None
