"""The record page of any Object: header, stages, next steps, facts, story, relations. A fixed number of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import next_step, once, query, timeline
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses, relations, sheet, shown, stages
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.story import story_context
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.outside import Attached
    from rapport.platform.views.sheet import Sheet
    from rapport.ui.shapes import Position, UploadedFile

STORY = 30


@page
def record(request: Request, obj: Object, pk: int) -> HttpResponse:
    """One record."""
    with once.together():
        found = sheet.read(request.actor, obj, pk)
        return render(request, "platform/record/page.html", context(request, obj, found))


def context(request: Request, asked: Object, found: Sheet) -> dict[str, Any]:
    actor, obj, one = request.actor, found.obj, found.record
    told = timeline.gather(actor, one, limit=STORY, together=True)
    beside = relations.read(actor, obj, one)
    found.also = [*told.refs, *beside.refs]
    return {
        **head(found),
        "live": f"{obj.key}:{one.uid}",
        "position": position(request, asked, one.pk),
        "stages": stages.stages(actor, obj, one),
        "stage_label": str(by.label) if (by := stages.by_field(actor, obj)) else "",
        "stage_url": f"{found.url}/stage" if found.may_edit else None,
        "facts": found.facts,
        "edit_url": f"{found.url}/field" if found.may_edit else None,
        "composers": sheet.compose_kinds(found),
        "story": story_context(actor, obj, one, told.page(found.known)),
        "cards": beside.cards(found.known),
        "additions": beside.additions,
        "files": [uploaded(file, found) for file in found.files],
        "upload_url": f"{found.url}/files" if found.may_edit and obj.key != "file" else None,
    }


def head(found: Sheet) -> dict[str, Any]:
    """What page and panel begin with."""
    return {
        "obj": found.obj,
        "record": found.record,
        "title": found.title,
        "subtitle": sheet.subtitle(found),
        "chips": sheet.chips(found),
        "restricted": found.restricted,
        "url": found.url,
        "buttons": sheet.buttons(found),
        "menu": sheet.menu(found),
        "next": sheet.next_items(found),
        "plan_url": sheet.plan_url(found),
        "warns": next_step.concerns(found.obj) and not found.record.is_archived and is_open(found),
    }


def is_open(found: Sheet) -> bool:
    """A closed record needs no next step: its board says which field tells."""
    board = found.obj.board or found.obj.base.board
    return not (board and board.open_only) or bool(getattr(found.record, board.open_only, True))


def uploaded(file: Attached, found: Sheet) -> UploadedFile:
    drawn: UploadedFile = {"name": file.name, "href": f"/files/{file.uid}", "size": size_text(file.size)}
    shown.mark(drawn, file.uid, file.content_type, file.size)
    if found.may_edit:
        drawn["remove_url"] = f"{found.url}/files/{file.id}/detach"
    return drawn


def size_text(size: int | None) -> str:
    """Bytes as people say them."""
    number = float(size or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000 or unit == "GB":
            return f"{formats.number(round(number, 1 if number < 10 and unit != 'B' else 0))} {unit}"
        number /= 1000
    return ""


def position(request: Request, obj: Object, pk: int) -> Position | None:
    """ "14 of 203" in the set the record was opened from, with its neighbours."""
    from rapport.platform.views import state as states

    token = request.GET.get("in", "")
    try:
        state = states.from_token(request.actor, obj, token)
        place = query.position(request.actor, state.plan(request.actor), pk) if state and not state.error else None
    except query.QueryError:
        return None
    if place is None or place.number is None:
        return None
    number = f"{formats.number(place.number)}+" if place.number_more else formats.number(place.number)
    total = f"{formats.number(place.of.number)}+" if place.of.more else formats.number(place.of.number)
    return {
        "text": _("{n} of {of}").format(n=number, of=total),
        "previous": addresses.record_url(obj, place.previous, **{"in": token}) if place.previous else None,
        "next": addresses.record_url(obj, place.next, **{"in": token}) if place.next else None,
    }


urlpatterns = [path("<obj:obj>/<int:pk>", record, name="record")]

__all__ = ["registry", "urlpatterns"]
