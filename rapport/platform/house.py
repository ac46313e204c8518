"""House: the one organisation whose data these are. Its row is written once, by whoever starts first.

The base currency is fixed from then on: stored worths would be wrong under another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.base.money import is_currency
from rapport.platform import currencies, install
from rapport.platform.access import roles, system
from rapport.platform.access.models import Role
from rapport.platform.accounts.models import LANGUAGES, User
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_START = own_reason("First start")
# The roles that demand a second factor in a house that somebody started; the demonstration's has none.
KEEPING = ("owner", "administrator")


class House(models.Model):
    """One row, number 1: its primary key is the lock that lets only one first visitor in."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=120)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=10, default="en")
    started_at = models.DateTimeField()

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="house_is_one"),)

    def __str__(self) -> str:
        return self.name


class AlreadyStarted(Exception):
    """Somebody else was first."""


def is_started() -> bool:
    """Whether anybody can sign in, or ever could: one query each on tiny tables."""
    return House.objects.exists() or User.objects.exclude(password="").exists()


def start(*, house: str, currency: str, name: str, email: str, password: str, habits: Mapping[str, Any]) -> User:
    """Make the house and its owner; `habits` are language, locale and time_zone.

    Raises AlreadyStarted, ValidationError.
    """
    if not is_currency(currency):
        raise ValidationError({"currency": [_("Choose a currency such as EUR or USD.")]})
    if is_started():
        raise AlreadyStarted
    from rapport.platform import records
    from rapport.platform.objects import registry

    language = str(habits.get("language") or LANGUAGES[0][0])
    with transaction.atomic():
        try:
            with transaction.atomic():
                House.objects.create(id=1, name=house[:120], currency=currency, language=language, started_at=now())
        except IntegrityError as error:
            raise AlreadyStarted from error
        install.install()
        # Of whom everything depends: they prove with more than a password who they are.
        Role.objects.filter(key__in=KEEPING).update(needs_factor=True)
        values = {"name": name, "email": email, "is_active": True, **habits}
        owner: User = records.create(system("first start"), registry.get("user"), values, reason=FIRST_START)
        owner.set_password(password)
        owner.save(update_fields=["password"])
        roles.give(owner.pk, "owner")
    currencies.forget()
    return owner


def name() -> str:
    """What the house is called."""
    return House.objects.values_list("name", flat=True).first() or "Rapport"


def default_currency() -> str:
    """What the first start proposes."""
    return str(settings.BASE_CURRENCY)
