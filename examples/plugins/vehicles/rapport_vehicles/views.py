"""The page of inspections: which cars are due, the soonest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.access import require
from rapport.platform.views.addresses import list_url, panel_url
from rapport.platform.views.http import Request, page, render
from rapport.ui import formats
from rapport_vehicles.vehicle import VEHICLE

if TYPE_CHECKING:
    from django.http import HttpResponse

DUE = "inspection_on < in 60 days and state != gone"


@page
def inspections(request: Request) -> HttpResponse:
    """Cars whose inspection is due within 60 days, as far as the reader may see them."""
    require(request.actor, VEHICLE, "read")
    columns = ("plate", "make", "customer", "inspection_on")
    plan = query.plan(request.actor, VEHICLE, DUE, select=columns, sort="inspection_on", limit=100)
    context = {
        "title": _("Inspections"),
        "rows": [_drawn(row.id, *row.values) for row in query.rows(request.actor, plan).rows],
        "list_url": list_url(VEHICLE, q=DUE),
    }
    return render(request, "vehicles/inspections.html", context)


def _drawn(pk: int, plate: str, make: str, customer: query.Link | None, due: Any) -> dict[str, str]:
    note = ", ".join(part for part in (make, customer.label if customer else "") if part)
    return {"text": plate, "href": panel_url(VEHICLE, pk), "note": note, "number": formats.date_text(due)}
