"""Webhooks: which endpoints there are, what was last told to them, their secrets; for those who keep the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, actions, audit
from rapport.platform.outbox import Effect, State
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.platform.webhooks.webhook import WEBHOOK, Webhook, secrets_of
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

SHOWN = 20
TONES = {State.SENT: "good", State.FAILED: "bad", State.UNCERTAIN: "warn"}


@page
def webhooks(request: Request) -> HttpResponse:
    """Every endpoint."""
    require_keeper(request.actor)
    return _page(request)


@page(methods=("POST",))
def secret(request: Request, pk: int) -> HttpResponse:
    """Show the signing secret of one; that it was shown is in the audit trail."""
    require_keeper(request.actor)
    found = _find(request, pk)
    audit.record(request.actor, "secret_shown", object="webhook", record=found.pk)
    return _page(request, shown=found.pk, secret=secrets_of(found)[0])


@page(methods=("POST",))
def test(request: Request, pk: int) -> HttpResponse:
    """Call it once."""
    actions.run(request.actor, WEBHOOK, _find(request, pk), "send_test", {})
    return go(request, reverse("settings_webhooks"), toast(_("A test is on its way. Its outcome stands below.")))


def _find(request: Request, pk: int) -> Webhook:
    found: Webhook = access.find(request.actor, WEBHOOK, pk)
    return found


def _page(request: Request, *, shown: int = 0, secret: str = "") -> HttpResponse:
    found = list(access.visible(request.actor, WEBHOOK).filter(archived_at=None).order_by("name")[:200])
    calls: dict[int | None, list[Effect]] = {}
    told = Effect.objects.filter(transport="webhook", about_id__in=[one.pk for one in found])
    for effect in told.order_by("-id")[: SHOWN * 10]:
        calls.setdefault(effect.about_id, []).append(effect)
    rows = [_row(one, calls.get(one.pk, [])[:SHOWN], secret if one.pk == shown else "") for one in found]
    context = {"rows": rows, "new": reverse("new", args=(WEBHOOK.url,)), "tabs": tabs(request, "settings_webhooks")}
    return render(request, "platform/settings/webhooks.html", context)


def _row(webhook: Webhook, calls: list[Effect], secret: str) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "href": addresses.record_url(WEBHOOK, webhook.pk),
        "url": webhook.url,
        "kinds": webhook.kinds,
        "on": webhook.is_on,
        "problem": webhook.problem,
        "secret": secret,
        "show": reverse("settings_webhook_secret", args=(webhook.pk,)),
        "test": reverse("settings_webhook_test", args=(webhook.pk,)),
        "calls": [_call(effect) for effect in calls],
    }


def _call(effect: Effect) -> dict[str, Any]:
    return {
        "title": str(effect.payload["body"]["type"]),
        "when": formats.relative(effect.settled_at or effect.not_before),
        "tries": effect.attempts,
        "state": effect.get_state_display(),
        "tone": TONES.get(State(effect.state), "info"),
        "error": effect.reason,
        "again": reverse("settings_outbox_again", args=(effect.pk,)) if effect.state == State.FAILED else "",
    }


urlpatterns = [
    path("settings/webhooks", webhooks, name="settings_webhooks"),
    path("settings/webhooks/<int:pk>/secret", secret, name="settings_webhook_secret"),
    path("settings/webhooks/<int:pk>/test", test, name="settings_webhook_test"),
]
