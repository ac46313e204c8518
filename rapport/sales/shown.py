"""What sales shows on a deal's page: the buying committee by name, and what is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now

from rapport.platform import culture, panels
from rapport.platform.access import visible
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.panels import Chip, Line, Panel
from rapport.platform.words import gettext_lazy as _
from rapport.sales.buying_role import BUYING_ROLE, ROLES, STANCES
from rapport.sales.line import LINE

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.sales.opportunity import Opportunity

MOST = 6
ROLE = {option.key: option for option in ROLES}
STANCE = {option.key: option for option in STANCES}


@panels.panel("opportunity", label=_("Buying committee"), order=10, icon="users", covers=("buying_role",))
def committee(actor: Actor, deal: Opportunity) -> Panel:
    """Who decides, uses, pays: people one may see by name, the others as somebody."""
    rows = list(visible(actor, BUYING_ROLE).filter(opportunity=deal, archived_at=None).order_by("pk")[: MOST + 1])
    called = names(actor, [Ref("party", row.person_id) for row in rows])
    lines = [_member(row, called) for row in rows[:MOST]]
    query = f"opportunity = #{deal.pk}"
    return Panel(lines, None if len(rows) > MOST else len(rows), len(rows) > MOST, ("buying_role", query))


def _member(row: Any, called: Any) -> Line:
    link = called.get(Ref("party", row.person_id))
    role, stance = ROLE.get(row.role), STANCE.get(row.stance)
    note = str(stance.label) if stance and row.stance != "unknown" else ""
    chip = Chip(str(role.label), role.tone) if role else None
    return Line(str(link.label) if link else _now("Somebody"), Ref("buying_role", row.pk), note, chip, face=bool(link))


@panels.panel("opportunity", label=_("Products"), order=20, icon="package", covers=("line",))
def products(actor: Actor, deal: Opportunity) -> Panel | None:
    """The line items with their totals; nothing where the amount was entered by hand."""
    found = visible(actor, LINE).filter(opportunity=deal, archived_at=None).order_by("position", "pk")[: MOST + 1]
    rows = list(found)
    reader = culture.current()
    total = LINE.field("total")
    lines = [Line(row.name, Ref("line", row.pk), number=total.format(row.total, reader)) for row in rows[:MOST]]
    more = len(rows) > MOST
    return Panel(lines, None if more else len(rows), more, ("line", f"opportunity = #{deal.pk}")) if rows else None
