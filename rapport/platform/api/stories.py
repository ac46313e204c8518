"""What happened to a record: its Events as facts, its timeline as people read it; and taking one Event back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.platform import records, timeline
from rapport.platform.access import readable
from rapport.platform.api import outgoing
from rapport.platform.api.problems import Problem, missing
from rapport.platform.audit import watch
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref
from rapport.platform.labels import Names, names
from rapport.platform.timeline import threads

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.api.door import Call
    from rapport.platform.fields import Field
    from rapport.platform.timeline import Entry


def events(call: Call) -> HttpResponse:
    """The Events of the record, newest first; fields the caller may not read are left out of their changes."""
    record, limit = call.record(), call.given.get("limit", 50)
    found = Event.objects.filter(object=call.object.access_key, record_id=record.pk).order_by("-id")
    before = call.given.get("before")
    rows = list((found.filter(pk__lt=before) if before is not None else found)[: limit + 1])
    seen = readable(call.actor, call.object)
    shown = [(event, {key: pair for key, pair in event.changes.items() if key in seen}) for event in rows[:limit]]
    # A change of hidden fields alone is no news for this reader.
    news = [(event, changes) for event, changes in shown if changes or not event.changes]
    for event, changes in news:
        watch.told(call.actor, call.object, event.record_id, seen, changes)
    known = names(call.actor, [ref for event, changes in news for ref in refs(seen, event, changes)])
    items = [told(event, changes, seen, known) for event, changes in news]
    return outgoing.answer({"items": items, "next": rows[limit - 1].pk if len(rows) > limit else None})


def refs(seen: dict[str, Field[Any]], event: Event, changes: dict[str, list[Any]]) -> list[Ref]:
    """The records an Event speaks of: in its changes, and who did it."""
    found = [ref for key, pair in changes.items() for value in pair for ref in outgoing.refs(seen[key], value)]
    return [*found, *(Ref("user", pk) for pk in (event.actor_id, event.behalf_id) if pk is not None)]


def told(event: Event, changes: dict[str, list[Any]], seen: dict[str, Field[Any]], known: Names) -> dict[str, Any]:
    """An Event as it is given out, with the `changes` its reader may know."""
    return {
        "id": event.pk,
        "kind": event.kind,
        "action": event.action,
        "at": event.at,
        "recorded_at": event.recorded_at,
        "by": _user(known, event.actor_id),
        "behalf_of": _user(known, event.behalf_id),
        "surface": event.surface,
        "reason": event.reason,
        "version": event.version,
        "changes": {key: [outgoing.named(known, seen[key], value) for value in pair] for key, pair in changes.items()},
    }


def _user(known: Names, pk: int | None) -> dict[str, Any] | None:
    return outgoing.link(known.get(Ref("user", pk))) if pk is not None else None


def undo(call: Call) -> HttpResponse:
    """Write the values before this Event back, as a new change."""
    record = call.record()
    event = Event.objects.filter(object=call.object.access_key, record_id=record.pk, pk=call.address["event"]).first()
    seen = readable(call.actor, call.object)
    if event is None or (event.changes and not event.changes.keys() & seen.keys()):
        raise missing()
    return outgoing.record(call.actor, call.object, records.undo(call.actor, event))


# --- timeline ---------------------------------------------------------------------------------------------------------


def story(call: Call) -> HttpResponse:
    """The timeline: what is planned, then what was, newest first."""
    record, given = call.record(), call.given
    try:
        page = timeline.read(
            call.actor,
            record,
            cursor=given.get("cursor", ""),
            kinds=given.get("kinds", ()),
            limit=given.get("limit", 30),
            together=given.get("together", False),
            thread=_thread(call, given["thread"]) if "thread" in given else None,
        )
    except ValidationError as error:
        message = error.messages[0]
        raise Problem(400, message, errors=[{"parameter": "cursor", "message": message}]) from error
    entries = [*page.planned, *page.past]
    known = names(
        call.actor, [ref for entry in entries for ref in (entry.ref, entry.of, entry.thread) if ref is not None]
    )
    content = {
        "planned": [_entry(one, known) for one in page.planned],
        "past": [_entry(one, known) for one in page.past],
    }
    return outgoing.answer({**content, "next": page.next or None})


def _thread(call: Call, uid: str) -> int:
    found = threads.find(call.actor, uid)
    if found is None:
        message = _("There is no such conversation, or you may not see it.")
        raise Problem(400, message, errors=[{"parameter": "thread", "message": message}])
    return found


def _entry(entry: Entry, known: Names) -> dict[str, Any]:
    return {
        "form": entry.form,
        "kind": entry.kind,
        "at": _utc(entry.at),
        "record": outgoing.any_link(known.get(entry.ref)),
        "of": outgoing.any_link(known.get(entry.of)) if entry.of else None,
        "title": entry.title,
        "text": entry.text,
        "body": entry.body,
        "quoted": entry.quoted,
        "thread": outgoing.any_link(known.get(entry.thread)) if entry.thread else None,
        "messages": entry.messages,
        "who": entry.who,
        "done": entry.done,
        "changes": [
            {"field": one.field, "label": one.label, "before": one.before, "after": one.after, "who": one.who}
            for one in entry.changes
        ],
        "event": entry.event or None,
    }


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)
