"""Backups: when the last verified one was, which there are; back up now; make a key."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import audit, jobs
from rapport.platform.backup import folder, kept, keys, periodic, standing
from rapport.platform.backup.errors import BackupError
from rapport.platform.jobs.models import Job, State
from rapport.platform.sealing import keyring
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.platform.words import gettext_lazy
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from rapport.platform.backup.folder import Backup

audit.kinds.register(
    "backup_key_made", gettext_lazy("Backup key made"), gettext_lazy("{who} made a key for backups: {key}")
)


@page
def backups(request: Request) -> HttpResponse:
    """How it stands, for those who keep the house."""
    require_keeper(request.actor)
    return _page(request)


@page(methods=("POST",))
def now(request: Request) -> HttpResponse:
    """Have one made now."""
    require_keeper(request.actor)
    with _as_refusal():
        keys.recipients()
    jobs.enqueue(request.actor, periodic.back_up, {"asked": True}, unique="asked")
    return go(
        request, reverse("settings_backups"), toast(_("The backup is being made. This page says when it is done."))
    )


@page(methods=("POST",))
def new_key(request: Request) -> HttpResponse:
    """Make a key; its secret half stands on this one page and nowhere else."""
    require_keeper(request.actor)
    with _as_refusal():
        public, secret = keys.make()
    audit.record(request.actor, "backup_key_made", detail={"key": public})
    return _page(request, secret=secret)


@contextmanager
def _as_refusal() -> Iterator[None]:
    try:
        yield
    except BackupError as refusal:
        raise ValidationError(str(refusal)) from refusal


def _page(request: Request, secret: str = "") -> HttpResponse:
    found = folder.every()
    good = next((one for one in found if one.verified is not None and one.verified.is_good), None)
    context = {
        "last": formats.relative(good.made_at) if good else "",
        "last_exact": formats.moment(good.made_at) if good else "",
        "concern": standing.concern(),
        "set_up": keys.is_set_up(),
        "may_make_key": not settings.BACKUP_KEYS,
        "secret": secret,
        "ring": "RAPPORT_KEY_RING" if keyring.is_in_environment() else str(keyring.place()),
        "folder": str(folder.root()),
        "at": settings.BACKUP_AT,
        "keep": kept.parse(settings.BACKUP_KEEP)._asdict(),
        "under_way": Job.objects.filter(key="backup.make", state__in=(State.QUEUED, State.RUNNING), slot=None).exists(),
        "failed": _failed(found),
        "rows": [_row(one) for one in found],
        "tabs": tabs(request, "settings_backups"),
    }
    return render(request, "platform/settings/backups.html", context)


def _failed(found: list[Backup]) -> str:
    """Why the last try made none, unless one came after it."""
    last = Job.objects.filter(key="backup.make", state=State.DEAD).order_by("-finished_at").first()
    if last is None or (found and last.finished_at is not None and found[0].made_at > last.finished_at):
        return ""
    return last.last_error.strip().splitlines()[-1][:500] if last.last_error else ""


def _row(one: Backup) -> dict[str, Any]:
    seen = one.verified
    state, tone = (_("Not verified"), "warn") if seen is None else (_("Verified"), "good")
    if seen is not None and seen.problems:
        state, tone = _("Damaged"), "bad"
    words = _("{rows} rows in {tables} tables, {files} files, {size} MB, made in {time}")
    return {
        "title": formats.moment(one.made_at),
        "name": one.name,
        "words": words.format(
            rows=formats.number(one.rows),
            tables=formats.number(one.tables),
            files=formats.number(one.files),
            size=formats.number(one.size / 1e6, 1),
            time=_("{n} s").format(n=formats.number(one.seconds, 1)),
        ),
        "state": state,
        "tone": tone,
        "problems": [*([*seen.problems, *seen.notes] if seen else []), *one.notes],
    }


urlpatterns = [
    path("settings/backups", backups, name="settings_backups"),
    path("settings/backups/now", now, name="settings_backups_now"),
    path("settings/backups/key", new_key, name="settings_backups_key"),
]
