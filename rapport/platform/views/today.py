"""Today: the start page. What waits for the reader, in one ranked queue, with what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.base import clock
from rapport.platform import today
from rapport.platform.access.keepers import keeps_house
from rapport.platform.backup import standing
from rapport.platform.labels import names
from rapport.platform.objects import registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from rapport.platform.labels import Names
    from rapport.ui.shapes import QueueItem


@page
def today_page(request: Request) -> HttpResponse:
    """The queue of the reader."""
    found = today.queue(request.actor)
    known = names(request.actor, [item.who for item in found.items])
    context: dict[str, Any] = {
        "title": _("Today"),
        "subtitle": formats.date_text(clock.today(request.actor.culture.tz), "full"),
        "items": [_item(item, known) for item in found.items],
        "left_out": _left_out(found),
        "starters": list(_starters(request)),
        "concern": standing.concern() if keeps_house(request.actor) else "",
    }
    return render(request, "platform/today.html", context)


def _item(item: today.Item, known: Names) -> QueueItem:
    """An item in words: when, for whom, and where its keys lead."""
    obj = registry.get(item.ref.object)
    shown: QueueItem = {
        "id": f"{item.ref.object}-{item.ref.id}",
        "icon": item.icon,
        "title": item.title,
        "reason": item.reason,
        "href": item.link or addresses.record_url(obj, item.ref.id),
        "tone": item.tone,
    }
    if item.at is not None:
        shown["when"], shown["iso"] = formats.relative(item.at), item.at.isoformat(timespec="seconds")
    who = known.get(item.who)
    if who is not None and item.who is not None:
        shown["who"] = who.label
        shown["who_url"] = addresses.record_url(item.who.object, item.who.id)
    if item.done:
        shown["done_url"] = _action_url(item, item.done)
    if item.snooze:
        shown["snooze_url"] = _action_url(item, item.snooze)
    if item.assign:
        shown["assign_url"] = _action_url(item, item.assign)
    return shown


def _action_url(item: today.Item, key: str) -> str:
    return reverse("action", args=(registry.get(item.ref.object), item.ref.id, key))


def _left_out(found: today.Queue) -> str:
    """One honest sentence about what is not on the page."""
    if not found.left_out:
        return ""
    parts = ", ".join(f"{label}: {formats.number(count)}" for label, count in found.left_out)
    count = sum(count for _label, count in found.left_out)
    words = ngettext("{n} more is not shown here ({parts}).", "{n} more are not shown here ({parts}).", count)
    return words.format(n=formats.number(count), parts=parts)


def _starters(request: Request) -> Iterator[dict[str, str]]:
    """What one may begin from here."""
    for key in today.starters():
        obj = registry.get(key)
        if request.actor.may(obj, "create") != "none":
            yield {"label": str(obj.label), "icon": obj.icon, "href": reverse("new", args=(obj,))}


urlpatterns = [path("", today_page, name="today"), path("today", today_page)]
