"""Links by which somebody chooses a password: an invitation, or a reset for who forgot theirs.

256 random bits, kept as a digest, for one purpose and one use. A link dies with its time, with the next link of the
same person, with a new password, and with the account.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from django.db import models

from rapport.base.clock import now
from rapport.platform.accounts import trail
from rapport.platform.records.changes import Change, projection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

Purpose = Literal["invitation", "reset"]
LIFE: dict[Purpose, timedelta] = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}


class AccountLink(models.Model):
    """One link that was given out; the secret in it is nowhere."""

    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=10)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["user"], condition=models.Q(used_at=None), name="account_link_open"),)

    def __str__(self) -> str:
        return f"{self.purpose} of {self.user_id}"


def make(actor: Actor, user: User) -> tuple[AccountLink, str]:
    """A new link and its secret; earlier ones of the same person are void. An invitation until there is a password."""
    purpose: Purpose = "reset" if user.password and user.has_usable_password() else "invitation"
    end_all(user.pk)
    secret, moment = secrets.token_urlsafe(32), now()
    link = AccountLink.objects.create(
        user=user, purpose=purpose, digest=_digest(secret, purpose), made_at=moment, expires_at=moment + LIFE[purpose]
    )
    trail.note(actor, user.pk, "link_made")
    return link, secret


def find(secret: str, purpose: Purpose) -> AccountLink | None:
    """The link with this secret, while it may be used and its user may sign in."""
    able = {"user__is_active": True, "user__archived_at": None}
    rows = AccountLink.objects.filter(digest=_digest(secret, purpose), used_at=None, expires_at__gt=now(), **able)
    return rows.exclude(user__email=None).select_related("user").first()


def use(link: AccountLink) -> bool:
    """Use it up; False for whoever comes second."""
    return bool(AccountLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now()).update(used_at=now()))


def end_all(user_id: int) -> None:
    """Make every link of somebody void."""
    AccountLink.objects.filter(user=user_id, used_at=None).delete()


@projection("user")
def end_of_who_left(actor: Actor, changes: Sequence[Change]) -> None:
    """Links die with their account, and do not come alive when it does."""
    for change in changes:
        if not change.is_new and change.touches("is_active", "archived_at", "email"):
            end_all(change.record_id)


def _digest(secret: str, purpose: Purpose) -> str:
    """Bound to the purpose: an invitation is no reset."""
    return hashlib.sha256(f"{purpose}|{secret[:100]}".encode()).hexdigest()
