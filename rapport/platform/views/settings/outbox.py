"""Outgoing: what leaves the house; what waits, failed or is unclear; send again, take back, hold, let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import labels, outbox
from rapport.platform.access import NotFound
from rapport.platform.fields import Ref
from rapport.platform.outbox import Effect, State
from rapport.platform.outbox.control import wake
from rapport.platform.outbox.models import Lane
from rapport.platform.outbox.overview import overview
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.labels import Names


@page
def outgoing(request: Request) -> HttpResponse:
    """What is on its way, for those who keep the house."""
    require_keeper(request.actor)
    seen = overview()
    shown = [*seen.unclear, *seen.failed, *seen.waiting, *seen.sent]
    names = labels.names(request.actor, [_about(one) for one in shown if one.about_id])
    parts = [
        (_("Unclear whether it arrived"), seen.unclear, "warn", _("Nothing is sent twice by itself: you decide.")),
        (_("Not sent"), seen.failed, "bad", ""),
        (_("Waiting"), seen.waiting, "info", ""),
        (_("Sent lately"), seen.sent, "good", ""),
    ]
    context = {
        "held": _held(seen.held) if seen.held else None,
        "catches": settings.CATCH_MAIL,
        "wait": formats.duration(seen.longest_wait) if seen.longest_wait.total_seconds() > 120 else "",
        "idle": not shown,
        "parts": [
            {"title": title, "tone": tone, "help": words, "rows": [_row(one, names) for one in found]}
            for title, found, tone, words in parts
        ],
        "resting": [
            {
                "id": one.pk,
                "name": one.key or one.transport,
                "until": formats.relative(one.paused_until),
                "why": one.reason,
            }
            for one in seen.resting
        ],
        "tabs": tabs(request, "settings_outbox"),
    }
    return render(request, "platform/settings/outbox.html", context)


def _held(hold: Any) -> str:
    words = _("Nothing leaves the house since {when}: {why}")
    return words.format(when=formats.relative(hold.since), why=hold.reason or hold.by)


def _about(effect: Effect) -> Ref:
    return Ref(effect.about_object, effect.about_id or 0)


def _row(effect: Effect, names: Names) -> dict[str, Any]:
    way = outbox.transport(effect.transport)
    about = _about(effect)
    known = names.get(about) if effect.about_id else None
    return {
        "id": effect.pk,
        "title": str((known.label if known else "") or effect.lane or (way.label if way else effect.transport)),
        "href": addresses.record_url(about.object, about.id) if known else "",
        "way": str(way.label) if way else effect.transport,
        "lane": effect.lane,
        "who": effect.actor_name,
        "when": formats.relative(effect.settled_at or effect.not_before),
        "tries": effect.attempts,
        "error": effect.reason[:500],
        "state": effect.get_state_display(),
        "again": effect.state in (State.FAILED, State.UNCERTAIN),
        "cancel": effect.state == State.QUEUED,
    }


def _find(pk: int) -> Effect:
    found = Effect.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such message."))
    return found


@page(methods=("POST",))
def again(request: Request, pk: int) -> HttpResponse:
    """Send once more what failed or is unclear."""
    require_keeper(request.actor)
    outbox.again(_find(pk))
    return go(request, reverse("settings_outbox"), toast(_("It is sent again.")))


@page(methods=("POST",))
def cancel(request: Request, pk: int) -> HttpResponse:
    """Take back what waits."""
    require_keeper(request.actor)
    outbox.cancel(_find(pk), _("Taken back by {name}").format(name=request.actor.name))
    return go(request, reverse("settings_outbox"), toast(_("It is taken back.")))


@page(methods=("POST",))
def hold(request: Request) -> HttpResponse:
    """From now on nothing leaves."""
    require_keeper(request.actor)
    outbox.hold(request.actor.name, _("stopped by {name}").format(name=request.actor.name))
    return go(request, reverse("settings_outbox"), toast(_("From now on nothing leaves the house.")))


@page(methods=("POST",))
def release(request: Request) -> HttpResponse:
    """Let go of what waits."""
    number = outbox.release(request.actor)
    words = _("Messages leave again; {n} were waiting.").format(n=formats.number(number))
    return go(request, reverse("settings_outbox"), toast(words))


@page(methods=("POST",))
def wake_lane(request: Request, pk: int) -> HttpResponse:
    """Try a destination that rests."""
    found = Lane.objects.filter(pk=pk).first()
    if found is None:
        raise ValidationError(_("This destination does not rest any more."))
    wake(request.actor, found)
    return go(request, reverse("settings_outbox"), toast(_("It is tried again.")))


urlpatterns = [
    path("settings/outgoing", outgoing, name="settings_outbox"),
    path("settings/outgoing/hold", hold, name="settings_outbox_hold"),
    path("settings/outgoing/release", release, name="settings_outbox_release"),
    path("settings/outgoing/<int:pk>/again", again, name="settings_outbox_again"),
    path("settings/outgoing/<int:pk>/cancel", cancel, name="settings_outbox_cancel"),
    path("settings/outgoing/lanes/<int:pk>/wake", wake_lane, name="settings_outbox_wake"),
]
