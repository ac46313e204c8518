"""E-mail and phone on a party's record and its primary contact points are the same, whichever of them is written.

Two projections meet: `points_follow_records` makes, changes or puts away the primary point when the record's value
changes; `records_follow_points` keeps one primary per kind and writes its value on the record. Each writes only what
differs, through the write path, so the echo of the other ends at once. Both work on whole batches.

A changed value changes the primary point in place (its Event keeps the old one): most changes are corrections. What is
a further address is a further point. A point found wrong, or put away, hands over to the next one.
"""

from __future__ import annotations

from collections import defaultdict
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from rapport.base.clock import now
from rapport.parties.consequence import chunks, consequence
from rapport.parties.contact_point import CONTACT_POINT, ContactPoint
from rapport.parties.party import PARTY, Party
from rapport.platform import records, search
from rapport.platform.records import Change, projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapport.platform.access import Actor

# Fields of the record that are also kinds of contact points.
KEPT = ("email", "phone")
SHOWS = ("primary", "value", "state", "archived_at", "party", "kind")
Values = dict[str, Any]
# Off while points are made that repeat what their records say.
_echo: ContextVar[bool] = ContextVar("points_echo", default=True)


@projection("party")
def points_follow_records(actor: Actor, changes: Sequence[Change]) -> None:
    """Make, change or put away primary points so that they say what the records say."""
    wanted = [
        (change, kind)
        for change in changes
        for kind in KEPT
        if (getattr(change.record, kind) if change.is_new else change.touches(kind))
    ]
    known = _points(change.record_id for change, _kind in wanted if not change.is_new)
    new: list[Values] = []
    differing: list[tuple[ContactPoint, Values]] = []
    for change, kind in wanted:
        value = getattr(change.record, kind)
        points = known.get((change.record_id, kind), [])
        if value and not any(point.value == value or point.primary for point in points):
            new.append({"party": change.record_id, "kind": kind, "value": value, "primary": True})
        else:
            differing += _agree(points, value)
    differing += _away_and_back(changes)
    engine = consequence(actor)
    _make(engine, new, {change.record_id: change.record for change in changes})
    records.load_updates(engine, CONTACT_POINT, differing, reactions=True)


def _make(engine: Actor, new: Sequence[Values], parties: Mapping[int, Party]) -> None:
    """Primary points as the records say. The echo is not asked for: an import would read back all it just wrote."""
    asked = _echo.set(False)
    try:
        made = records.load(engine, CONTACT_POINT, new, reactions=True)
    finally:
        _echo.reset(asked)
    # Only a value no form or file can give, one that was not in normal form, comes out different.
    shown: dict[int, Values] = defaultdict(dict)
    for point in made:
        if getattr(parties[point.party_id], point.kind) != point.value:
            shown[point.party_id][point.kind] = point.value
    records.load_updates(engine, PARTY, [(parties[pk], values) for pk, values in shown.items()], reactions=True)


def _agree(points: Sequence[ContactPoint], value: str) -> list[tuple[ContactPoint, Values]]:
    """What to change so that the primary one of these points has this value; "" puts it away."""
    primary = next((point for point in points if point.primary), None)
    same = next((point for point in points if point.value == value), None)
    if not value:
        return [(primary, {"primary": False, "archived_at": now()})] if primary else []
    if same is None:
        return [(primary, {"value": value, "state": "active"})] if primary else []
    others: list[tuple[ContactPoint, Values]] = [
        (point, {"primary": False}) for point in points if point.primary and point is not same
    ]
    return [(same, {"primary": True, "archived_at": None}), *others]


def _away_and_back(changes: Sequence[Change]) -> list[tuple[ContactPoint, Values]]:
    """Points go with a record that is put away, and those that went with it come back with it."""
    moved = {change.record_id: change for change in changes if not change.is_new and change.touches("archived_at")}
    found: list[tuple[ContactPoint, Values]] = []
    for (party_id, _kind), points in _points(moved, kinds=()).items():
        change = moved[party_id]
        went = change.before["archived_at"] if change.before else None
        found += [
            (point, {"archived_at": change.after["archived_at"]}) for point in points if point.archived_at == went
        ]
    return found


