"""Failed tries, counted so that guessing is slow while a stranger can lock nobody out of their own devices.

Who has signed in with a browser before brings its device cookie. Their tries count against that device alone. All
others count against the account together with their address, against the account, and against their address. So a
stranger who guesses on purpose closes the account for strangers, and its owner still enters from where they are known.
The same keys are counted for accounts that do not exist.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F

from rapport.base.clock import now
from rapport.platform.jobs import job

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

WINDOW = timedelta(minutes=15)
PER_DEVICE = 10
PER_ACCOUNT_AND_ADDRESS = 5
PER_ACCOUNT = 50
PER_ADDRESS = 50


class SignInAttempt(models.Model):
    """How often it failed for one key since `since`. Keys are hashed: the table names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} since {self.since}"


def locked_until(account: str, address: str, device: str = "") -> datetime | None:
    """When the next try is heard; None while it is now. The same answer for accounts that do not exist."""
    keys = _keys(account, address, device)
    found = {attempt.key: attempt for attempt in SignInAttempt.objects.filter(key__in=list(keys))}
    moment = now()
    ends = [
        found[key].since + WINDOW
        for key, limit in keys.items()
        if key in found and found[key].failures >= limit and found[key].since + WINDOW > moment
    ]
    return max(ends, default=None)


def failed(account: str, address: str, device: str = "") -> None:
    """Count one failure; the window starts with the first and is renewed once it is over."""
    moment = now()
    with transaction.atomic():
        for key in _keys(account, address, device):
            SignInAttempt.objects.filter(key=key, since__lte=moment - WINDOW).delete()
            SignInAttempt.objects.get_or_create(key=key, defaults={"since": moment})
            SignInAttempt.objects.filter(key=key).update(failures=F("failures") + 1)


def succeeded(account: str, address: str, device: str = "") -> None:
    """Forget the failures of this account from here; the address keeps its own, for a guesser may own an account."""
    SignInAttempt.objects.filter(key=next(iter(_keys(account, address, device)))).delete()


@job("accounts.tidy", every=timedelta(days=1))
def tidy(actor: Actor, job: Run) -> int:
    """Forget failed sign-ins that no longer lock anything, and what has run out: sessions and links."""
    from rapport.platform.accounts.links import AccountLink
    from rapport.platform.accounts.sessions import Session

    Session.objects.filter(expire_date__lt=now()).delete()
    AccountLink.objects.filter(expires_at__lt=now() - timedelta(days=30)).delete()
    return SignInAttempt.objects.filter(since__lt=now() - WINDOW).delete()[0]


def _keys(account: str, address: str, device: str) -> dict[str, int]:
    who = account.strip().lower()
    if device:
        return {_hash(f"device|{who}|{device}"): PER_DEVICE}
    return {
        _hash(f"{who}|{address}"): PER_ACCOUNT_AND_ADDRESS,
        _hash(f"{who}|"): PER_ACCOUNT,
        _hash(f"|{address}"): PER_ADDRESS,
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
