"""Setting up a second factor, step by step: an app, a passkey, recovery codes; also for who must before all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import house
from rapport.platform.accounts import devices, factors, passkeys, recovery, totp
from rapport.platform.accounts.qr import drawing
from rapport.platform.views.account import with_errors
from rapport.platform.views.entering import STRONG, proven
from rapport.platform.views.http import Request, as_json, go, page, render, toast
from rapport.platform.views.second_step import Wrong, answer_of, challenge_of, keep_challenge
from rapport.platform.views.security import me

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.accounts.models import User
    from rapport.ui.shapes import FieldError, FormField

APP = "new_app"


@page
def demanded(request: Request) -> HttpResponse:
    """A role demands a second factor: choose one, nothing else opens before."""
    if not request.about.get("owes_factor"):
        return go(request, reverse("security"))
    return render(request, "platform/security/demanded.html", {"brand": house.name()})


# --- an app -----------------------------------------------------------------------------------------------------------


@page(methods=("POST",))
@proven
def app_begin(request: Request) -> HttpResponse:
    """Make a secret for an app; it counts once a code of it was typed in."""
    request.session[APP] = totp.new_secret()
    return go(request, reverse("app_set_up"))


@page(methods=("GET", "POST"))
@proven
def app_set_up(request: Request) -> HttpResponse:
    """The secret as a picture and as text, and a code of it to show that it arrived."""
    secret = request.session.get(APP)
    if not secret:
        return go(request, reverse("security"))
    user = me(request)
    found: list[FieldError] = []
    if request.method == "POST":
        first = not factors.has(user.pk)
        keep = request.session.session_key
        if totp.set_up(request.actor, user, secret, request.POST.get("code", ""), keep=keep):
            del request.session[APP]
            request.session[STRONG] = True
            return _after(request, user, first, _("The app is set up."))
        found = [{"text": _("This code does not belong to this secret. Is the phone's clock right?"), "field": "code"}]
    field: FormField = {
        "name": "code",
        "label": _("Code that the app shows"),
        "widget": "text",
        "required": True,
        "autocomplete": "one-time-code",
        "autofocus": True,
        "max_length": 12,
        "attrs": {"inputmode": "numeric"},
    }
    address = totp.address(secret, user, house.name())
    context = {
        "picture": drawing(address, _("The secret as a picture for the camera")),
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "fields": with_errors([field], found),
        "errors": found,
        "brand": house.name(),
    }
    return render(request, "platform/security/app.html", context, status=422 if found else 200)


# --- a passkey --------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
@proven
def passkey_add(request: Request) -> HttpResponse:
    """Name the passkey; the browser asks the device for it."""
    user = me(request)
    found: list[FieldError] = []
    if request.method == "POST":
        first = not factors.has(user.pk)
        keep, name = request.session.session_key, request.POST.get("name", "")
        try:
            passkeys.add(request.actor, user, name, challenge_of(request), answer_of(request), keep=keep)
        except Wrong as wrong:
            found = [{"text": str(wrong)}]
        except passkeys.Refused:
            found = [{"text": _("The device's answer was not accepted. Nothing was added.")}]
        except ValidationError as error:
            found = [{"text": text} for text in error.messages]
        else:
            request.session[STRONG] = True
            return _after(request, user, first, _("The passkey is added."))
    field: FormField = {
        "name": "name",
        "label": _("What is it called?"),
        "widget": "text",
        "required": True,
        "value": devices.words(request.session.get("device", "")),
        "max_length": 60,
        "help": _("So that you know which one it is when there are several."),
    }
    context = {
        "fields": [field],
        "errors": found,
        "challenge": reverse("passkey_begin"),
        "brand": house.name(),
    }
    return render(request, "platform/security/passkey.html", context, status=422 if found else 200)


@page(methods=("POST",))
@proven
def passkey_begin(request: Request) -> HttpResponse:
    """What the browser asks the device for, to make a new passkey."""
    options, state = passkeys.begin_adding(me(request))
    keep_challenge(request, state)
    return as_json(options)


# --- recovery codes ---------------------------------------------------------------------------------------------------


@page(methods=("POST",))
@proven
def codes_make(request: Request) -> HttpResponse:
    """Ten new codes; they are on the answer and nowhere again."""
    user = me(request)
    if not factors.has(user.pk):
        raise ValidationError(_("Set up an app or a passkey first; codes are for the day it is lost."))
    return _codes(request, user, "")


def _after(request: Request, user: User, first: bool, words: str) -> HttpResponse:
    """With the first factor come the codes for the day it is lost."""
    return _codes(request, user, words) if first else go(request, reverse("security"), toast(words))


def _codes(request: Request, user: User, words: str) -> HttpResponse:
    context = {"codes": recovery.make(request.actor, user), "words": words, "brand": house.name(), "email": user.email}
    return render(request, "platform/security/codes.html", context)


urlpatterns = [
    path("settings/security/demanded", demanded, name="factor_demanded"),
    path("settings/security/app/begin", app_begin, name="app_begin"),
    path("settings/security/app", app_set_up, name="app_set_up"),
    path("settings/security/passkeys/new", passkey_add, name="passkey_add"),
    path("settings/security/passkeys/challenge", passkey_begin, name="passkey_begin"),
    path("settings/security/codes", codes_make, name="codes_make"),
]
