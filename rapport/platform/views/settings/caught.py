"""Caught mails: what a house in development would have sent, to look at. Nothing left this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound
from rapport.platform.mail import caught as kept
from rapport.platform.views.http import Request, page, render
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def caught(request: Request) -> HttpResponse:
    """The newest first."""
    _open_to(request)
    rows = [
        {
            "href": reverse("settings_caught_mail", args=(one.name,)),
            "subject": one.subject or _("(no subject)"),
            "to": ", ".join(one.to),
            "sender": one.sender,
            "when": formats.relative(one.at),
        }
        for one in kept.latest()
    ]
    return render(request, "platform/settings/caught.html", {"rows": rows, "tabs": tabs(request, "settings_outbox")})


@page
def caught_mail(request: Request, name: str) -> HttpResponse:
    """One of them, as it would have arrived."""
    _open_to(request)
    found = kept.find(name)
    if found is None:
        raise NotFound(_("There is no such mail."))
    context = {"mail": found, "when": formats.relative(found.at), "tabs": tabs(request, "settings_outbox")}
    return render(request, "platform/settings/caught_mail.html", context)


def _open_to(request: Request) -> None:
    require_keeper(request.actor)
    if not settings.CATCH_MAIL:
        raise NotFound(_("Mails are not caught here: they are sent."))


urlpatterns = [
    path("settings/outgoing/caught", caught, name="settings_caught"),
    path("settings/outgoing/caught/<str:name>", caught_mail, name="settings_caught_mail"),
]
