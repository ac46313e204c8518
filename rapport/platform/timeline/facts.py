"""Facts on a timeline: the Events of a record, of the customers below it, and of what belongs to them."""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from rapport.platform.access import Fragment, scope_sql
from rapport.platform.access.scope import EVERY, NO, any_of
from rapport.platform.fields import Reference
from rapport.platform.labels import quote
from rapport.platform.objects import Object, registry
from rapport.platform.timeline.pieces import Wanted, among, beyond, both, even, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.timeline.subject import Subject

EVENT = "event"
_PLAIN_OBJECT = "(e.object || '')"
# Told by the record's own entry, or by the fact that follows.
MERE_EDITS = ("update",)


def events(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    if not wanted.takes("changes") or wanted.thread is not None:
        return
    own = Fragment("e.object = %s AND e.record_id = %s", (subject.obj.key, subject.record_id))
    yield _event_part(own, wanted)
    if not subject.is_customer:
        return
    scope = scope_sql(actor, subject.obj, "read", "t")
    others = even(subject.members[1:])
    if others and scope is not NO:
        where = Fragment(f"e.object = %s AND {among('e.record_id', others)}", (subject.obj.key, *others))
        yield _event_part(both(where, _facts_only(), _reached(subject.obj, scope)), wanted)
    yield from _path_events(actor, subject, wanted)


def _path_events(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    """Events of records that belong to the customer, of all Objects in one walk over the customer's Events."""
    ways: list[Fragment] = []
    free: list[Object] = []
    for obj in registry.all():
        if obj.of or not obj.path or obj.path == "id" or not _leads_to(obj, subject.obj):
            continue
        scope = scope_sql(actor, obj, "read", "t")
        if scope is EVERY:
            free.append(obj)
        elif scope is not NO:
            ways.append(both(_of_objects([obj]), _told_by_story([obj]), _reached(obj, scope)))
    if free:
        ways.insert(0, both(_of_objects(free), _told_by_story(free)))
    if ways:
        members = even(subject.members)
        theirs = Fragment(among("e.party_id", members), members)
        yield _event_part(both(theirs, _facts_only(), any_of(*ways)), wanted)


def _leads_to(obj: Object, customer: Object) -> bool:
    found = obj.fields.get(obj.path)
    return isinstance(found, Reference) and found.target.key == customer.key


def _of_objects(objs: Sequence[Object]) -> Fragment:
    # As an expression: SQLite without statistics would walk every Event of the Object by (object, record_id).
    keys = tuple(obj.key for obj in objs)
    return Fragment(among(_PLAIN_OBJECT, keys), keys)


def _facts_only() -> Fragment:
    return Fragment(f"NOT {among('e.action', MERE_EDITS)}", MERE_EDITS)


def _told_by_story(objs: Sequence[Object]) -> Fragment:
    """A record with a story stands on the timeline itself: its creation need not be told again."""
    keys = tuple(obj.key for obj in objs if obj.story or any(member.story for member in registry.family(obj)))
    return Fragment(f"NOT (e.action = 'create' AND {among('e.object', keys)})", keys) if keys else EVERY


def _reached(obj: Object, scope: Fragment) -> Fragment:
    if scope is EVERY:
        return EVERY
    return Fragment(
        f"EXISTS (SELECT 1 FROM {quote(obj.table)} t WHERE t.id = e.record_id AND {scope.sql})", scope.params
    )


@cache
def _event_select() -> str:
    return select(
        planned="0",
        at="e.at",
        source=f"'{EVENT}'",
        id="e.id",
        object="e.object",
        kind_of="e.object",
        record_id="e.record_id",
        party_id="e.party_id",
        who_id="e.actor_id",
        kind="e.kind",
        done="0",
        action="e.action",
        surface="e.surface",
        reason="e.reason",
        changes="e.changes",
    )


def _event_part(where: Fragment, wanted: Wanted) -> Fragment:
    keyset = beyond("e.at", "e.id", EVENT, wanted)
    text = (
        f"SELECT {_event_select()} FROM platform_event e "
        f"WHERE {where.sql} AND {keyset.sql} ORDER BY e.at DESC, e.id DESC LIMIT %s"
    )
    return Fragment(text, (*where.params, *keyset.params, wanted.limit))
