"""Verifying: read everything sealed again, in order, and name the first entry that is not what it was."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection, transaction

from rapport.platform.audit import anchor, chain, guard, redact
from rapport.platform.audit.keys import Keys, NoKey, keys
from rapport.platform.audit.models import AuditSeal

if TYPE_CHECKING:
    from datetime import datetime

SEALS = 20  # read at a time: 20,000 rows at most in memory


@dataclass(frozen=True)
class Problem:
    """What does not hold: the number in the chain, and the row where there is one."""

    number: int
    what: str
    table: str = ""
    row: int | None = None

    def __str__(self) -> str:
        where = f" ({self.table} {self.row})" if self.row is not None else ""
        return f"entry {self.number}{where}: {self.what}"


@dataclass
class Result:
    """How far it holds: `count` entries up to `head`, and the first `problem`. `warnings` break nothing yet."""

    count: int = 0
    seals: int = 0
    head: str = ""
    problem: Problem | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.problem is None


def verify(*, since: datetime | None = None) -> Result:
    """Everything, or what was sealed since a moment (then the chain before it is taken as it stands)."""
    result = Result()
    try:
        ring = keys()
    except NoKey as error:
        if AuditSeal.objects.exists() or any(anchor.known()):
            result.problem = Problem(1, str(error))
        return result
    result.problem = _problem(ring, since, result)
    result.warnings += [
        f"The database no longer refuses changes: the trigger {name} is missing." for name in guard.missing()
    ]
    return result


def _problem(ring: Keys, since: datetime | None, result: Result) -> Problem | None:
    before = AuditSeal.objects.filter(at__lt=since).order_by("-number").first() if since else None
    sealed: Counter[str] = Counter()
    anchors = _anchors()
    for seal in _seals(before.number if before else 0):
        problem = _order(seal, before) or _rows(ring, seal) or _head(ring, seal, before, anchors)
        if problem is not None:
            return problem
        result.count, result.seals = result.count + seal.count, result.seals + 1
        sealed[seal.table] += seal.count
        before = seal
    result.head = bytes(before.head).hex() if before else ""
    last, number = (before.first + before.count - 1, before.number) if before else (0, 0)
    cut = min((one.last for at, kept in anchors.items() if at > number for one in kept), default=None)
    if cut is not None:
        return Problem(last + 1, f"what was anchored up to entry {cut} is missing from here on")
    return None if since else _in_between(sealed)


def _anchors() -> dict[int, list[anchor.Anchor]]:
    found: dict[int, list[anchor.Anchor]] = {}
    for one in anchor.known():
        kept = found.setdefault(one.number, [])
        if one.head not in [other.head for other in kept]:
            kept.append(one)
    return found


def _seals(after: int) -> Iterator[AuditSeal]:
    while page := list(AuditSeal.objects.filter(number__gt=after).order_by("number")[:SEALS]):
        yield from page
        after = page[-1].number


def _order(seal: AuditSeal, before: AuditSeal | None) -> Problem | None:
    number, first = (before.number + 1, before.first + before.count) if before else (1, 1)
    if seal.number != number or seal.first != first:
        return Problem(first, f"seal {number} is missing or was moved")
    return None


def _rows(ring: Keys, seal: AuditSeal) -> Problem | None:
    secret = ring.known.get(seal.key)
    if secret is None:
        return Problem(seal.first, f"sealed with the key {seal.key}, which is not one of ours")
    ids, tags = chain.unpacked(seal.ids), bytes(seal.tags)
    if seal.table not in chain.TABLES:
        return Problem(seal.first, "its seal was changed")
    rows = _fetch(seal.table, ids)
    for place, pk in enumerate(ids):
        row, kept = rows.get(pk), tags[place * chain.TAG : (place + 1) * chain.TAG]
        number = seal.first + place
        if row is None:
            return Problem(number, "is missing", seal.table, pk)
        if chain.tag(secret, seal.table, number, row) != kept and not _was_erased(ring, seal.table, row):
            return Problem(number, "was changed", seal.table, pk)
    return None


def _fetch(table: str, ids: list[int]) -> dict[int, chain.Row]:
    """Rows by id; one that the driver cannot even read (bytes that are no text) is there and is not what it was."""
    try:
        with transaction.atomic():
            return chain.fetch(table, ids)
    except DatabaseError:
        if len(ids) == 1:
            return {ids[0]: (ids[0], "cannot be read")}
        half = len(ids) // 2
        return _fetch(table, ids[:half]) | _fetch(table, ids[half:])


def _was_erased(ring: Keys, table: str, row: chain.Row) -> bool:
    return table == "event" and redact.accounted_for(ring, row)


def _head(
    ring: Keys, seal: AuditSeal, before: AuditSeal | None, anchors: dict[int, list[anchor.Anchor]]
) -> Problem | None:
    expected = chain.head(ring.known[seal.key], bytes(before.head) if before else b"", seal)
    if not hmac.compare_digest(expected, bytes(seal.head)) or len(bytes(seal.ids)) != seal.count * chain.ID:
        return Problem(seal.first, f"its seal {seal.number} was changed")
    if any(one.head != expected.hex() for one in anchors.get(seal.number, ())):
        return Problem(seal.first, f"seal {seal.number} is not the one that was anchored")
    return None


def _in_between(sealed: Counter[str]) -> Problem | None:
    """Rows put among those that are sealed: there are more than the seals speak of."""
    for table, model in chain.TABLES.items():
        last = AuditSeal.objects.filter(table=table).order_by("-number").values_list("last_id", flat=True).first()
        if last is None:
            continue
        name, inside = model._meta.db_table, '("transaction", id) <= (SELECT "transaction", id FROM {0} WHERE id = %s)'
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {name} WHERE {inside.format(name)}", [last])  # noqa: S608  # of the model
            if cursor.fetchone()[0] != sealed[table]:
                return _first_between(table)
    return None


def _first_between(table: str) -> Problem | None:
    """The first row that no seal names; asked only where there is one, and seal by seal."""
    before: tuple[int, int] | None = None
    seals = AuditSeal.objects.filter(table=table).order_by("number")
    for number, first, last_id in list(seals.values_list("pk", "first", "last_id")):
        ids = set(chain.unpacked(AuditSeal.objects.values_list("ids", flat=True).get(pk=number)))
        found, before = _between(table, before, last_id)
        stranger = next(((place, pk) for place, pk in enumerate(found) if pk not in ids), None)
        if stranger is not None:
            place, pk = stranger
            return Problem(first + place, "was put in between; it was never sealed", table, pk)
    return None


def _between(table: str, after: tuple[int, int] | None, last_id: int) -> tuple[list[int], tuple[int, int]]:
    """The ids behind a place up to a row, in order, and the place of that row."""
    name = chain.TABLES[table]._meta.db_table
    above, params = ('("transaction", id) > (%s, %s) AND ', list(after)) if after else ("", [])
    with connection.cursor() as cursor:
        # Names of the models; values are bound.
        cursor.execute(f'SELECT "transaction", id FROM {name} WHERE id = %s', [last_id])  # noqa: S608
        end = cursor.fetchone()
        upto = f'{above}("transaction", id) <= (%s, %s) ORDER BY "transaction", id'
        cursor.execute(f"SELECT id FROM {name} WHERE {upto}", [*params, *end])  # noqa: S608
        return [row[0] for row in cursor.fetchall()], end
