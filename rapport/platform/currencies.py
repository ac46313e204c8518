"""Dated exchange rates and the base currency of the house.

A rate says how much of the base currency one unit of a currency was worth from a day on. Money is converted with the
latest rate on or before the day it is written. Without any rate the worth is unknown: None, never zero.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from rapport.base.clock import today

if TYPE_CHECKING:
    from datetime import date

    from rapport.base.money import Money


class Rate(models.Model):
    """One unit of `currency` is worth `rate` units of the base currency from `day` on."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        )

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} from {self.day}"


def base_currency() -> str:
    """The currency totals are given in: chosen at the first start, before that the setting RAPPORT_CURRENCY."""
    if not _chosen:
        found = _of_house(_generation())
        if found:
            _chosen.append(found)
        return found or str(settings.BASE_CURRENCY)
    return _chosen[0]


# Filled once the house has chosen; it never changes afterwards.
_chosen: list[str] = []


@lru_cache(maxsize=1)
def _of_house(generation: int) -> str:
    from rapport.platform.house import House

    return House.objects.values_list("currency", flat=True).first() or ""


def forget() -> None:
    """Read the choice again: after the first start, and between tests that make one."""
    _chosen.clear()
    _of_house.cache_clear()


def rate(currency: str, day: date | None = None) -> tuple[Decimal, date] | None:
    """(rate, the day it is from), the latest on or before `day`; None when there is none."""
    when = day or today()
    if currency == base_currency():
        return Decimal(1), when
    found = _latest(currency, when, _generation())
    return found


def to_base(money: Money, day: date | None = None) -> Decimal | None:
    """Worth in the base currency, 4 digits; None when no rate is known."""
    found = rate(money.currency, day)
    return None if found is None else (money.amount * found[0]).quantize(Decimal("0.0001"))


def set_rate(currency: str, day: date, value: Decimal) -> None:
    """Enter or correct a rate. Money written earlier keeps its worth until `recompute` runs."""
    Rate.objects.update_or_create(currency=currency, day=day, defaults={"rate": value})
    _latest.cache_clear()


def _generation() -> int:
    """Changes whenever another process entered a rate;
    one small indexed look-up, remembered for the process' minute.
    """
    from rapport.base.clock import now

    return int(now().timestamp() // 60)


@lru_cache(maxsize=4096)
def _latest(currency: str, when: date, generation: int) -> tuple[Decimal, date] | None:
    row = Rate.objects.filter(currency=currency, day__lte=when).order_by("-day").values_list("rate", "day").first()
    return None if row is None else (Decimal(row[0]), row[1])
