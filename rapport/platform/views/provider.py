"""To a provider of sign-in and back, at the door or to connect the account one is signed in to."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, house
from rapport.platform.accounts import attempts, trail
from rapport.platform.accounts.models import User
from rapport.platform.accounts.oidc import people, protocol
from rapport.platform.accounts.oidc.models import Provider
from rapport.platform.accounts.sealing import Unsealable
from rapport.platform.views import entering
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, safe_next, toast
from rapport.platform.views.visitor import address_of

if TYPE_CHECKING:
    from django.http import HttpResponse

FLOW = "provider"
log = logging.getLogger("rapport.sign_in")


@page(methods=("POST",), open=True)
def start(request: Request, pk: int) -> HttpResponse:
    """On to the provider. A page with a link: policy lets no form of ours lead to another host."""
    return _leave(request, _provider(pk), None)


@page(methods=("POST",))
@proven
def connect(request: Request, pk: int) -> HttpResponse:
    """Let a provider say that this is the account of whoever is signed in here."""
    return _leave(request, _provider(pk), request.actor.user_id)


def _provider(pk: int) -> Provider:
    found = Provider.objects.filter(pk=pk, is_on=True).first()
    if found is None:
        raise access.NotFound(_("There is no such provider."))
    return found


def _leave(request: Request, provider: Provider, user_id: int | None) -> HttpResponse:
    try:
        url, flow = protocol.begin(provider, back_address(provider), safe_next(request), user_id)
    except protocol.ProviderError as error:
        return _failed(request, provider, error)
    request.session[FLOW] = asdict(flow)
    context = {"url": url, "name": provider.name, "host": urlsplit(url).hostname, "brand": house.name()}
    return render(request, "platform/security/leave.html", context)


@page(open=True)
def back(request: Request, pk: int) -> HttpResponse:
    """The browser comes back with the provider's answer, which is used up here."""
    kept = request.session.pop(FLOW, None)
    if kept is None or kept["provider"] != pk:
        return go(request, reverse("sign_in"), toast(_("That took too long, or began elsewhere. Try again."), "bad"))
    provider, flow = _provider(pk), protocol.Flow(**kept)
    try:
        claims = protocol.finish(provider, flow, back_address(provider), request.GET.dict())
    except (protocol.ProviderError, Unsealable) as error:
        return _failed(request, provider, error)
    if flow.user is not None:
        return _connected(request, provider, flow, claims)
    user = people.find(provider, claims)
    if user is None or not entering.may_enter(user):
        trail.refused(user.pk if user else None, "provider")
        words = _("{name} knows you, but this house does not. Ask somebody who keeps it to invite you.")
        return go(request, reverse("sign_in"), toast(words.format(name=provider.name), "bad"))
    return entering.enter(request, user, "provider", flow.wanted, strong=provider.proves_factor)


def _connected(
    request: Request, provider: Provider, flow: protocol.Flow, claims: protocol.Claims
) -> HttpResponse:  # fmt: skip
    if request.actor is None or request.actor.user_id != flow.user:
        return go(request, reverse("sign_in"))
    user = User.objects.get(pk=flow.user)
    if people.connect(request.actor, provider, user, claims):
        return go(request, reverse("security"), toast(_("You can sign in with {name} now.").format(name=provider.name)))
    words = _("Nothing was connected: you, or this account at {name}, are connected already.")
    return go(request, reverse("security"), toast(words.format(name=provider.name), "bad"))


def _failed(request: Request, provider: Provider, error: Exception) -> HttpResponse:
    """The visitor learns that it failed; why stands in the log, for it may tell of the network inside."""
    log.warning("Sign-in through provider %s failed: %s", provider.pk, error)
    attempts.failed(f"provider:{provider.pk}", address_of(request))
    to = reverse("security") if request.actor is not None else reverse("sign_in")
    return go(request, to, toast(_("Signing in with {name} did not work.").format(name=provider.name), "bad"))


def back_address(provider: Provider) -> str:
    """Where the provider sends browsers back to; this very text is registered there."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('provider_back', args=(provider.pk,))}"


urlpatterns = [
    path("sign-in/with/<int:pk>", start, name="provider_start"),
    path("sign-in/with/<int:pk>/back", back, name="provider_back"),
    path("settings/security/providers/<int:pk>/connect", connect, name="provider_connect"),
]
