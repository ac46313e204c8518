"""Worlds of toys: random but repeatable records of the toy nouns, in memory and in the database at once.

A world is small and its values are few, so that comparisons hit, miss and meet nothing about equally often. `visible`
is written from the description of access, not from its code.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.platform import currencies, tags
from rapport.platform.access import Actor, Rights
from rapport.platform.access.models import ACTIONS, CLASSES
from rapport.platform.accounts.models import Membership, Team, User
from rapport.platform.culture import Culture
from rapport.platform.fields import Calculated, Ref, fields_of
from rapport.platform.objects import Object
from tests.toyshop.models import INDUSTRIES, KINDS, PLAYS, STAGES, USES, Maker, Play, Toy

NOW = datetime(2026, 3, 30, 9, 30, tzinfo=UTC)  # the Monday after the clocks went forward in Europe
ZONE = ZoneInfo("Europe/Berlin")
MODELS: dict[str, type[Any]] = {"user": User, "team": Team, "maker": Maker, "toy": Toy, "play": Play}
NAMES = (
    "Acme",
    "acme",
    "Ärger & Söhne",
    "ärger & söhne",
    "100% Wood",
    "Under_score",
    'Say "hi"',
    "O'Brien",
    "me",
    "Bär",
)
WORDS = ("", *NAMES, "back\\slash", "Straße", "zebra")
RATES = {"USD": Decimal("0.5"), "CHF": Decimal(2)}  # JPY is left without one
Record = dict[str, Any]


@dataclass
class ToyWorld:
    """Records by base Object key; who is in which team. Follows the `World` protocol of the evaluator for one actor."""

    tables: dict[str, list[Record]]
    membership: dict[int, set[int]]
    actor: Actor | None = None
    _by_id: dict[tuple[str, int], Record] = field(default_factory=dict)

    def seen_by(self, actor: Actor) -> ToyWorld:
        return ToyWorld(self.tables, self.membership, actor, self._by_id)

    def records(self, obj: Object) -> Iterable[Record]:
        return self.tables.get(obj.key, [])

    def members(self, team_ids: Sequence[int]) -> set[int]:
        return {user for user, teams in self.membership.items() if teams & set(team_ids)}

    def worth(self, money: Money) -> Decimal | None:
        rate = Decimal(1) if money.currency == currencies.base_currency() else RATES.get(money.currency)
        return None if rate is None else (money.amount * rate).quantize(Decimal("0.0001"))

    def visible(self, obj: Object, record: Mapping[str, Any]) -> bool:
        """By scope, and for what has parents through one of them."""
        actor = self.actor
        assert actor is not None
        scope = actor.rights.scope(obj.access_key, "read")
        mine = any(record.get(key) == actor.user_id for key in obj.base.mine)
        own = actor.user_id is not None and mine
        reached = {"none": False, "own": own, "team": own or record.get("team") in actor.team_ids, "all": True}[scope]
        return reached and self._parents_visible(obj, record)

    def _parents_visible(self, obj: Object, record: Mapping[str, Any]) -> bool:
        parents = [(obj.fields[key].target, record[key]) for key in obj.base.parents]  # type: ignore[attr-defined]
        filled = [(target, ident) for target, ident in parents if ident is not None]
        return not filled or any(self.visible(target, self.get(target.key, ident)) for target, ident in filled)

    def get(self, key: str, ident: int) -> Record:
        if not self._by_id:
            self._by_id.update({(name, row["id"]): row for name, rows in self.tables.items() for row in rows})
        return self._by_id[key, ident]


# --- making one --------------------------------------------------------------------------------------------------


def make_world(seed: int, *, toys: int = 24) -> ToyWorld:
    """A world of a few users, teams and makers, `toys` toys and twice as many plays; the same for the same seed."""
    chance = random.Random(seed)
    maker = _Maker(chance)
    users, teams, makers = range(1, 6), range(1, 4), range(1, 13)
    tables = {
        "team": [maker.team(i) for i in teams],
        "user": [maker.user(i, users, teams) for i in users],
        "maker": [maker.maker(i, makers, users, teams) for i in makers],
        "toy": [maker.toy(i, makers, users, teams) for i in range(1, toys + 1)],
        "play": [maker.play(i, toys, makers, users, teams) for i in range(1, 2 * toys + 1)],
    }
    for toy in tables["toy"]:
        toy["played"] = sum(play["toy"] == toy["id"] and play["archived_at"] is None for play in tables["play"])
    membership = {user: set(chance.sample(list(teams), chance.randint(0, 2))) for user in users}
    return ToyWorld(tables, membership)


def actors(world: ToyWorld) -> list[Actor]:
    """Somebody who may everything, a team's, a lone one's, one who may not see makers and users or sensitive fields."""
    every = {"*": dict.fromkeys(CLASSES, "write")}
    standard = {"*": {"public": "read", "standard": "read", "personal": "read"}}
    plain = {"*": {"public": "read", "standard": "read"}}
    full = {"*": dict.fromkeys(ACTIONS, "all")}
    team = {"*": {"read": "team"}, "user": {"read": "all"}, "team": {"read": "all"}}
    lone = {"toy": {"read": "own"}, "play": {"read": "all"}, "maker": {"read": "team"}, "user": {"read": "own"}}
    blind = {"toy": {"read": "all"}, "play": {"read": "all"}}
    return [
        _actor(world, 1, full, every),
        _actor(world, 2, team, every),
        _actor(world, 3, lone, standard),
        _actor(world, 4, blind, plain),
    ]


def _actor(world: ToyWorld, user: int, grants: Any, classes: Any) -> Actor:
    teams = tuple(sorted(world.membership[user]))
    rights = Rights((grants,), (classes,))
    return Actor(user, f"User {user}", "web", rights, teams, culture=Culture("en_GB", ZONE))


class _Maker:
    """Records with values drawn from small pools, nothing at all one time in five."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def maybe(self, pool: Sequence[Any], nothing: Any = None) -> Any:
        return nothing if self.chance.random() < 0.2 else self.chance.choice(pool)

    def several(self, pool: Sequence[Any], most: int = 3) -> list[Any]:
        return sorted(self.chance.sample(list(pool), self.chance.randint(0, min(most, len(pool)))))

    def moment(self) -> datetime:
        """Near now, near midnights of the zone, in either offset, or long ago."""
        near = [
            NOW,
            NOW - timedelta(days=14),
            NOW + timedelta(days=3),
            datetime(2026, 3, 29, 22, 30, tzinfo=UTC),
            datetime(2026, 3, 28, 23, 30, tzinfo=UTC),
        ]
        start = self.chance.choice([*near, datetime(2024, 2, 29, 12, tzinfo=UTC)])
        minutes = self.chance.choice([0, 0, 1, -1, 90, -1440, 60 * 24 * 40, -60 * 24 * 95])
        return start + timedelta(minutes=minutes, microseconds=self.chance.choice([0, 0, 500_000]))

    def day(self) -> date:
        return self.moment().date()

    def money(self) -> Money:
        amount = self.chance.choice(["0", "-5", "10", "20", "100.5", "1000", "9999.9999"])
        return Money(Decimal(amount), self.chance.choice(["EUR", "EUR", "USD", "CHF", "JPY"]))

    def record(self, ident: int, users: Sequence[int], teams: Sequence[int]) -> Record:
        return {
            "id": ident,
            "uid": UUID(int=self.chance.getrandbits(128), version=4),
            "owner": self.maybe(users),
            "team": self.maybe(teams),
            "tags": self.several(["VIP", "beta", "Über", "old news"], 2),
            "created_at": self.moment(),
            "created_by": self.maybe(users),
            "updated_at": self.moment(),
            "updated_by": self.maybe(users),
            "archived_at": self.moment() if self.chance.random() < 0.2 else None,
        }

    def team(self, ident: int) -> Record:
        return {**self.record(ident, [1], [1]), "name": f"Team {ident}", "parent": None, "lead": None, "tags": []}

    def user(self, ident: int, users: Sequence[int], teams: Sequence[int]) -> Record:
        own = {"name": ["Anna Berg", "bo", "Çelik", "me", "Zoë"][ident - 1], "email": "", "is_active": ident != 5}
        own |= {"manager": None, "language": "en", "locale": "en_GB", "time_zone": "UTC", "theme": "system"}
        return {**self.record(ident, users, teams), **own, "tags": []}

    def maker(self, ident: int, makers: Sequence[int], users: Sequence[int], teams: Sequence[int]) -> Record:
        city = self.maybe(["Berlin", "Köln", "berlin"], "")
        return {
            **self.record(ident, users, teams),
            "name": self.chance.choice(NAMES),
            "kind": self.chance.choice([option.key for option in KINDS]),
            "industry": self.maybe([key for key, _label in INDUSTRIES], ""),
            "people": self.maybe([0, 1, 3, 250, 2**40]),
            "founded_on": self.maybe([self.day()]),
            "parent": self.maybe(makers),
            "address": PostalAddress("", "", "", city, "", self.maybe(["DE", "AT"], "")),
            "email": self.maybe(["info@acme.example", "bo@example.org"], ""),
            "tax_number": self.maybe(["DE1", "DE2"], ""),
        }

    def toy(self, ident: int, makers: Sequence[int], users: Sequence[int], teams: Sequence[int]) -> Record:
        return {
            **self.record(ident, users, teams),
            "number": f"T-{1000 + ident}" if self.chance.random() < 0.9 else None,
            "name": self.chance.choice(NAMES),
            "maker": self.maybe(makers),
            "tester": self.maybe(users),
            "stage": self.maybe([option.key for option in STAGES], ""),
            "uses": sorted(self.several([key for key, _label in USES])),
            "price": self.maybe([self.money(), self.money()]),
            "margin": self.maybe([Decimal(0), Decimal("12.5"), Decimal("25.00"), Decimal(100)]),
            "weight": self.maybe([Decimal("0.100"), Decimal("0.3"), Decimal("2.500"), Decimal("-1.001")]),
            "pieces": self.maybe([0, 1, 2, 3, 500, -(2**40)]),
            "build_time": self.maybe([timedelta(), timedelta(minutes=90), timedelta(days=2)]),
            "launched_on": self.maybe([self.day(), self.day()]),
            "sold_at": self.maybe([self.moment(), self.moment()]),
            "open": self.chance.random() < 0.6,
            "contact": self.maybe(["info@acme.example", "bo@example.org"], ""),
            "hotline": self.maybe(["+493012345678", "+431234567"], ""),
            "site": self.maybe(["https://acme.example/", "https://example.org/a_b?c=%20"], ""),
            "note": self.maybe(WORDS, ""),
            "story": self.maybe(["<p>Hello</p>", "<p>ÄÖÜ</p>"], ""),
            "manual": None,
            "resellers": self.several(makers),
            "secret_recipe": self.maybe(WORDS, ""),
        }

    def play(self, ident: int, toys: int, makers: Sequence[int], users: Sequence[int], teams: Sequence[int]) -> Record:
        about = [Ref("toy", self.chance.randint(1, toys)), Ref("maker", self.chance.choice(makers))]
        return {
            **self.record(ident, users, teams),
            "subject": self.chance.choice(NAMES),
            "kind": self.maybe([key for key, _label in PLAYS], ""),
            "toy": self.maybe(range(1, toys + 1)),
            "about": self.maybe(about),
            "players": self.several(makers, 2),
            "occurred_at": self.maybe([self.moment()]),
            "done_at": self.maybe([self.moment()]),
            "length": self.maybe([timedelta(minutes=30), timedelta(hours=3)]),
            "score": self.maybe([0, 1, 2, 3, 10]),
            "fee": self.maybe([self.money()]),
        }


