"""Undo: one change, or all of one run, put back as new changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import path
from django.utils.translation import gettext as _

from rapport.platform import access, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.views.http import Request, page, stay, toast

if TYPE_CHECKING:
    from django.http import HttpResponse

MOST = 2_000


@page(methods=("POST",))
def undo(request: Request, pk: int) -> HttpResponse:
    """Take one change back. A foreign Event answers like a missing one."""
    event = Event.objects.filter(pk=pk).first()
    if event is None or not registry.has(event.object):
        raise access.NotFound(_("There is no such change."))
    record = records.undo(request.actor, event)
    obj = registry.of_record(record)
    return stay(request, toast(_("Undone")), changed=f"{obj.key}-{record.pk}", refresh=True)


@page(methods=("POST",))
def undo_run(request: Request, pk: int) -> HttpResponse:
    """Take back what one bulk change of this user did, newest first; what changed since stays and is counted."""
    mine = Event.objects.filter(run_id=pk, actor_id=request.actor.user_id).order_by("-id")[:MOST]
    done = left = 0
    for event in mine:
        try:
            records.undo(request.actor, event)
            done += 1
        except (ValidationError, access.NotFound, records.Conflict):
            left += 1
    words = _("{n} changes undone.").format(n=done)
    if left:
        words += " " + _("{n} were left, because something changed since.").format(n=left)
    return stay(request, toast(words, "warn" if left else "good"), refresh=True)


urlpatterns = [
    path("events/<int:pk>/undo", undo, name="undo"),
    path("events/runs/<int:pk>/undo", undo_run, name="undo_run"),
]
