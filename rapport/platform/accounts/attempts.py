"""Failed sign-ins, counted per account and address and per address: guessing is slow, everybody else may enter."""

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
PER_ACCOUNT_AND_ADDRESS = 5
PER_ADDRESS = 50


class SignInAttempt(models.Model):
    """How often it failed for one key since `since`. Keys are hashed: the table names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} since {self.since}"


def locked_until(email: str, address: str) -> datetime | None:
    """When the next try is heard; None while it is now. The same answer for accounts that do not exist."""
    found = {attempt.key: attempt for attempt in SignInAttempt.objects.filter(key__in=list(_keys(email, address)))}
    moment = now()
    ends = [
        found[key].since + WINDOW
        for key, limit in _keys(email, address).items()
        if key in found and found[key].failures >= limit and found[key].since + WINDOW > moment
    ]
    return max(ends, default=None)


def failed(email: str, address: str) -> None:
    """Count one failure; the window starts with the first and is renewed once it is over."""
    moment = now()
    with transaction.atomic():
        for key in _keys(email, address):
            SignInAttempt.objects.filter(key=key, since__lte=moment - WINDOW).delete()
            SignInAttempt.objects.get_or_create(key=key, defaults={"since": moment})
            SignInAttempt.objects.filter(key=key).update(failures=F("failures") + 1)


def succeeded(email: str, address: str) -> None:
    """Forget the failures of this account from here; the address keeps its own, for a guesser may own an account."""
    SignInAttempt.objects.filter(key=next(iter(_keys(email, address)))).delete()


@job("accounts.tidy", every=timedelta(days=1))
def tidy(actor: Actor, job: Run) -> int:
    """Forget failed sign-ins that no longer lock anything."""
    return SignInAttempt.objects.filter(since__lt=now() - WINDOW).delete()[0]


def _keys(email: str, address: str) -> dict[str, int]:
    both = f"{email.strip().lower()}|{address}"
    return {_hash(both): PER_ACCOUNT_AND_ADDRESS, _hash(f"|{address}"): PER_ADDRESS}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
