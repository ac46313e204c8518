"""Codes of an app: six figures that change each half minute (RFC 6238), each taken once, with half a minute's grace."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction

from rapport.base.clock import now
from rapport.platform.accounts import factors, sealing
from rapport.platform.accounts.factors import Totp

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

STEP_SECONDS = 30
GRACE = 1  # steps, because clocks differ and people type slowly


def new_secret() -> str:
    """160 random bits, as apps take them."""
    import pyotp

    return pyotp.random_base32()


def address(secret: str, user: User, house: str) -> str:
    """The otpauth address that stands in the QR code."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=user.email or user.name, issuer_name=house)


def set_up(actor: Actor, user: User, secret: str, code: str, *, keep: str | None) -> bool:
    """Make this app the user's, in place of any other, if the code shows that they have it."""
    step = matching_step(secret, code)
    if step is None:
        return False
    with transaction.atomic():
        values = {"sealed": sealing.seal(secret, purpose_of(user.pk)), "last_step": step, "added_at": now()}
        Totp.objects.update_or_create(user=user, defaults={**values, "used_at": None})
        factors.added(actor, user, "totp", keep=keep)
    return True


def take(user_id: int, code: str) -> bool:
    """Whether the code is right and new; it is used up."""
    found = Totp.objects.filter(user=user_id).first()
    if found is None:
        return False
    step = matching_step(sealing.unseal(found.sealed, purpose_of(user_id)), code)
    if step is None:
        return False
    # In one statement: of two who come with the same code at the same moment one is refused.
    taken = Totp.objects.filter(user=user_id, last_step__lt=step).update(last_step=step, used_at=now())
    return bool(taken)


def remove(actor: Actor, user: User, *, keep: str | None) -> bool:
    """Take the app away."""
    with transaction.atomic():
        gone = bool(Totp.objects.filter(user=user).delete()[0])
        if gone:
            factors.removed(actor, user, "totp", keep=keep)
    return gone


def matching_step(secret: str, code: str) -> int | None:
    """The half minute near now whose code this is; None for none, after the same work."""
    import pyotp
    from pyotp.utils import strings_equal

    given = re.sub(r"\s", "", code)[:10]
    app, present = pyotp.TOTP(secret), int(now().timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - GRACE, present + GRACE + 1):
        if strings_equal(app.generate_otp(step), given):
            found = step
    return found


def purpose_of(user_id: int) -> str:
    return f"totp:{user_id}"
