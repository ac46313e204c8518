"""A sealed trail to break: entries and Events with gaps between their ids, in many small seals."""

from __future__ import annotations

import random
from typing import Any

from django.db import connection

from rapport.platform import audit
from rapport.platform.audit import anchor, chain, seal
from rapport.platform.audit.models import AuditEntry, AuditSeal
from rapport.platform.events.models import Event
from tests.make import SYSTEM, make_user


def settle() -> None:
    """On PostgreSQL nothing of a transaction that is still open is settled: as if it were of an older server."""
    AuditEntry.objects.update(transaction=0)
    Event.objects.update(transaction=0)


def make_trail(entries: int, users: int) -> None:
    """Entries and Events, sealed; every id is followed by a gap."""
    for number in range(entries):
        records = {"user": range(1, number % 5 + 2)} if number % 3 == 0 else None
        audit.record(SYSTEM, "read", object="user", record=number, records=records, detail={"fields": [str(number)]})
    for _ in range(users):
        make_user()
    for table in ("platform_auditentry", "platform_event"):
        _spread(table)
    settle()
    seal.seal_all()
    anchor.keep(anchor.latest())


def _spread(table: str) -> None:
    """Ids 10, 20, 30 …, wherever the sequence of this database stood; by way of ids that are not in use."""
    execute(f"UPDATE {table} SET id = -10 * (id - (SELECT MIN(id) FROM {table}) + 1)")  # noqa: S608
    execute(f"UPDATE {table} SET id = -id")  # noqa: S608
    if connection.vendor == "postgresql":
        execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")  # noqa: S608


def rows() -> list[tuple[str, int]]:
    """(table, id) of number 1, 2, 3 …"""
    found: list[tuple[str, int]] = []
    for one in AuditSeal.objects.order_by("number"):
        found += [(one.table, pk) for pk in chain.unpacked(one.ids)]
    return found


def execute(text: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, params)


def table_of(kind: str) -> str:
    return chain.TABLES[kind]._meta.db_table


def attack(chance: random.Random) -> tuple[str, int]:
    """Break something; what was done, and the number of the first entry that is no longer what it was."""
    return chance.choice((flip, delete, insert, swap, truncate, rewrite, flip_seal, swap_seals, delete_seal))(chance)


TEXTS = {
    "entry": ("kind", "surface", "address", "detail", "records", "request"),
    "event": ("kind", "action", "surface"),
}
NUMBERS = {"entry": ("actor_id", "record_id", "behalf_id"), "event": ("actor_id", "record_id", "version", "run_id")}


def flip(chance: random.Random) -> tuple[str, int]:
    known = rows()
    number = chance.randint(1, len(known))
    kind, pk = known[number - 1]
    if chance.random() < 0.5:
        column = chance.choice(NUMBERS[kind])
        execute(f'UPDATE {table_of(kind)} SET "{column}" = COALESCE("{column}", 0) + 1 WHERE id = %s', pk)  # noqa: S608
    else:
        column = chance.choice(TEXTS[kind])
        changed = f'CASE WHEN "{column}" = %s THEN %s ELSE %s END'
        execute(f'UPDATE {table_of(kind)} SET "{column}" = {changed} WHERE id = %s', "x", "y", "x", pk)  # noqa: S608
    return f"flip {column} of {kind} {pk}", number


def delete(chance: random.Random) -> tuple[str, int]:
    known = rows()
    number = chance.randint(1, len(known))
    kind, pk = known[number - 1]
    execute(f"DELETE FROM {table_of(kind)} WHERE id = %s", pk)  # noqa: S608
    return f"delete {kind} {pk}", number


