"""The second step of signing in, signing in with a passkey alone, and proving again who one is.

A passkey is asked for in two requests: the browser fetches a challenge, which is kept in the session for one use, and
sends what the device answered as a form.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import house
from rapport.platform.accounts import attempts, factors, passkeys, passwords, recovery, totp, trail
from rapport.platform.accounts.factors import Passkey, Totp
from rapport.platform.accounts.models import User
from rapport.platform.accounts.sealing import Unsealable
from rapport.platform.views import entering
from rapport.platform.views.http import Request, as_json, go, page, render, safe_next, toast
from rapport.platform.views.signin import too_often
from rapport.platform.views.visitor import address_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import FormField

CHALLENGE = "challenge"
CHALLENGE_SECONDS = 300
MOST_ANSWER = 20_000


class Wrong(Exception):
    """What was given proves nothing; the message is for the visitor."""


@page(methods=("GET", "POST"), open=True)
def second_step(request: Request) -> HttpResponse:
    """A code of the app, a passkey or a recovery code, after the password."""
    found = entering.pending(request)
    if found is None:
        return go(request, reverse("sign_in"))
    user, first, wanted = found
    words = ""
    if request.method == "POST":
        try:
            by = prove(request, user)
        except Wrong as wrong:
            words = str(wrong)
        else:
            message = None
            if by == "recovery":
                left = recovery.left(user.pk)
                message = toast(_("Recovery codes left: {n}. Make new ones when they run out.").format(n=left), "info")
            return entering.let_in(request, user, f"{first}+{by}", wanted, strong=True, message=message)
    context = {**_ways(user, words), "action": reverse("second_step"), "brand": house.name()}
    return render(request, "platform/security/second_step.html", context, status=422 if words else 200)


@page(methods=("GET", "POST"))
def confirm(request: Request) -> HttpResponse:
    """Prove again who you are, before something that opens more than a day's work."""
    user = User.objects.get(pk=request.actor.user_id)
    wanted, words = safe_next(request), ""
    if request.method == "POST":
        try:
            by = prove(request, user)
        except Wrong as wrong:
            words = str(wrong)
        else:
            entering.proved_again(request, by)
            return go(request, wanted)
    context = {**_ways(user, words), "action": reverse("confirm"), "wanted": wanted, "brand": house.name()}
    return render(request, "platform/security/confirm.html", context, status=422 if words else 200)


@page(methods=("POST",), open=True)
def passkey_alone(request: Request) -> HttpResponse:
    """Sign in with a passkey and nothing else: it names its owner and proves both factors."""
    address = address_of(request)
    until = attempts.locked_until(f"passkey:{address}", address)
    if until is not None:
        return _back_to_door(request, too_often(until))
    try:
        user = passkeys.take(challenge_of(request), answer_of(request))
    except (passkeys.Refused, Wrong):
        attempts.failed(f"passkey:{address}", address)
        trail.refused(None, "passkey")
        return _back_to_door(request, _("This passkey is not known here."))
    if not entering.may_enter(user) or not entering.lets_in_here(user):
        return _back_to_door(request, _("This passkey is not known here."))
    return entering.enter(request, user, "passkey", safe_next(request), strong=True)


def _back_to_door(request: Request, words: str) -> HttpResponse:
    return go(request, reverse("sign_in"), toast(words, "bad"))


@page(methods=("POST",), open=True)
def passkey_challenge(request: Request) -> HttpResponse:
    """What the browser asks the device for: a passkey of whoever is here, or of anybody at the door."""
    found = entering.pending(request)
    user_id = request.actor.user_id if request.actor is not None else found[0].pk if found else None
    options, state = passkeys.begin_asking(user_id)
    keep_challenge(request, state)
    return as_json(options)


# --- one use of a factor ----------------------------------------------------------------------------------------------


