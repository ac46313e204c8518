"""Jobs: what waits, runs, failed; try again, stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import jobs as engine
from rapport.platform.jobs import registry as known
from rapport.platform.jobs.control import may_see_all
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.jobs.models import Job


@page
def jobs(request: Request) -> HttpResponse:
    """One's own jobs; all of them for who keeps the house."""
    seen = engine.overview(request.actor)
    context = {
        "attended": seen.is_attended,
        "idle": not (seen.dead or seen.running or seen.waiting),
        "wait": formats.duration(seen.longest_wait) if seen.longest_wait.total_seconds() > 60 else "",
        "parts": [
            {
                "title": _("Failed"),
                "rows": [_row(job, request) for job in seen.dead],
                "help": _("Nothing is lost: try again once the reason is gone."),
                "tone": "bad",
            },
            {"title": _("Running"), "rows": [_row(job, request) for job in seen.running], "tone": "info"},
            {"title": _("Waiting"), "rows": [_row(job, request) for job in seen.waiting], "tone": ""},
            {"title": _("Done"), "rows": [_row(job, request) for job in seen.recent], "tone": "good"},
        ],
        "periodic": [
            {
                "sentence": one.sentence,
                "words": one.words,
                "next": formats.relative(one.next_slot),
                "last": formats.relative(one.last_slot) if one.last_slot else _("not yet"),
            }
            for one in seen.periodic
        ],
        "tabs": tabs(request, "settings_jobs"),
    }
    return render(request, "platform/settings/jobs.html", context)


def _row(job: Job, request: Request) -> dict[str, Any]:
    definition = known.definition(job.key)
    row: dict[str, Any] = {
        "id": job.pk,
        "title": definition.sentence if definition else job.key,
        "who": job.actor_name,
        "when": formats.relative(job.finished_at or job.started_at or job.created_at),
        "tries": job.attempts,
        "error": job.last_error.strip().splitlines()[-1][:300] if job.last_error else "",
        "state": job.get_state_display(),
        "outcome": _outcome(job.result),
        "missed": _missed(job.result),
    }
    if job.progress_total:
        row["progress"] = _("{done} of {total}").format(
            done=formats.number(job.progress_done), total=formats.number(job.progress_total)
        )
    if job.state in ("dead", "cancelled") and may_see_all(request.actor):
        row["retry"] = reverse("settings_job_retry", args=(job.pk,))
    if job.state in ("queued", "running"):
        row["cancel"] = reverse("settings_job_cancel", args=(job.pk,))
    return row


def _outcome(result: Any) -> str:
    """What a job says it did: a report of a bulk change in words, other plain results as they are."""
    if isinstance(result, dict) and "done" in result:
        words = _("{n} changed").format(n=formats.number(result["done"]))
        left = result.get("left_out")
        return f"{words}, " + _("{n} left as they were").format(n=formats.number(left)) if left else words
    return str(result)[:200] if isinstance(result, str | int) and not isinstance(result, bool) else ""


def _missed(result: Any) -> list[str]:
    """The first records that a change of many left out, each with its reason."""
    missed = result.get("missed") if isinstance(result, dict) else None
    return [f"#{pk}: {why}" for pk, why in missed[:20]] if isinstance(missed, list) else []


@page(methods=("POST",))
def retry(request: Request, pk: int) -> HttpResponse:
    """Once more, with all its tries."""
    engine.retry(request.actor, pk)
    return go(request, reverse("settings_jobs"), toast(_("It is tried again.")))


@page(methods=("POST",))
def cancel(request: Request, pk: int) -> HttpResponse:
    """Stop it: at once while it waits, at its next step while it runs."""
    engine.cancel(request.actor, pk)
    return go(request, reverse("settings_jobs"), toast(_("It is stopped. What it had done stays done.")))


urlpatterns = [
    path("settings/jobs", jobs, name="settings_jobs"),
    path("settings/jobs/<int:pk>/retry", retry, name="settings_job_retry"),
    path("settings/jobs/<int:pk>/cancel", cancel, name="settings_job_cancel"),
]
