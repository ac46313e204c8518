"""The change feed: Events in the one order that never changes, as far as a reader may see their records now.

A place in it is (transaction, id), the order of `events.cursor`: nothing can slip in before a place that was given out.
Access is asked when it is read. A record that may not be read (any more) is passed over in silence; only where the
Event itself says that the reader had it (they or their team owned it, it hung on a record they may read) it is told as
gone, so that a copy of it can be put away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.platform.access import readable
from rapport.platform.events.cursor import BEGINNING, Position, horizon, settled_after
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref, Reference, ReferenceAny
from rapport.platform.labels import Names, names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.query.plan import Link

# Events read again after a dump was restored into another server, whose transactions have other numbers.
AGAIN = 10_000


class Ahead(LookupError):
    """The place lies beyond what this database knows: it was restored from an older copy."""


@dataclass(frozen=True, slots=True)
class Change:
    """One Event with what the reader may know of it; `link` and `changes` are empty for a record that is gone."""

    event: Event
    link: Link | None
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, the place after them, and whether more are known already."""

    changes: list[Change]
    after: Position
    more: bool


def latest() -> Position:
    """The place at which everything that happened so far is over."""
    return horizon()


def read(actor: Actor, after: Position, objects: Collection[str], limit: int) -> Page:
    """At most `limit` Events of these Objects after a place, less those the reader may know nothing of. Four queries.

    Raises Ahead.
    """
    after = _standing(after)
    # Asked first: what is settled now is found by the look-up that follows.
    end = horizon()
    bases = {registry.get(key).base.key for key in objects}
    rows = list(settled_after(after).filter(object__in=bases)[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    last = (rows[-1].transaction, rows[-1].pk) if rows else after
    return Page(list(seen(actor, rows, objects)), last if more else max(last, end), more)


def _standing(after: Position) -> Position:
    """The place in this database. Its Event keeps its id but not its transaction when it moves to another server."""
    if after == BEGINNING:
        return after
    known = Event.objects.filter(pk=after[1]).values_list("transaction", flat=True).first()
    if known is None and not Event.objects.filter(pk__gt=after[1]).exists():
        raise Ahead
    return (0, max(0, after[1] - AGAIN)) if known not in (None, after[0]) else after


def seen(actor: Actor, events: Sequence[Event], objects: Collection[str]) -> Iterator[Change]:
    """Of these Events what the reader may know of them, records of these Objects alone. Two queries."""
    known = names(actor, [ref for event in events for ref in (_ref(event), *_parents(event))])
    fields = {key: readable(actor, registry.get(key)) for key in {event.object for event in events}}
    for event in events:
        link = known.get(_ref(event))
        if link is None:
            if _had(actor, event, known):
                yield Change(event, None, {})
            continue
        changes = {key: pair for key, pair in event.changes.items() if key in fields[event.object]}
        # A change of hidden fields alone is no news for this reader.
        if {link.object, event.object} & set(objects) and (changes or not event.changes):
            yield Change(event, link, changes)


def _ref(event: Event) -> Ref:
    return Ref(event.object, event.record_id)


def _parents(event: Event) -> Iterator[Ref]:
    """The records through which it was or is reached, as far as the Event speaks of them."""
    obj = registry.get(event.object)
    for key in obj.parents:
        for value in event.changes.get(key, ()):
            found = _pointed(obj, key, value)
            if found is not None:
                yield found


def _pointed(obj: Object, key: str, plain: Any) -> Ref | None:
    field = obj.field(key)
    if isinstance(field, ReferenceAny):
        return field.from_plain(plain)
    return Ref(field.target.key, plain) if isinstance(field, Reference) and isinstance(plain, int) else None


def _had(actor: Actor, event: Event, known: Names) -> bool:
    """Whether the Event itself says that the reader could read the record before or after it."""
    obj = registry.get(event.object)
    scope = actor.may(obj, "read")
    if any(known.get(ref) for ref in _parents(event)):
        return True
    if obj.parents or obj.reach is not None or scope == "none":
        return False
    if scope == "all":
        return True  # nothing but a row that is no longer there can be hidden from them
    mine = any(actor.user_id in event.changes.get(key, ()) for key in obj.mine)
    return mine or (scope == "team" and not set(actor.team_ids).isdisjoint(event.changes.get("team", ())))