def prove(request: Request, user: User) -> str:
    """How somebody just proved that they are this user: a factor of theirs or, who has none, the password.

    Raises Wrong with the words for them; counts what failed.
    """
    address, device = address_of(request), entering.device_of(request, user.email or "")
    account = f"factor:{user.pk}"
    until = attempts.locked_until(account, address, device)
    if until is not None:
        raise Wrong(too_often(until))
    by = _proof(request, user)
    if by is None:
        attempts.failed(account, address, device)
        trail.refused(user.pk, _tried(request))
        raise Wrong(_refusal(request))
    attempts.succeeded(account, address, device)
    return by


def _proof(request: Request, user: User) -> str | None:
    if request.POST.get("answer"):
        try:
            passkeys.take(challenge_of(request), answer_of(request), user.pk)
        except (passkeys.Refused, Wrong):
            return None
        return "passkey"
    code = request.POST.get("code", "")[:60]
    if factors.has(user.pk):
        if recovery.looks_like_one(code):
            return "recovery" if recovery.take(user.pk, code) else None
        return "totp" if _takes_code(user, code) else None
    return "password" if passwords.is_right(user, request.POST.get("password", "")) else None


def _takes_code(user: User, code: str) -> bool:
    try:
        return totp.take(user.pk, code)
    except Unsealable:  # the key ring was lost: a passkey or recovery code still opens
        return False


def _tried(request: Request) -> str:
    if request.POST.get("answer"):
        return "passkey"
    code = request.POST.get("code", "")
    return "password" if not code else "recovery" if recovery.looks_like_one(code) else "totp"


def _refusal(request: Request) -> str:
    return {
        "passkey": _("The passkey was not accepted."),
        "password": _("This is not your present password."),
        "recovery": _("This recovery code is not right, or was used before."),
        "totp": _("This code is not right, or was used before. The app shows the next one in half a minute."),
    }[_tried(request)]


def _ways(user: User, words: str) -> dict[str, Any]:
    """What somebody can prove it with, as fields."""
    has_app, has_key = Totp.objects.filter(user=user).exists(), Passkey.objects.filter(user=user).exists()
    code: FormField = {
        "name": "code",
        "label": _("Code"),
        "widget": "text",
        "required": True,
        "autocomplete": "one-time-code",
        "autofocus": True,
        "max_length": 60,
        "help": _("Six figures of your app, or a recovery code.") if has_app else _("A recovery code."),
        "attrs": {"inputmode": "text", "spellcheck": "false"},
    }
    password: FormField = {
        "name": "password",
        "label": _("Password"),
        "widget": "password",
        "required": True,
        "autocomplete": "current-password",
        "autofocus": True,
    }
    field = code if has_app or has_key else password
    if words:
        field["error"] = words
    return {"fields": [field], "has_app": has_app, "has_key": has_key, "challenge": reverse("passkey_challenge")}


# --- challenges -------------------------------------------------------------------------------------------------------


def keep_challenge(request: Request, state: dict[str, Any]) -> None:
    """Keep a challenge in the session, for one use within five minutes."""
    request.session[CHALLENGE] = {"state": state, "at": int(now().timestamp())}


def challenge_of(request: Request) -> dict[str, Any]:
    """The challenge, which is used up by asking for it. Raises Wrong."""
    kept = request.session.pop(CHALLENGE, None)
    if kept is None or now().timestamp() - kept["at"] > CHALLENGE_SECONDS:
        raise Wrong(_("That took too long. Please try again."))
    state: dict[str, Any] = kept["state"]
    return state


def answer_of(request: Request) -> dict[str, Any]:
    """What the device answered. Raises Wrong."""
    raw = request.POST.get("answer", "")
    try:
        found = json.loads(raw) if len(raw) <= MOST_ANSWER else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Wrong(_("The answer of the device cannot be read."))
    return found


urlpatterns = [
    path("sign-in/second", second_step, name="second_step"),
    path("sign-in/passkey", passkey_alone, name="passkey_alone"),
    path("sign-in/passkey/challenge", passkey_challenge, name="passkey_challenge"),
    path("confirm", confirm, name="confirm"),
]
