"""First chapter: our own house. Teams, people with their roles, products, rates, two pipelines."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from rapport.base.money import Money
from rapport.demo import names
from rapport.demo.world import World
from rapport.platform import currencies, records
from rapport.platform.access import roles
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from rapport.sales.pipeline import Pipeline

if TYPE_CHECKING:
    from datetime import date

RATES = {"USD": Decimal("0.92"), "GBP": Decimal("1.17"), "CHF": Decimal("1.04"), "DKK": Decimal("0.134")}
HOMES = (
    ("Enquiry", "open", 15, 14),
    ("Visit", "open", 35, 21),
    ("Offer", "open", 60, 21),
    ("Signed", "won", 100, None),
    ("Withdrawn", "lost", 0, None),
)


def found(world: World) -> None:
    """Make the house."""
    _teams(world)
    _people(world)
    _rates(world.today)
    _products(world)
    _second_pipeline(world)


def _teams(world: World) -> None:
    for name, parent in names.TEAMS:
        world.teams[name] = records.create(
            world.actor, registry.get("team"), {"name": name, "parent": world.teams.get(parent)}
        )


def _people(world: World) -> None:
    password = make_password(names.PASSWORD)
    for given, family, local, team, role, leads in names.STAFF:
        values = {
            "name": f"{given} {family}",
            "email": f"{local}@{names.DOMAIN}",
            "is_active": True,
            "team": world.teams[team],
            "locale": "en_GB",
        }
        user = records.create(world.actor, registry.get("user"), values)
        User.objects.filter(pk=user.pk).update(password=password)
        roles.give(user.pk, role)
        world.users[local] = user
        if leads:
            records.update(world.actor, world.teams[team], {"lead": user})


def _rates(today: date) -> None:
    for months in range(13):
        for currency, rate in RATES.items():
            drift = Decimal(1) + Decimal((months * 7) % 5 - 2) / Decimal(200)
            currencies.set_rate(
                currency, today - timedelta(days=30 * months), (rate * drift).quantize(Decimal("0.0001"))
            )


def _products(world: World) -> None:
    rows = [
        {
            "name": name,
            "code": code,
            "series": series,
            "kind": kind,
            "price": Money(Decimal(price), "EUR"),
            "unit": unit,
        }
        for name, code, series, kind, price, unit in names.PRODUCTS
    ]
    world.products = records.load(world.actor, registry.get("product"), rows)


def _second_pipeline(world: World) -> None:
    if not Pipeline.objects.exists():
        from rapport.sales.pipeline import first_pipeline

        first_pipeline()
    pipeline = records.create(
        world.actor,
        registry.get("pipeline"),
        {"name": "Homes", "position": 2, "description": "Households and single persons"},
    )
    for position, (name, outcome, probability, limit) in enumerate(HOMES, start=1):
        values = {
            "name": name,
            "pipeline": pipeline,
            "position": position,
            "outcome": outcome,
            "probability": Decimal(probability),
            "limit_in_days": limit,
        }
        records.create(world.actor, registry.get("stage"), values)
