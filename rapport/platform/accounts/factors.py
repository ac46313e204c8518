"""Second factors: a code of an app, passkeys, recovery codes; who has one, and whose roles demand one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.accounts import sessions, trail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User

# Whether the roles of the user `u` demand a factor that they have not: for the look-up in front of every page.
OWES_SQL = """(
    EXISTS (SELECT 1 FROM platform_role_users ru JOIN platform_role r ON r.id = ru.role_id
            WHERE ru.user_id = u.id AND r.needs_factor)
    AND NOT EXISTS (SELECT 1 FROM platform_totp t WHERE t.user_id = u.id)
    AND NOT EXISTS (SELECT 1 FROM platform_passkey p WHERE p.user_id = u.id))"""


class Totp(models.Model):
    """The app that makes codes for somebody (RFC 6238). `last_step` is the newest half minute that was used up."""

    user = models.OneToOneField("platform.User", models.CASCADE, primary_key=True, related_name="+")
    sealed = models.TextField()
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"app of {self.user_id}"


class Passkey(models.Model):
    """A key of a device or a key ring (WebAuthn). Only its public half is here."""

    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    # base64url of the id that the device chose, up to 1,023 bytes; found by its digest.
    credential_id = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    # base64url of the attested credential data: id, public key, make of the device.
    credential = models.TextField()
    counter = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


class RecoveryCode(models.Model):
    """One of ten codes on paper; `number` is written in front of the code, so one hash finds it."""

    user = models.ForeignKey("platform.User", models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    hashed = models.CharField(max_length=200)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "number"], name="recovery_code_once"),)

    def __str__(self) -> str:
        return f"code {self.number} of {self.user_id}"


def has(user_id: int) -> bool:
    """Whether somebody has a factor besides the password. Recovery codes alone are none."""
    return Totp.objects.filter(user=user_id).exists() or Passkey.objects.filter(user=user_id).exists()


def holders(user_ids: Iterable[int]) -> set[int]:
    """Those of these people who have one. Two queries."""
    wanted = list(user_ids)
    return {
        *Totp.objects.filter(user__in=wanted).values_list("user", flat=True),
        *Passkey.objects.filter(user__in=wanted).values_list("user", flat=True),
    }


def is_demanded(user_id: int) -> bool:
    """Whether one of somebody's roles demands a factor."""
    from rapport.platform.access.models import Role

    return Role.objects.filter(users=user_id, needs_factor=True).exists()


def added(actor: Actor, user: User, what: str, name: str = "", *, keep: str | None) -> None:
    """Call in the transaction that adds one: the sessions elsewhere end, for they were begun without it."""
    trail.note(actor, user.pk, "factor_added", by=what, name=name, sessions=sessions.end([user.pk], keep=keep))


def removed(actor: Actor, user: User, what: str, name: str = "", *, keep: str | None) -> None:
    """Call in the transaction that takes one away."""
    if not has(user.pk):
        RecoveryCode.objects.filter(user=user).delete()
    trail.note(actor, user.pk, "factor_removed", by=what, name=name, sessions=sessions.end([user.pk], keep=keep))


def remove_all(actor: Actor, user: User) -> int:
    """Take every factor of somebody away, who lost theirs; they sign in with the password and set up another."""
    with transaction.atomic():
        count = sum(rows.objects.filter(user=user).delete()[0] for rows in (Totp, Passkey))
        RecoveryCode.objects.filter(user=user).delete()
        if count:
            removed(actor, user, _("all"), keep=None)
    return count


def moment_used(row: Totp | Passkey | RecoveryCode) -> None:
    type(row).objects.filter(pk=row.pk).update(used_at=now())
