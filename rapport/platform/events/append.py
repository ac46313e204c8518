"""Appending Events: only the write path does it, in the transaction of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.base.clock import now
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.record import Record

# Kept by every write and told by the Event's own columns.
SILENT = frozenset({"created_at", "created_by", "updated_at", "updated_by"})


def append(
    actor: Actor,
    obj: Object,
    record: Record,
    *,
    kind: str,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    reason: str = "",
    at: datetime | None = None,
) -> Event:
    """Store what just happened to one record."""
    from rapport.platform.records import rows

    event = build(actor, obj, record, kind=kind, action=action, before=before, after=after, reason=reason, at=at)
    rows.insert_one(Event, event)
    return event


# The columns of an Event that `append_created` fills.
COLUMNS = (
    *("kind", "action", "object", "record_id", "record_uid", "party_id", "actor_id", "behalf_id", "surface"),
    *("changes", "reason", "run_id", "request", "version", "at", "recorded_at", "reactions"),
)


def append_created(
    actor: Actor,
    obj: Object,
    begun: Mapping[str, Any],
    told: Iterable[tuple[Any, Mapping[str, Any]]],
    *,
    kind: str,
    reactions: bool,
) -> None:
    """Store the Events of many new records: (record, its values where they are other than in `begun`).

    As `build` with `append`, without their instances.
    """
    from rapport.platform.records import rows

    moment, word, key = now(), f"{obj.access_key}.{kind}", obj.access_key
    reason = "" if actor.user_id else actor.name[:500]
    fields = {name: (field.is_empty, field.plain) for name, field in obj.fields.items() if name not in SILENT}
    common = _first(fields, begun)
    before = (actor.user_id, actor.behalf_id, actor.surface)
    after = (reason, actor.run_id, actor.request)
    rows.insert_values(
        Event,
        COLUMNS,
        (
            (
                *(word, "create", key, record.pk, record.uid, party_of(obj, record), *before),
                *(_changed(common, fields, values), *after, record.version, record.created_at, moment, reactions),
            )
            for record, values in told
        ),
    )


def _first(fields: Mapping[str, tuple[Any, Any]], values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """`changes` of a new record with these values."""
    found = {}
    for key, value in values.items():
        if value is None or value == "" or key not in fields:
            continue
        is_empty, plain = fields[key]
        if not is_empty(value):
            found[key] = [None, plain(value)]
    return found


def _changed(
    common: Mapping[str, list[Any]], fields: Mapping[str, tuple[Any, Any]], values: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """`changes` of a new record that began with others."""
    found = {**common, **_first(fields, values)}
    for key in values:
        if key in common and fields[key][0](values[key]):
            del found[key]
    return found


def append_many(events: Sequence[Event]) -> None:
    """Store many at once, in order."""
    Event.objects.bulk_create(events, batch_size=500)


def build(
    actor: Actor,
    obj: Object,
    record: Record,
    *,
    kind: str,
    action: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    reason: str = "",
    at: datetime | None = None,
    reactions: bool = True,
) -> Event:
    """The Event of one change, not stored yet. Empty fields of a new record are left out of `changes`."""
    moment = now()
    return Event(
        kind=f"{obj.access_key}.{kind}",
        action=action,
        object=obj.access_key,
        record_id=record.pk,
        record_uid=record.uid,
        party_id=party_of(obj, record),
        actor_id=actor.user_id,
        behalf_id=actor.behalf_id,
        surface=actor.surface,
        changes=changes(obj, before, after),
        reason=reason[:500] or ("" if actor.user_id else actor.name[:500]),
        run_id=actor.run_id,
        request=actor.request,
        version=record.version,
        at=at or moment,
        recorded_at=moment,
        reactions=reactions,
    )


def changes(obj: Object, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [old plain, new plain]} of what differs."""
    found = {}
    for key, value in after.items():
        if key in SILENT:
            continue
        field = obj.fields[key]
        old = None if before is None else before.get(key)
        if before is None and field.is_empty(value):
            continue
        found[key] = [None if before is None else field.plain(old), field.plain(value)]
    return found


def party_of(obj: Object, record: Record) -> int | None:
    """The customer whose story a record belongs to: `Object.path` names the reference, "" means none, "id" itself."""
    path = obj.path or obj.base.path
    if not path:
        return None
    if path == "id":
        return int(record.pk)
    field = obj.fields.get(path)
    found: int | None = field.read(record) if field else None
    return found
