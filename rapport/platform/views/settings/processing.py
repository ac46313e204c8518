"""The record of processing: the house's own words, what is generated, and both as one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.platform import access
from rapport.platform.privacy.processing import document
from rapport.platform.privacy.processing.activity import PROCESSING_ACTIVITY
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from typing import Any


@page
def processing(request: Request) -> HttpResponse:
    """The record as it stands now."""
    told: dict[str, Any] = document.content(request.actor)
    known = dict(access.visible(request.actor, PROCESSING_ACTIVITY).values_list("uid", "pk"))
    numbers = {str(uid): pk for uid, pk in known.items()}
    context = {
        "entries": [_linked(one, numbers) for one in told["entries"]],
        "tables": told["tables"],
        "new": reverse("new", args=(PROCESSING_ACTIVITY.url,)),
        "file": reverse("settings_processing_file"),
        "tabs": tabs(request, "settings_privacy"),
    }
    return render(request, "platform/settings/processing.html", context)


def _linked(entry: dict[str, Any], numbers: dict[str, int]) -> dict[str, Any]:
    pk = numbers.get(entry["id"])
    return {**entry, "href": addresses.record_url(PROCESSING_ACTIVITY, pk) if pk else ""}


@page
def as_file(request: Request) -> HttpResponse:
    """The record as one file, for whoever asks for it."""
    told = document.content(request.actor)
    response = HttpResponse(document.readable(told, request.actor), content_type="text/html; charset=utf-8")
    name = _("record-of-processing")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{clock.today().isoformat()}.html"'
    response.headers["Cache-Control"] = "no-store"
    return response


urlpatterns = [
    path("settings/privacy/processing", processing, name="settings_processing"),
    path("settings/privacy/processing.html", as_file, name="settings_processing_file"),
]
