"""What sales shows on a deal's page: the buying committee by name, and what is sold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now

from rapport.platform import culture, panels, query
from rapport.platform.fields import Ref
from rapport.platform.panels import Chip, Line, Panel
from rapport.platform.query import Glance
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
    here, names = query.points(BUYING_ROLE, "opportunity", deal.pk), ("person", "role", "stance")
    rows = query.glance(actor, BUYING_ROLE, names, here, sort="id", limit=MOST + 1)
    lines = [_member(row) for row in rows[:MOST]]
    asked = f"opportunity = #{deal.pk}"
    return Panel(lines, None if len(rows) > MOST else len(rows), len(rows) > MOST, ("buying_role", asked))


def _member(row: Glance) -> Line:
    link, role, stance = row["person"], ROLE.get(row["role"]), STANCE.get(row["stance"])
    note = str(stance.label) if stance and stance.key != "unknown" else ""
    chip = Chip(str(role.label), role.tone) if role else None
    return Line(link.label if link else _now("Somebody"), Ref("buying_role", row.id), note, chip, face=bool(link))


@panels.panel("opportunity", label=_("Products"), order=20, icon="package", covers=("line",))
def products(actor: Actor, deal: Opportunity) -> Panel | None:
    """The line items with their totals; nothing where the amount was entered by hand."""
    here = query.points(LINE, "opportunity", deal.pk)
    rows = query.glance(actor, LINE, ("name", "total"), here, sort="position, id", limit=MOST + 1)
    reader, total = culture.current(), LINE.field("total")
    lines = [
        Line(row["name"] or "", Ref("line", row.id), number=total.format(row["total"], reader)) for row in rows[:MOST]
    ]
    more = len(rows) > MOST
    return Panel(lines, None if more else len(rows), more, ("line", f"opportunity = #{deal.pk}")) if rows else None
