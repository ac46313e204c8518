"""Undo: one change, or all of one run, put back as new changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access, bulk, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.views.http import Request, page, stay, toast

if TYPE_CHECKING:
    from django.http import HttpResponse


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
    """Take back what one bulk change of this user did; many changes are taken back in the background."""
    report = bulk.undo(request.actor, pk)
    if report.job_id is not None:
        return stay(
            request, toast(_("It is being taken back in the background: Settings, Jobs."), "info"), refresh=True
        )
    words = ngettext("{n} change undone.", "{n} changes undone.", report.done).format(n=report.done)
    if report.left_out:
        words += " " + _("{n} left, because something changed since.").format(n=report.left_out)
    return stay(request, toast(words, "warn" if report.left_out else "good"), refresh=True)


urlpatterns = [
    path("events/<int:pk>/undo", undo, name="undo"),
    path("events/runs/<int:pk>/undo", undo_run, name="undo_run"),
]
