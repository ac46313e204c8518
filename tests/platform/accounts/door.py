"""A visitor at the door: sign in as people do, with whatever they have."""

from __future__ import annotations

from typing import Any

import pyotp
from django.test import Client

from rapport.base.clock import now
from rapport.platform.access import system
from rapport.platform.accounts import totp
from rapport.platform.accounts.factors import Totp
from rapport.platform.accounts.models import User
from rapport.platform.audit.models import AuditEntry
from rapport.platform.events.models import Event
from tests.platform.views.site import PASSWORD

SYSTEM = system("test")


def knock(client: Client, user: User | str, password: str = PASSWORD, **more: Any) -> Any:
    email = user if isinstance(user, str) else user.email
    return client.post("/sign-in", {"email": email, "password": password}, **more)


def signed_in(user: User, **more: Any) -> Client:
    """A browser whose person came in by the door."""
    client = Client(**more)
    assert knock(client, user).headers["Location"] == "/"
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/settings").status_code == 200)


def with_app(user: User) -> str:
    """Give somebody an app; the secret in it."""
    secret = totp.new_secret()
    # A code of long ago, so that no code of a test was used up by setting it up.
    assert totp.set_up(SYSTEM, user, secret, code(secret), keep=None)
    Totp.objects.filter(user=user).update(last_step=0)
    return secret


def code(secret: str, steps: int = 0) -> str:
    """What the app shows now, or some half minutes later."""
    return pyotp.TOTP(secret).at(int(now().timestamp()) + 30 * steps)


def trail(kind: str) -> list[Event]:
    """What changed about sign-in."""
    return list(Event.objects.filter(kind=f"sign_in.{kind}").order_by("pk"))


def entries(kind: str) -> list[AuditEntry]:
    """Who came, went, was refused."""
    return list(AuditEntry.objects.filter(kind=kind).order_by("pk"))