# --- storing one -------------------------------------------------------------------------------------------------


def store(world: ToyWorld) -> None:
    """Put the world's records into the (empty) database, without Events."""
    for currency, rate in RATES.items():
        currencies.set_rate(currency, date(2000, 1, 1), rate)
    for key in ("team", "user", "maker", "toy", "play"):
        MODELS[key].objects.bulk_create([_instance(key, record) for record in world.tables[key]])
    for key in ("maker", "toy", "play"):
        _store_links(key, world.tables[key])
    pairs = [(user, team) for user, teams in world.membership.items() for team in sorted(teams)]
    Membership.objects.bulk_create([Membership(user_id=user, team_id=team) for user, team in pairs])


def _instance(key: str, record: Record) -> Any:
    """A model instance; a record pointed at may come later, as both databases look at the end of the transaction."""
    model = MODELS[key]
    columns: dict[str, object] = {"id": record["id"], "uid": record["uid"]}
    for name, kept in fields_of(model).items():
        if not kept.outside:
            columns.update(kept.to_columns(record[name]))
    if key == "user":
        columns |= {"email": None, "password": "!"}
    return model(**columns)


def _store_links(key: str, records: Sequence[Record]) -> None:
    tags.save(MODELS[key], {record["id"]: record["tags"] for record in records})
    for name, kept in fields_of(MODELS[key]).items():
        if kept.outside and not isinstance(kept, Calculated) and name != "tags":
            kept.save_links({record["id"]: record[name] for record in records})
