"""Reading notifications: only what the reader may see at this moment, in words made for them; and the count.

A bundle is shown when its record may be read and at least one of its reasons may; a reason when the record it is about
may be read and a field it changed may. So a notification tells nothing that the record's own page would not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rapport.base.clock import now
from rapport.platform import labels
from rapport.platform.access import readable
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref, ReferenceAny
from rapport.platform.notifications import quiet
from rapport.platform.notifications.models import Notice, Notification, Wishes
from rapport.platform.objects import registry
from rapport.platform.timeline.entries import Change
from rapport.platform.timeline.words import changes_in_words, past, refs_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object

MOST = 60  # bundles on a page
MOST_NOTICES = 20  # reasons of a bundle that are looked at
COUNTED = 99
# Told by the record alone; all others by the Events in them.
WITHOUT_LINES = ("reminder", "reset")


@dataclass(frozen=True)
class Line:
    """One reason in words: who did what, to which record where that is another one than the bundle's."""

    at: datetime
    who: str
    what: str
    of: Ref | None
    of_name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Bundle:
    """What is shown of one notification."""

    id: int
    kind: str
    ref: Ref
    obj: Object
    title: str
    at: datetime
    is_read: bool
    snoozed_until: datetime | None
    lines: tuple[Line, ...]
    more: int


def bundles(actor: Actor, *, shown: str = "unread", before: int | None = None) -> tuple[list[Bundle], int | None]:
    """The bundles of a tab (unread, all, snoozed), newest first, and the number to go on before; about six queries."""
    rows = _rows(actor, shown)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk" if before is not None or shown == "all" else "-at", "-pk")[: MOST + 1])
    following = found[MOST - 1].pk if len(found) > MOST and shown == "all" else None
    return _seen(actor, found[:MOST]), following


def unread(actor: Actor) -> int:
    """How many unread bundles the reader may see; at most `COUNTED` and one more."""
    return len(_seen(actor, list(_rows(actor, "unread").order_by("-at")[: COUNTED + 1])))


def quiet_until(actor: Actor) -> datetime | None:
    """The end of the reader's quiet time; None when it is not quiet."""
    wishes = Wishes.objects.filter(user=actor.user_id or 0).first()
    return quiet.until(wishes, actor.culture.tz, now())


def _rows(actor: Actor, shown: str) -> Any:
    rows = Notification.objects.filter(user=actor.user_id or 0)
    asleep = Q(snoozed_until__gt=now())
    if shown == "snoozed":
        return rows.filter(asleep, read_at=None)
    return rows.exclude(asleep) if shown == "all" else rows.exclude(asleep).filter(read_at=None)


def _seen(actor: Actor, rows: list[Notification]) -> list[Bundle]:
    if not rows:
        return []
    notices: dict[int, list[Notice]] = defaultdict(list)
    for notice in Notice.objects.filter(notification__in=rows).order_by("-at", "-pk"):
        notices[notice.notification_id].append(notice)
    wanted = [one.event_id for kept in notices.values() for one in kept[:MOST_NOTICES] if one.event_id]
    events = {event.pk: event for event in Event.objects.filter(pk__in=wanted)}
    names = labels.names(actor, _refs(rows, events.values()))
    people = dict(User.objects.filter(pk__in={event.actor_id for event in events.values()}).values_list("pk", "name"))
    found = (_bundle(actor, row, notices[row.pk], events, names, people) for row in rows)
    return [bundle for bundle in found if bundle is not None]


def _refs(rows: Iterable[Notification], events: Iterable[Event]) -> Iterable[Ref]:
    for row in rows:
        yield Ref(row.object, row.record_id)
    for event in events:
        yield Ref(event.object, event.record_id)
        if registry.has(event.object):
            yield from refs_in(registry.get(event.object).fields, event.changes)


def _bundle(
    actor: Actor,
    row: Notification,
    notices: list[Notice],
    events: dict[int, Event],
    names: labels.Names,
    people: dict[int, str],
) -> Bundle | None:
    lines = []
    for notice in notices[:MOST_NOTICES]:
        event = events.get(notice.event_id or 0)
        if event is not None:
            line = _line(actor, row, notice, event, names, people)
            if line is not None:
                lines.append(line)
    refs = [Ref(row.object, row.record_id), *(line.of for line in lines if line.of is not None)]
    ref = next((one for one in refs if names.get(one)), None) if row.run_id else refs[0]
    link = names.get(ref)
    if ref is None or link is None or (row.kind not in WITHOUT_LINES and not lines):
        return None
    more = max(0, len(notices) - MOST_NOTICES)
    asleep = row.snoozed_until if row.snoozed_until and row.snoozed_until > now() else None
    return Bundle(
        row.pk, row.kind, ref, registry.get(link.object), link.label, row.at, row.read_at is not None, asleep,
        tuple(lines), more,
    )  # fmt: skip


def _line(
    actor: Actor, row: Notification, notice: Notice, event: Event, names: labels.Names, people: dict[int, str]
) -> Line | None:
    """None for what the reader may not see now."""
    ref = Ref(event.object, event.record_id)
    link = names.get(ref)
    if link is None:
        return None
    obj = registry.get(event.object)
    seen = readable(actor, obj)
    asked = notice.fields or list(event.changes)
    if asked and seen.keys().isdisjoint(asked):
        return None
    own = (ref.object, ref.id) == (row.object, row.record_id)
    fields = {key: field for key, field in seen.items() if key in asked}
    changes = changes_in_words(fields, event.changes, names, actor.culture)
    shown = ref if not own else _about(seen, event, names) if row.kind == "mention" else None
    return Line(
        event.at,
        people.get(event.actor_id or 0, "") or event.reason,
        past(event.kind, obj),
        shown,
        names.text(shown),
        tuple(changes) if event.action != "create" or row.kind == "mention" else (),
    )


def _about(seen: Mapping[str, Field[Any]], event: Event, names: labels.Names) -> Ref | None:
    """The record that a text with a mention was written about, where the reader may see it."""
    fields = {key: field for key, field in seen.items() if isinstance(field, ReferenceAny)}
    return next((ref for ref in refs_in(fields, event.changes) if names.get(ref)), None)