@projection("contact_point")
def records_follow_points(actor: Actor, changes: Sequence[Change]) -> None:
    """Keep one primary point per party and kind, and show its value on the record."""
    if not _echo.get():
        return
    pairs, chosen = _touched(changes)
    parties = {
        party.pk: party
        for ids in chunks({party_id for party_id, _kind in pairs})
        for party in Party.objects.filter(pk__in=ids, archived_at=None)
    }
    # The very instances just written are changed further, so that their writer sees the version that stands.
    known = _points(parties, instances={change.record_id: change.record for change in changes})
    flags: list[tuple[ContactPoint, Values]] = []
    shown: dict[int, Values] = defaultdict(dict)
    for party_id, kind in sorted(pairs):
        if party_id not in parties:
            continue
        points = known.get((party_id, kind), [])
        primary = _primary(points, chosen.get((party_id, kind)))
        flags += [(point, {"primary": point is primary}) for point in points if point.primary != (point is primary)]
        value = primary.value if primary else ""
        if getattr(parties[party_id], kind) != value:
            shown[party_id][kind] = value
    engine = consequence(actor)
    records.load_updates(engine, CONTACT_POINT, flags, reactions=True)
    records.load_updates(engine, PARTY, [(parties[pk], values) for pk, values in shown.items()], reactions=True)


@projection("contact_point")
def found_by_any_of_them(actor: Actor, changes: Sequence[Change]) -> None:
    """A party is found by its further addresses and numbers too, not only by those on its record."""
    moved = {
        party
        for change in changes
        if change.touches("value", "primary", "archived_at", "party") and not (change.is_new and change.record.primary)
        for party in {change.record.party_id, (change.before or {}).get("party", change.record.party_id)}
        if party is not None
    }
    if moved:
        search.reindex(PARTY, moved)


def _touched(changes: Sequence[Change]) -> tuple[set[tuple[int, str]], dict[tuple[int, str], int]]:
    """Which (party, kind) may show something else now, and the point somebody just made primary there."""
    pairs: set[tuple[int, str]] = set()
    chosen: dict[tuple[int, str], int] = {}
    for change in changes:
        if not change.touches(*SHOWS):
            continue
        point, before = change.record, change.before or {}
        pairs |= {
            (party, kind)
            for party in {point.party_id, before.get("party", point.party_id)}
            for kind in {point.kind, before.get("kind", point.kind)}
            if kind in KEPT and party is not None
        }
        if change.after.get("primary"):
            chosen[point.party_id, point.kind] = change.record_id
    return pairs, chosen


def _primary(points: Sequence[ContactPoint], chosen: int | None) -> ContactPoint | None:
    """The point to show: the one just chosen, the one shown so far, the oldest that works, any that is not wrong."""
    possible = [point for point in points if not point.is_archived and point.state != "wrong"]
    ranked = sorted(possible, key=lambda point: (point.pk != chosen, not point.primary, not point.usable, point.pk))
    return ranked[0] if ranked else None


def _points(
    party_ids: Iterable[int],
    *,
    kinds: tuple[str, ...] = KEPT,
    instances: Mapping[int, ContactPoint] | None = None,
) -> dict[tuple[int, str], list[ContactPoint]]:
    """Points by party and kind, the oldest first; () for every kind."""
    found: dict[tuple[int, str], list[ContactPoint]] = defaultdict(list)
    for ids in chunks(party_ids):
        rows = ContactPoint.objects.filter(party_id__in=ids).order_by("pk")
        for row in rows.filter(kind__in=kinds) if kinds else rows:
            point = (instances or {}).get(row.pk, row)
            found[row.party_id or 0, row.kind].append(point)
    return found
