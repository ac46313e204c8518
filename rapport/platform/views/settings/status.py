"""Status: whether everything runs, in plain words, for those who keep the house."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import connection
from django.urls import path
from django.utils.translation import gettext as _

import rapport
from rapport.base import clock
from rapport.platform import jobs
from rapport.platform.backup import folder, keys, standing
from rapport.platform.invariants import nightly
from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox import overview as outbox
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

LITTLE = 1_000_000_000
LONG = timedelta(minutes=10)


class Fact(NamedTuple):
    """One line of the page; `tone` is good, warn or bad."""

    label: str
    words: str
    tone: str = "good"
    url: str = ""


@page
def status(request: Request) -> HttpResponse:
    """Everything at a glance; what needs somebody leads to its page."""
    require_keeper(request.actor)
    facts = [*_work(request), *_leaving(), *_safety(), *_machine()]
    context = {
        "facts": [fact._asdict() for fact in facts],
        "worst": next((tone for tone in ("bad", "warn") if any(fact.tone == tone for fact in facts)), "good"),
        "tabs": tabs(request, "settings_status"),
    }
    return render(request, "platform/settings/status.html", context)


def _work(request: Request) -> Iterator[Fact]:
    seen = jobs.overview(request.actor)
    words = _("runs") if seen.is_attended else _("does not run: the oldest job has waited for {time}")
    shown = words.format(time=formats.duration(seen.longest_wait))
    yield Fact(_("Worker"), shown, "good" if seen.is_attended else "bad", "settings_jobs")
    words = _("{waiting} wait, {running} run, {dead} failed")
    told = {name: formats.number(seen.counts[key]) for name, key in JOBS}
    yield Fact(_("Jobs"), words.format(**told), "warn" if seen.counts["dead"] else "good", "settings_jobs")


JOBS = (("waiting", "queued"), ("running", "running"), ("dead", "dead"))


def _leaving() -> Iterator[Fact]:
    seen = outbox.overview()
    if seen.held:
        yield Fact(_("Outgoing"), _("Nothing leaves: everything is held."), "warn", "settings_outbox")
    counts = seen.counts
    words = _("{waiting} wait, {failed} could not be sent, {unclear} are unclear")
    told = {
        "waiting": formats.number(counts["queued"] + counts["sending"]),
        "failed": formats.number(counts["failed"]),
        "unclear": formats.number(counts["uncertain"]),
    }
    tone = "bad" if seen.longest_wait > LONG else "warn" if counts["failed"] or counts["uncertain"] else "good"
    yield Fact(_("Messages"), words.format(**told), tone, "settings_outbox")
    last = seen.sent[0].settled_at if seen.sent else None
    yield Fact(_("Last message sent"), formats.relative(last) if last else _("none yet"))


def _safety() -> Iterator[Fact]:
    good = folder.latest_verified()
    words = formats.relative(good.made_at) if good else _("none yet")
    tone = "bad" if standing.concern() else "good" if keys.is_set_up() else "warn"
    yield Fact(_("Last verified backup"), words, tone, "settings_backups")
    last = nightly.last()
    if last is None:
        yield Fact(_("System check"), _("none yet"), "warn", "settings_check")
    else:
        words = _("{when}, checks that found something: {n}")
        told = words.format(when=formats.relative(last.at), n=len(last.findings))
        yield Fact(_("System check"), told, "bad" if last.findings else "good", "settings_check")


def _machine() -> Iterator[Fact]:
    free = shutil.disk_usage(settings.DATA_DIR).free if settings.DATA_DIR.exists() else 0
    words = _("{n} GB are free").format(n=formats.number(free / 1e9, 1))
    yield Fact(_("Disk of the data folder"), words, "good" if free > LITTLE else "bad")
    behind = abs(database_now() - clock.now())
    words = _("answers; its clock is {n} s away from ours").format(n=formats.number(behind.total_seconds(), 1))
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    yield Fact(f"{_('Database')} ({name})", words, "good" if behind < timedelta(seconds=30) else "warn")
    yield Fact(_("Version of Rapport"), rapport.__version__)


urlpatterns = [path("settings/status", status, name="settings_status")]
