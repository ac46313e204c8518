"""The world the chapters share: the seeded dice, today, and what was made so far."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from rapport.base import clock
from rapport.base.text import slug
from rapport.demo import names
from rapport.platform import access, records
from rapport.platform.objects import registry

T = TypeVar("T")
SEED = 20


@dataclass
class World:
    """Everything made so far, by kind. `dice` decides all; nothing else is random."""

    today: date = field(default_factory=clock.today)
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))  # a story, not a secret
    actor: access.Actor = field(default_factory=lambda: access.system("demonstration", "demo"))
    users: dict[str, Any] = field(default_factory=dict)
    teams: dict[str, Any] = field(default_factory=dict)
    products: list[Any] = field(default_factory=list)
    firms: list[Any] = field(default_factory=list)
    households: list[Any] = field(default_factory=list)
    people: list[Any] = field(default_factory=list)
    # party id -> the people one talks to there
    staff_of: dict[int, list[Any]] = field(default_factory=dict)
    deals: list[Any] = field(default_factory=list)

    def load(self, key: str, rows: Sequence[dict[str, Any]], at: Sequence[datetime] | None = None) -> list[Any]:
        """Records of an Object, each made by its owner at its moment; in the order of the rows."""
        made: dict[int, Any] = {}
        owners: dict[int | None, list[int]] = {}
        for place, row in enumerate(rows):
            owner = row.get("owner")
            owners.setdefault(getattr(owner, "pk", owner), []).append(place)
        for owner_id, places in owners.items():
            moments = [at[place] for place in places] if at else None
            found = records.load(self.by(owner_id), registry.get(key), [rows[place] for place in places], at=moments)
            made |= dict(zip(places, found, strict=True))
        return [made[place] for place in range(len(rows))]

    def pick(self, several: list[T] | tuple[T, ...]) -> T:
        return self.dice.choice(several)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def day(self, ago_most: int, ago_least: int = 0) -> date:
        """A day between `ago_most` and `ago_least` days ago; negative is ahead."""
        return self.today - timedelta(days=self.dice.randint(ago_least, ago_most))

    def moment(self, day: date) -> datetime:
        """A minute of the working day."""
        day -= timedelta(days=max(day.weekday() - 4, 0))
        return datetime(
            day.year,
            day.month,
            day.day,
            self.dice.randint(7, 16),
            self.dice.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)),
            tzinfo=UTC,
        )

    def then(self, days: int) -> datetime:
        """This hour, so many days ago: when what follows is written."""
        return clock.now() - timedelta(days=days)

    def past(self, moment: datetime) -> datetime:
        """The same moment, never later than a few minutes ago: what has happened has happened."""
        latest = clock.now() - timedelta(minutes=self.dice.randint(5, 240))
        return min(moment, latest)

    def by(self, user_id: int | None) -> access.Actor:
        """One of us, acting with all rights: the story knows who did what."""
        known = next((user for user in self.users.values() if user.pk == user_id), None)
        return self.actor if known is None else replace(self.actor, user_id=known.pk, name=known.name)

    def user(self, mail: str) -> Any:
        return self.users[mail]

    def phone(self) -> str:
        """A number from the ranges the German regulator sets aside for film and television."""
        return (
            self.pick(("+493023125", "+494066969", "+496990009", "+492214710", "+498999998"))
            + f"{self.dice.randint(0, 999):03d}"
        )

    def address(self) -> dict[str, str]:
        code, city, street, country = self.pick(names.PLACES)
        return {
            "street": f"{street} {self.dice.randint(1, 120)}",
            "extra": "",
            "postal_code": code,
            "city": city,
            "region": "",
            "country": country,
        }


def mail(given: str, family: str, domain: str) -> str:
    """given.family@domain in plain letters."""
    return f"{slug(given)}.{slug(family)}@{domain}"
