"""Putting back many plain changes in one pass: the rules of `records.undo` for each of them, in few statements."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.platform import batch, guards, records
from rapport.platform.access import NotFound, visible, writable
from rapport.platform.objects import registry
from rapport.platform.records.refer import check_many
from rapport.platform.transfer.batches import isolate

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.events.models import Event
    from rapport.platform.objects import Object

Fates = dict[int, Any]


def put_back(actor: Actor, events: Sequence[Event]) -> Fates:
    """What became of each Event, by its id: the record, or the refusal. The newest come first.

    Plain changes of records that are named once go together; everything else one by one, in its order.
    """
    named = Counter((event.object, event.record_id) for event in events)
    plain: dict[str, list[Event]] = defaultdict(list)
    fates: Fates = {}
    for event in events:
        guarded = guards.asked(f"{event.object}.undo")
        if event.action == "update" and named[event.object, event.record_id] == 1 and not guarded:
            plain[event.object].append(event)
        else:
            fates[event.pk] = batch.alone(partial(records.undo, actor, event))
    for key, some in plain.items():
        fates |= _together(actor, registry.get(key), some)
    return fates


def _together(actor: Actor, base: Object, events: Sequence[Event]) -> Fates:
    fates: Fates = {}
    ids = [event.record_id for event in events]
    reached = set(visible(actor, base, "edit").filter(pk__in=ids).values_list("pk", flat=True))
    # Locked in the order of their ids: no two batches wait for each other.
    rows = base.model._default_manager.select_for_update().filter(pk__in=reached).order_by("pk")
    there = {row.pk: row for row in rows}
    links = _links(base, events, list(there))
    back: dict[str, list[tuple[Event, dict[str, Any]]]] = defaultdict(list)
    for event in events:
        record = there.get(event.record_id)
        if record is None:
            fates[event.pk] = NotFound(_("There is no such record, or you may not change it."))
            continue
        concrete = base.concrete(record)
        old = _old(actor, concrete, record, event, links)
        if isinstance(old, ValidationError):
            fates[event.pk] = old
        else:
            back[concrete.key].append((event, old))
    for key, some in back.items():
        _write(actor, registry.get(key), some, there, fates)
    return fates


def _links(base: Object, events: Sequence[Event], ids: Sequence[int]) -> Mapping[str, Mapping[int, Any]]:
    """The values kept outside of the rows, of the fields that are touched; one query each."""
    touched = {key for event in events for key in event.changes if key in base.fields and base.field(key).outside}
    return {key: base.field(key).load_links(list(ids)) for key in touched}


def _old(
    actor: Actor, obj: Object, record: Any, event: Event, links: Mapping[str, Mapping[int, Any]]
) -> dict[str, Any] | ValidationError:
    """The values to put back, or why not: a field changed since, or may not be written."""
    able = writable(actor, obj)
    old: dict[str, Any] = {}
    stale: list[str] = []
    for key, (before, after) in event.changes.items():
        field = obj.fields.get(key)
        if field is None or not (key in able or field.read_only):
            return ValidationError(_("This change cannot be undone: it touches a field you may not write."))
        now = links[key].get(record.pk, field.empty()) if key in links else field.read(record)
        if field.plain(now) != after:
            stale.append(str(field.label))
        old[key] = field.from_plain(before)
    if stale:
        words = _("This change cannot be undone, because something changed since: %(fields)s.")
        return ValidationError(words % {"fields": ", ".join(stale)})
    return old


def _write(
    actor: Actor, obj: Object, some: Sequence[tuple[Event, dict[str, Any]]], there: dict[int, Any], fates: Fates
) -> None:
    wrong = check_many(actor, obj.fields, [old for _event, old in some])
    for place, refusal in wrong.items():
        fates[some[place][0].pk] = refusal
    tried: set[int] = set()

    def load(batch_of: list[int]) -> None:
        ids = [some[place][0].record_id for place in batch_of]
        again = [pk for pk in ids if pk in tried]
        # A refused try has left its values on the records in memory: read those again.
        there.update(obj.model._default_manager.in_bulk(again) if again else {})
        tried.update(ids)
        changes = [(there[pk], some[place][1]) for pk, place in zip(ids, batch_of, strict=True)]
        records.load_updates(actor, obj, changes, reactions=True, undone=_("Undone"))
        for place in batch_of:
            fates[some[place][0].pk] = there[some[place][0].record_id]

    def refuse(place: int, error: ValidationError | PermissionDenied) -> None:
        fates[some[place][0].pk] = error

    isolate([place for place in range(len(some)) if place not in wrong], load, refuse)
