"""Coming in: whatever somebody signs in with, it ends here, in a second step or in a session.

A session remembers how it began and when its person last proved who they are. What opens more than a day's work (roles,
tokens, factors, exports) asks again when that is long ago.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import login
from django.utils.crypto import constant_time_compare

from rapport.base.clock import now
from rapport.platform.access import Actor
from rapport.platform.access.actor import Rights
from rapport.platform.accounts import devices, factors, sessions, trail
from rapport.platform.accounts.models import User
from rapport.platform.accounts.rules import rules
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, came_from, go, is_fragment
from rapport.platform.views.visitor import address_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import Toast

BACKEND = "django.contrib.auth.backends.ModelBackend"
FRESH = timedelta(minutes=15)
PENDING, PROVED, STRONG = "pending", "proved", "strong"
SECOND_STEP = "/sign-in/second"


def device_of(request: Request, email: str) -> str:
    """The name of this browser for an account, "" where it is not known."""
    return devices.of(request.COOKIES, email)


def person(request: Request, user: User) -> Actor:
    """Somebody at the door: named in the trail, without rights yet."""
    return Actor(user.pk, user.name, "web", Rights(), request=request.number)


def may_enter(user: User | None) -> bool:
    """Whether this account may sign in at all."""
    return user is not None and bool(user.is_active) and not user.is_archived and bool(user.email)


def enter(
    request: Request, user: User, by: str, wanted: str, *, strong: bool = False, message: Toast | None = None
) -> HttpResponse:
    """Let somebody in who proved who they are once; `strong` when that was two factors in one."""
    if not strong and factors.has(user.pk):
        request.session.flush()
        known = user.get_session_auth_hash()
        request.session[PENDING] = {"user": user.pk, "by": by, "next": wanted, "known": known}
        return go(request, SECOND_STEP)
    return let_in(request, user, by, wanted, strong=strong, message=message)


def pending(request: Request) -> tuple[User, str, str] | None:
    """Who has taken the first step here, how, and where they want to go."""
    found: dict[str, Any] | None = request.session.get(PENDING)
    if found is None:
        return None
    user: User | None = User.objects.filter(pk=found["user"]).first()
    if user is None or not may_enter(user) or not constant_time_compare(found["known"], user.get_session_auth_hash()):
        return None
    return user, found["by"], found["next"]


def let_in(
    request: Request, user: User, by: str, wanted: str, *, strong: bool, message: Toast | None = None
) -> HttpResponse:
    """Begin a session, under a new key."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    moment = int(now().timestamp())
    request.session.update(
        {
            sessions.STARTED: moment,
            PROVED: moment,
            STRONG: strong,
            "device": devices.named(request.headers.get("User-Agent", "")),
            "address": address_of(request),
        }
    )
    known = bool(device_of(request, user.email or ""))
    words = devices.words(request.session["device"])
    trail.came(person(request, user), by, words, known=known)
    response = go(request, wanted, message)
    response.set_cookie(
        devices.COOKIE,
        devices.with_account(request.COOKIES, user.email or ""),
        max_age=devices.YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def lets_in_here(user: User) -> bool:
    """Whether somebody may use a password or passkey of ours, or must come through a provider."""
    return rules().lets_in_by_itself(user.pk)


# --- proving it again -------------------------------------------------------------------------------------------------


def is_fresh(request: Request) -> bool:
    """Whether this session's person proved who they are a short while ago. A session begins with a proof."""
    proved = request.session.get(PROVED, request.session.get(sessions.STARTED, 0))
    return now().timestamp() - int(proved) < FRESH.total_seconds()


def proved_again(request: Request, by: str) -> None:
    """Note the proof; the session goes on under a new key."""
    request.session.cycle_key()
    request.session[PROVED] = int(now().timestamp())
    trail.proved(request.actor, by)


def proven(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask somebody who signed in a while ago to prove again who they are, before a page or an act behind it."""

    @wraps(view)
    def ask_first(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        is_page = request.method in ("GET", "HEAD") and not is_fragment(request)
        back = request.get_full_path() if is_page else came_from(request)
        return go(request, addresses.with_query("/confirm", {"next": back}))

    return ask_first
