"""SignInRules: how long a session lasts and which doors are open. One row, set by who keeps the house."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction

from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.access import Actor

SET = ("idle_hours", "longest_days", "only_provider", "break_glass")


class SignInRules(models.Model):
    """Row number 1; without it the defaults hold."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    idle_hours = models.PositiveSmallIntegerField(default=12, validators=[MinValueValidator(1), MaxValueValidator(720)])
    longest_days = models.PositiveSmallIntegerField(
        default=14, validators=[MinValueValidator(1), MaxValueValidator(90)]
    )
    # Nobody signs in with a password or passkey of ours but `break_glass`, for the day the provider does not answer.
    only_provider = models.BooleanField(default=False)
    break_glass = models.ForeignKey("platform.User", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="sign_in_rules_are_one"),)

    def __str__(self) -> str:
        return f"{self.idle_hours} h, {self.longest_days} d"

    @property
    def idle(self) -> timedelta:
        return timedelta(hours=self.idle_hours)

    @property
    def longest(self) -> timedelta:
        return timedelta(days=self.longest_days)

    def lets_in_by_itself(self, user_id: int) -> bool:
        """Whether somebody may sign in here, without a provider."""
        return not self.only_provider or user_id == self.break_glass_id

    def clean(self) -> None:
        from rapport.platform.access.keepers import owners
        from rapport.platform.accounts.oidc.models import Provider

        if not self.only_provider:
            return
        if not Provider.objects.filter(is_on=True).exists():
            raise ValidationError({"only_provider": _("Set a provider up, and try it, before it is the only way in.")})
        if self.break_glass_id not in owners():
            raise ValidationError(
                {"break_glass": _("Choose an owner who may still use a password when the provider fails.")}
            )


def rules() -> SignInRules:
    """What holds now. One query."""
    return SignInRules.objects.filter(pk=1).first() or SignInRules()


def change(actor: Actor, **given: object) -> SignInRules:
    """Set the rules. Raises PermissionDenied, ValidationError."""
    from rapport.platform.access import keepers
    from rapport.platform.accounts import trail

    keepers.require_keeper(actor)
    with transaction.atomic():
        old, new = rules(), rules()
        for key, value in given.items():
            setattr(new, key, value)
        new.full_clean(validate_unique=False)
        new.save()
        names = {key: f"{key}_id" if key == "break_glass" else key for key in SET}
        pairs = {key: (getattr(old, name), getattr(new, name)) for key, name in names.items()}
        if changes := {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}:
            trail.append(actor, 0, "rules_changed", changes)
    return new