def insert(chance: random.Random) -> tuple[str, int]:
    """A copy of a row between two others."""
    known = rows()
    kind = chance.choice(("entry", "event"))
    places = [number for number, (table, _pk) in enumerate(known, 1) if table == kind]
    number = chance.choice(places)
    pk = known[number - 1][1]
    names = ", ".join(f'"{one.column}"' for one in chain.TABLES[kind]._meta.concrete_fields if one.name != "id")
    text = f"INSERT INTO {table_of(kind)} (id, {names}) SELECT %s, {names} FROM {table_of(kind)} WHERE id = %s"  # noqa: S608
    execute(text, pk - chance.randint(1, 9), pk)
    return f"insert before {kind} {pk}", number


def swap(chance: random.Random) -> tuple[str, int]:
    """Two rows of one table change places."""
    known = rows()
    kind = chance.choice(("entry", "event"))
    places = [number for number, (table, _pk) in enumerate(known, 1) if table == kind]
    one, other = sorted(chance.sample(places, 2))
    first, second = known[one - 1][1], known[other - 1][1]
    for old, new in ((first, -1), (second, first), (-1, second)):
        execute(f"UPDATE {table_of(kind)} SET id = %s WHERE id = %s", new, old)  # noqa: S608
    return f"swap {kind} {first} and {second}", one


def truncate(chance: random.Random) -> tuple[str, int]:
    """The end is cut off: seals, and the rows they speak of."""
    seals = list(AuditSeal.objects.order_by("number"))
    keep = chance.randint(0, len(seals) - 1)
    for one in seals[keep:]:
        for pk in chain.unpacked(one.ids):
            execute(f"DELETE FROM {table_of(one.table)} WHERE id = %s", pk)  # noqa: S608
    execute("DELETE FROM platform_auditseal WHERE number > %s", keep)
    return f"truncate after seal {keep}", seals[keep].first


def rewrite(chance: random.Random) -> tuple[str, int]:
    """Everything is sealed anew by somebody who has the database and no key."""
    known = rows()
    kind, pk = known[chance.randint(0, len(known) - 1)]
    execute(f"UPDATE {table_of(kind)} SET actor_id = 999 WHERE id = %s", pk)  # noqa: S608
    secret, before = chance.randbytes(48), b""
    for one in AuditSeal.objects.order_by("number"):
        ids = chain.unpacked(one.ids)
        found = chain.fetch(one.table, ids)
        one.tags = b"".join(chain.tag(secret, one.table, n, found[key]) for n, key in enumerate(ids, one.first))
        before = one.head = chain.head(secret, before, one)
        one.save()
    return "rewrite all", 1


def flip_seal(chance: random.Random) -> tuple[str, int]:
    one = chance.choice(list(AuditSeal.objects.all()))
    column = chance.choice(("at", "key", "head", "table", "tags"))
    first = one.first
    if column == "tags":
        place = chance.randrange(len(bytes(one.tags)))
        tags = bytearray(bytes(one.tags))
        tags[place] ^= 1 << chance.randrange(8)
        one.tags, first = bytes(tags), one.first + place // chain.TAG
    elif column == "head":
        one.head = bytes([bytes(one.head)[0] ^ 1]) + bytes(one.head)[1:]
    elif column == "at":
        one.at = one.at.replace(year=one.at.year - 1)
    else:
        setattr(one, column, "x" if column == "key" else "nothing")
    one.save()
    return f"flip {column} of seal {one.number}", first


def swap_seals(chance: random.Random) -> tuple[str, int]:
    """Two seals change places, each with the number of the other."""
    one, other = sorted(chance.sample(list(AuditSeal.objects.all()), 2), key=lambda seal: seal.number)
    for old, new in ((one.number, -1), (other.number, one.number), (-1, other.number)):
        execute("UPDATE platform_auditseal SET number = %s WHERE number = %s", new, old)
    return f"swap seals {one.number} and {other.number}", one.first


def delete_seal(chance: random.Random) -> tuple[str, int]:
    one = chance.choice(list(AuditSeal.objects.all()))
    execute("DELETE FROM platform_auditseal WHERE number = %s", one.number)
    return f"delete seal {one.number}", one.first
