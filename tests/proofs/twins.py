"""Two worlds that differ only in what one actor may not see.

Both are made from the same records with the same ids, uids and times; the second says something else in every hidden
cell, and every hidden row. What differs by nature (the clock, random ids) is held still while a world is made, so that
answers can be compared byte for byte. Each hidden text carries the needle: it must not stand in any answer.
"""

from __future__ import annotations

import copy
import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from rapport.base import clock, ids
from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.platform import access, culture, records, search
from rapport.platform.access import Actor, Rights, actor_for
from rapport.platform.access.actor import rights_changed
from rapport.platform.access.models import ACTIONS, CLASSES, FieldRule, Grant, Role
from rapport.platform.accounts import tokens
from rapport.platform.accounts.models import TeamClosure, User
from rapport.platform.events.models import Event
from rapport.platform.fields import Calculated, Field
from rapport.platform.notifications.models import Follow
from rapport.platform.notifications.reaction import notify
from rapport.platform.objects import registry
from tests import toys

NEEDLE = "needle"
SEED, READER = 5, 3
KEYS = ("maker", "toy", "play")
SYSTEM = access.system("test")
EVERY = dict.fromkeys(CLASSES, "write")
PLAIN = {"public": "write", "standard": "write"}
HOUSE = {"user": {"read": "all"}, "team": {"read": "all"}}
WIDE = dict.fromkeys(ACTIONS, "all")
# Who asks: {place: {action: scope}} and {place: {class: level}}.
ROLES: dict[str, tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]] = {
    "of a team, some fields": ({**HOUSE, "*": dict.fromkeys(ACTIONS, "team")}, {"*": PLAIN}),
    "lone": (
        {**HOUSE, "toy": dict.fromkeys(ACTIONS, "own"), "play": WIDE, "maker": dict.fromkeys(ACTIONS, "team")},
        {"*": {**PLAIN, "personal": "read"}},
    ),
    "without makers": ({**HOUSE, "toy": WIDE, "play": WIDE}, {"*": EVERY}),
    "every row, some fields": ({"*": WIDE}, {"*": PLAIN, "toy": {"public": "read", "standard": "read"}}),
}


@dataclass
class Asked:
    """One of the two worlds, while it stands: who asks, by which browser, with which token."""

    actor: Actor
    browser: Client
    secret: str


@contextmanager
def world(role: str, *, twin: bool) -> Iterator[Asked]:
    """Make a world of its own, gone again when the block ends."""
    with clock.freeze(toys.NOW), _still(), transaction.atomic():
        if connection.vendor == "postgresql":
            _begin_numbers()
        made = _make(role, twin=twin)
        with culture.use(made.actor.culture):
            yield made
        transaction.set_rollback(True)
    rights_changed_in_memory()


@contextmanager
def _still() -> Iterator[None]:
    """Ids and bits of chance in the same order each time."""
    with pytest.MonkeyPatch.context() as patch:
        numbers, bits = count(1), random.Random(1)
        patch.setattr(ids._sequence, "next", lambda millisecond: (millisecond, next(numbers)))
        patch.setattr(secrets, "randbits", bits.getrandbits)
        patch.setattr(secrets, "token_bytes", lambda size=32: bits.randbytes(size))
        patch.setattr(secrets, "token_hex", lambda size=32: bits.randbytes(size).hex())
        patch.setattr(secrets, "token_urlsafe", lambda size=32: bits.randbytes(size).hex())
        patch.setattr(secrets, "choice", bits.choice)
        patch.setattr("uuid.uuid4", lambda: UUID(int=next(numbers)))
        patch.setattr("rapport.platform.views.middleware.uuid4", lambda: UUID(int=next(numbers)))
        yield


