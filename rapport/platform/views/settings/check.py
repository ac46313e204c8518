"""System check: whether what must always be true of the data is true; what is not, with examples and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import invariants, jobs
from rapport.platform.invariants import nightly
from rapport.platform.jobs.models import Job, State
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse


@page
def check(request: Request) -> HttpResponse:
    """What the last check found, for those who keep the house."""
    require_keeper(request.actor)
    last = nightly.last()
    found = {row["key"]: row for row in last.findings} if last else {}
    context = {
        "last": formats.relative(last.at) if last else "",
        "seconds": formats.number(last.seconds, 1) if last else "",
        "under_way": Job.objects.filter(key=nightly.KEY, state__in=(State.QUEUED, State.RUNNING), slot=None).exists(),
        "wrong": [_wrong(one, found[one.key]) for one in invariants.every() if one.key in found],
        "good": [{"key": one.key, "says": str(one.says)} for one in invariants.every() if one.key not in found],
        "tabs": tabs(request, "settings_check"),
    }
    return render(request, "platform/settings/check.html", context)


def _wrong(one: invariants.Invariant, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": one.key,
        "says": str(one.says),
        "remedy": str(one.remedy),
        "number": formats.number(row["number"]),
        "examples": row["examples"],
    }


@page(methods=("POST",))
def now(request: Request) -> HttpResponse:
    """Have everything checked now."""
    require_keeper(request.actor)
    jobs.enqueue(request.actor, nightly.verify_house, {"asked": True}, unique="asked")
    return go(
        request, reverse("settings_check"), toast(_("Everything is being checked. This page says what was found."))
    )


urlpatterns = [
    path("settings/check", check, name="settings_check"),
    path("settings/check/now", now, name="settings_check_now"),
]
