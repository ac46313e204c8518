"""The right panel: a record in short — state, next step, key facts, the last of its story, what one can do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path

from rapport.platform import timeline
from rapport.platform.objects import Object
from rapport.platform.views import sheet, stages
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.record import head
from rapport.platform.views.story import item

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.views.sheet import Sheet
    from rapport.ui.shapes import FactGroup

FACTS, ENTRIES = 10, 6


@page
def panel(request: Request, obj: Object, pk: int) -> HttpResponse:
    """A preview beside the list; a plain request gets it as a page."""
    found = sheet.read(request.actor, obj, pk)
    read = timeline.gather(request.actor, found.record, limit=ENTRIES, together=True)
    found.also = [*read.refs]
    told = read.page(found.known)
    context: dict[str, Any] = {
        **head(found),
        "stages": stages.stages(request.actor, found.obj, found.record),
        "page_url": f"{found.url}?in={request.GET['in']}" if request.GET.get("in") else found.url,
        "groups": key_facts(found),
        "edit_url": f"{found.url}/field" if found.may_edit else None,
        "composers": sheet.compose_kinds(found),
        "planned": [item(entry) for entry in told.planned[:3]],
        "past": [item(entry, story_url=f"{found.url}/story") for entry in told.past],
    }
    return render(request, "platform/record/panel.html", context)


def key_facts(found: Sheet) -> list[FactGroup]:
    """The first filled facts of the open sections; all the others are a click away on the page."""
    left = FACTS
    groups: list[FactGroup] = []
    for group in found.facts.groups:
        if not left or group.get("closed"):
            break
        kept = list(group["facts"])[:left]
        left -= len(kept)
        groups.append({**group, "facts": kept})
    return groups


urlpatterns = [path("<obj:obj>/<int:pk>/panel", panel, name="panel")]
