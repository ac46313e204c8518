"""Changes of many records: how far one is, what became of each record, taking it back. One's own, to come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import access, runs
from rapport.platform.objects import registry
from rapport.platform.runs import Run, State
from rapport.platform.views import addresses, cells
from rapport.platform.views.http import Request, page, render
from rapport.ui import formats

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.ui.shapes import Figure, Tone

TONES: dict[str, Tone] = {
    "queued": "info", "running": "info", "undoing": "info", "done": "good", "failed": "bad", "undone": "warn",
}  # fmt: skip
LISTED = ("refused", "left")


def told(request: Request, run: Run, *, back: str = "") -> HttpResponse:
    """What became of a run, or how far it is, as the answer to the form that began it."""
    return render(request, "platform/runs/answer.html", context(request.actor, run) | {"back": back})


def context(actor: Actor, run: Run) -> dict[str, Any]:
    """What the page, the dialog and the bar show of one run."""
    obj = registry.get(run.object)
    url = reverse("run", args=(run.pk,))
    mine = run.user_id is not None and run.user_id == actor.user_id
    return {
        "run": run,
        "url": url,
        "title": describe(run),
        "state": {"text": State(run.state).label, "tone": TONES[run.state]},
        "when": formats.relative(run.finished_at or run.created_at),
        "who": run.user.name if run.user else "",
        "busy": run.is_busy,
        "label": _progress_words(run),
        "done": run.undone + run.left if run.state == State.UNDOING else run.done,
        "total": run.changed if run.state == State.UNDOING else run.total,
        "progress_url": reverse("run_progress", args=(run.pk,)),
        "figures": [] if run.is_busy else _figures(run, url),
        "words": _words(run),
        "lists": [] if run.is_busy else [one for kind in LISTED if (one := _list(actor, run, kind))],
        "report_url": reverse("run_report", args=(run.pk,)),
        "undo_url": reverse("undo_run", args=(run.pk,)) if mine and _can_undo(run) else "",
        "object_url": addresses.list_url(obj),
        "plural": obj.plural,
    }  # fmt: skip


def _can_undo(run: Run) -> bool:
    return run.state in (State.DONE, State.FAILED) and run.changed > 0


def describe(run: Run) -> str:
    """ "Opportunities: Stage → Won", "People: archived"."""
    obj = registry.get(run.object)
    if run.verb == "act":
        action = obj.action(run.action)
        what = str(action.label) if action else run.action
    elif run.verb == "set":
        what = ", ".join(_set(obj, key, plain) for key, plain in run.values.items())
    elif run.verb in ("tag", "untag"):
        words = ", ".join(str(word) for value in run.values.values() for word in value)
        what = (_("word “{words}” added") if run.verb == "tag" else _("word “{words}” taken off")).format(words=words)
    else:
        what = {"archive": _("archived"), "restore": _("brought back"), "cells": _("cells filled")}.get(
            run.verb, run.verb
        )
    return f"{obj.plural}: {what}"


def _set(obj: Any, key: str, plain: Any) -> str:
    field = obj.fields.get(key)
    if field is None:
        return key
    return f"{field.label} → {formats.truncate(cells.text(field, field.from_plain(plain)), 60) or '–'}"


def _progress_words(run: Run) -> str:
    if run.state == State.QUEUED:
        return _("Waiting for the worker")
    return _("Taking it back") if run.state == State.UNDOING else _("Changing records")


def _words(run: Run) -> str:
    if run.is_busy:
        return _("You can leave this; it goes on, and stands under “Changes of many records” in the menu of the list.")
    words = ngettext("{n} record was changed.", "{n} records were changed.", run.changed)
    return words.format(n=formats.number(run.changed))


def _figures(run: Run, url: str) -> list[Figure]:
    found: list[Figure] = []
    pairs = (
        ("changed", _("Changed"), run.changed),
        ("unchanged", _("Unchanged"), run.unchanged),
        ("refused", _("Refused"), run.refused),
    )
    for key, label, number in pairs:
        figure: Figure = {"label": label, "value": formats.number(number)}
        found.append(figure | {"href": f"{url}?outcome={key}"} if number else figure)
    if run.state == State.UNDONE:
        found.append({"label": _("Undone"), "value": formats.number(run.undone)})
        if run.left:
            found.append({"label": _("Left"), "value": formats.number(run.left), "href": f"{url}?outcome=left"})
    return found


def _list(actor: Actor, run: Run, kind: str) -> dict[str, Any] | None:
    """The first records that were refused, or could not be put back, each with its reason."""
    number = run.refused if kind == "refused" else run.left
    if not number:
        return None
    obj = registry.get(run.object)
    items = [
        {
            "label": name,
            "href": addresses.record_url(obj, row.record_id),
            "why": row.left if kind == "left" else row.reason,
        }
        for row, name in runs.fates(actor, run, kind)
    ]
    title = _("Left as they are") if kind == "refused" else _("Not undone")
    return {"title": title, "count": formats.number(number), "entries": items}


# --- pages ------------------------------------------------------------------------------------------------------------


@page
def run_list(request: Request) -> HttpResponse:
    """What this reader changed many of, the newest first."""
    found = [
        {
            "title": describe(run),
            "href": reverse("run", args=(run.pk,)),
            "state": {"text": State(run.state).label, "tone": TONES[run.state]},
            "note": _("{n} changed, {refused} refused").format(
                n=formats.number(run.changed), refused=formats.number(run.refused)
            ),
            "when": formats.relative(run.created_at),
        }
        for run in runs.latest(request.actor)
        if registry.has(run.object)
    ]
    return render(request, "platform/runs/list.html", {"found": found})


@page
def run_page(request: Request, pk: int) -> HttpResponse:
    """One change: its progress, then its report."""
    run = _find(request, pk)
    outcome = request.GET.get("outcome", "")
    given = context(request.actor, run)
    if outcome in ("changed", "unchanged") and not run.is_busy:
        obj = registry.get(run.object)
        rows = runs.fates(request.actor, run, outcome)
        items = [{"label": name, "href": addresses.record_url(obj, row.record_id), "why": ""} for row, name in rows]
        title = _("Changed") if outcome == "changed" else _("Unchanged")
        given["lists"] = [{"title": title, "count": "", "entries": items}, *given["lists"]]
    return render(request, "platform/runs/page.html", given)


@page
def run_progress(request: Request, pk: int) -> HttpResponse:
    """The bar, asked for every second; at the end the report takes its place."""
    return render(request, "platform/runs/state.html", context(request.actor, _find(request, pk)))


@page
def run_report(request: Request, pk: int) -> HttpResponse:
    """Every record's fate as a CSV."""
    run = _find(request, pk)
    lines = runs.report(request.actor, run, request.GET.get("outcome", ""))
    name = f"change-{run.pk}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


def _find(request: Request, pk: int) -> Run:
    run = runs.find(request.actor, pk)
    if not registry.has(run.object):
        raise access.NotFound(_("There is no such change, or you may not see it."))
    access.require(request.actor, registry.get(run.object), "read")
    return run


urlpatterns = [
    path("runs", run_list, name="runs"),
    path("runs/<int:pk>", run_page, name="run"),
    path("runs/<int:pk>/progress", run_progress, name="run_progress"),
    path("runs/<int:pk>/report", run_report, name="run_report"),
]
