"""Undo: one change, what one press of a button changed, or all of one run, put back as new changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access, records, runs
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.views.http import Request, page, stay, toast

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.runs import Run
    from rapport.ui.shapes import Toast


@page(methods=("POST",))
def undo(request: Request, pk: int) -> HttpResponse:
    """Take one change back; `together` with what was written with it. A foreign Event answers like a missing one."""
    event = Event.objects.filter(pk=pk).first()
    if event is None or not registry.has(event.object):
        raise access.NotFound(_("There is no such change."))
    take_back = records.undo_together if request.GET.get("together") == "1" else records.undo
    record = take_back(request.actor, event)
    obj = registry.of_record(record)
    return stay(request, toast(_("Undone")), changed=f"{obj.key}-{record.pk}", close=False)


@page(methods=("POST",))
def undo_run(request: Request, pk: int) -> HttpResponse:
    """Take back what one change of many did; what is much is taken back in the background."""
    run = runs.undo(request.actor, runs.find(request.actor, pk))
    return stay(request, undone(run), changed=f"run-{run.pk}", close=False)


def undone(run: Run) -> Toast:
    """What a run that is being taken back has come to."""
    if run.is_busy:
        return toast(
            _("It is being taken back in the background."),
            "info",
            href=reverse("run", args=(run.pk,)),
            link=_("See how far"),
        )
    words = ngettext("{n} change undone.", "{n} changes undone.", run.undone).format(n=run.undone)
    if not run.left:
        return toast(words)
    words += " " + _("{n} left, because something changed since.").format(n=run.left)
    return toast(words, "warn", href=reverse("run", args=(run.pk,)), link=_("Which?"))


urlpatterns = [
    path("events/<int:pk>/undo", undo, name="undo"),
    path("events/runs/<int:pk>/undo", undo_run, name="undo_run"),
]
