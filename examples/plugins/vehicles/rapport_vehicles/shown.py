"""What vehicles show on other pages: the cars of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform import panels, query
from rapport.platform.fields import Ref
from rapport.platform.panels import Chip, Line, Panel
from rapport.platform.words import gettext_lazy as _
from rapport_vehicles.vehicle import STATES, VEHICLE

if TYPE_CHECKING:
    from rapport.parties.party import Party
    from rapport.platform.access import Actor

MOST = 6
STATE = {option.key: option for option in STATES}


@panels.panel("party", label=_("Car pool"), order=50, icon="truck", covers=("vehicle",))
def pool(actor: Actor, party: Party) -> Panel | None:
    """The cars of a customer by number plate, with what is not as usual. One query."""
    theirs = query.points(VEHICLE, "customer", party.pk)
    found = query.glance(actor, VEHICLE, ("plate", "make", "state"), theirs, sort="plate", limit=MOST + 1)
    lines = [_line(one) for one in found[:MOST]]
    more = len(found) > MOST
    asked = ("vehicle", f"customer = #{party.pk}")
    return Panel(lines, None if more else len(found), more, asked) if found else None


def _line(one: query.Glance) -> Line:
    state = STATE.get(one["state"])
    chip = Chip(str(state.label), state.tone) if state and state.key != "running" else None
    return Line(one["plate"], Ref("vehicle", one.id), note=one["make"] or "", chip=chip)