def _begin_numbers() -> None:
    """A sequence of PostgreSQL keeps what a rolled back transaction took."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(c.oid::regclass, 100000) FROM pg_class c WHERE c.relkind = 'S'")


def rights_changed_in_memory() -> None:
    from rapport.platform.access import actor

    actor._memory.clear()


def _make(role: str, *, twin: bool) -> Asked:
    base = toys.make_world(SEED)
    rules = ROLES[role]
    as_reader = Actor(READER, "Reader", "web", Rights((rules[0],), (rules[1],)), tuple(base.membership[READER]))
    changed = differing(base, as_reader) if twin else base
    toys.store(changed)
    TeamClosure.objects.bulk_create(
        [TeamClosure(ancestor_id=team, descendant_id=team, depth=0) for team in range(1, 4)]
    )
    _advance_keys()
    _give(role, rules)
    for key in KEYS:
        search.rebuild(registry.get(key))
    _tell(changed, as_reader, twin=twin)
    User.objects.filter(pk=READER).update(email="reader@house.example", password="!" + "x" * 40, is_active=True)
    _token, secret = tokens.make(User.objects.get(pk=READER), "proof")
    rights_changed_in_memory()
    browser = Client(raise_request_exception=True)
    browser.force_login(User.objects.get(pk=READER), backend="django.contrib.auth.backends.ModelBackend")
    actor = actor_for(READER, "web")
    assert actor is not None
    return Asked(actor, browser, secret)


def _advance_keys() -> None:
    """Records were stored with ids of their own; new ones come behind them."""
    if connection.vendor == "postgresql":
        return
    # SQLite goes on behind the largest id by itself; the twin may have more rows, so both leave the same room.
    with connection.cursor() as cursor:
        for key in KEYS:
            cursor.execute("UPDATE sqlite_sequence SET seq = 5000 WHERE name = %s", [registry.get(key).table])


def _give(role: str, rules: tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]) -> None:
    made = Role.objects.create(key="asked", name=role)
    grants = [
        Grant(role=made, object=at, action=action, scope=to)
        for at, row in rules[0].items()
        for action, to in row.items()
    ]
    Grant.objects.bulk_create(grants)
    FieldRule.objects.bulk_create(
        [
            FieldRule(role=made, object=at, sensitivity=name, level=to)
            for at, row in rules[1].items()
            for name, to in row.items()
        ]
    )
    made.users.add(READER)
    rights_changed()


# --- what differs -----------------------------------------------------------------------------------------------------


def differing(base: toys.ToyWorld, reader: Actor) -> toys.ToyWorld:
    """The same world with other values wherever the reader may not look, and more rows they cannot see."""
    seen = base.seen_by(reader)
    chance = random.Random(99)  # repeatable on purpose
    tables = copy.deepcopy(base.tables)
    for key in KEYS:
        obj = registry.get(key)
        for old, record in zip(base.tables[key], tables[key], strict=True):
            row_hidden = not seen.visible(obj, old)
            for name, field in obj.fields.items():
                hidden = row_hidden or reader.rights.level(key, field.sensitivity) == 0
                if hidden and (other := other_value(field, record.get(name), chance)) is not None:
                    record[name] = other
            if row_hidden:
                record["updated_at"] = record["updated_at"] + timedelta(days=1)
                record["tags"] = [f"{NEEDLE} tag {chance.randint(1, 9)}"]
                if key != "play":  # a play that is archived counts no more for its toy, which may be seen
                    record["archived_at"] = None if record["archived_at"] else toys.NOW
    found = toys.ToyWorld(tables, base.membership)
    _add_hidden(found, reader, chance)
    return found


def other_value(field: Field[Any], value: Any, chance: random.Random) -> Any:
    """Something else the field may hold; None where another value would change who may see what, or is derived."""
    if isinstance(field, Calculated) or field.family in ("reference", "references", "tags") or field.kind == "file":
        return None
    if field.key in ("created_at", "updated_at", "created_by", "updated_by", "number", "id", "uid", "archived_at"):
        return None
    word = f"{NEEDLE}{chance.randint(1, 10**6)}"
    match field.kind:
        case "text" | "long_text" | "rich_text":
            return word
        case "email":
            return f"{word}@{NEEDLE}.example"
        case "url":
            return f"https://{word}.example/"
        case "phone":
            return f"+49301{chance.randint(10**6, 10**7 - 1)}"
        case "address":
            return PostalAddress(word, "", "", word, "", "CH")
        case "money":
            return Money(Decimal(chance.randint(1, 10**6)), "EUR")
        case "number":
            return chance.randint(1, 10**6)
        case "decimal" | "percent":
            return Decimal(chance.randint(1, 99))
        case "duration":
            return timedelta(minutes=chance.randint(1, 10**4))
        case "date":
            return toys.NOW.date() - timedelta(days=chance.randint(1, 900))
        case "datetime":
            return toys.NOW - timedelta(days=chance.randint(1, 900))
        case "boolean":
            return not value
        case "choice" if field.key != "kind":
            return chance.choice([option.key for option in field.options])  # type: ignore[attr-defined]  # a Choice
    return None


def _add_hidden(found: toys.ToyWorld, reader: Actor, chance: random.Random) -> None:
    """Copies of rows that the reader cannot see, under new ids."""
    for key in KEYS:
        obj = registry.get(key)
        seen = found.seen_by(reader)
        hidden = [row for row in found.tables[key] if not seen.visible(obj, row)]
        for number, row in enumerate(hidden[:5]):
            if key == "play" and row["toy"] and seen.visible(registry.get("toy"), seen.get("toy", row["toy"])):
                continue  # stored sums over plays are derived for everybody who sees the toy
            new = copy.deepcopy(row)
            new |= {"id": 1000 + number, "uid": UUID(int=chance.getrandbits(128), version=4)}
            if key == "toy":
                new |= {"number": None, "played": 0}
            found.tables[key].append(new)


# --- what happened ----------------------------------------------------------------------------------------------------

TOLD = (("toy", "note", "secret_recipe"), ("maker", "name", "tax_number"), ("play", "subject", ""))


def _tell(made: toys.ToyWorld, reader: Actor, *, twin: bool) -> None:
    """Changes on the write path, followed by the reader: Events, and notifications of what they may know.

    They once followed every record, also those they lost since.
    """
    word = f"{NEEDLE} second" if twin else f"{NEEDLE} first"
    seen = made.seen_by(reader)
    for key, plain, sensitive in TOLD:
        obj = registry.get(key)
        rows = {row.pk: row for row in obj.model._default_manager.filter(pk__lt=1000).order_by("pk")}
        Follow.objects.bulk_create(
            [Follow(object=key, record_id=pk, user_id=READER, following=True, at=toys.NOW) for pk in rows]
        )
        for record in made.tables[key]:
            if record["id"] in rows and record["id"] % 3 == 0:
                hidden = not seen.visible(obj, record)
                values = {plain: f"{word if hidden else 'seen'} {record['id']}"}
                if sensitive in registry.of_record(rows[record["id"]]).editable:
                    hidden = hidden or reader.rights.level(key, "sensitive") == 0
                    values[sensitive] = f"{word if hidden else 'open'} {record['id']}"
                records.update(SYSTEM, rows[record["id"]], values)
    for event in Event.objects.order_by("id"):
        notify(event)
