"""Undo: the old values of an Event, written back as a new change. Nothing is erased; the undo is an Event too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform.access import find, require, writable
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.records.write import archive, restore, write
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from rapport.platform.access import Actor

UNDONE = own_reason("Undone")
# More than one press of a button writes; what writes more is a run.
MOST_TOGETHER = 200


def undo(actor: Actor, event: Event) -> Any:
    """Take one change back. A creation is archived, an archiving restored.

    Raises NotFound, PermissionDenied, and ValidationError when a field changed again since: then nothing is written.
    """
    base = registry.get(event.object)
    with transaction.atomic():
        record = find(actor, base, event.record_id)
        obj = base.concrete(record)
        if event.action == "create":
            return archive(actor, record, reason=UNDONE)
        if event.action in {"archive", "restore"}:
            return (restore if event.action == "archive" else archive)(actor, record, reason=UNDONE)
        require(actor, obj, "edit")
        record = find(actor, obj, record.pk, "edit")
        old: dict[str, Any] = {}
        stale = []
        allowed = {
            **writable(actor, obj),
            **{key: obj.field(key) for key in event.changes if key in obj.fields and obj.field(key).read_only},
        }
        for key, (before, after) in event.changes.items():
            field = allowed.get(key)
            if field is None:
                raise ValidationError(_("This change cannot be undone: it touches a field you may not write."))
            if field.plain(field.read(record)) != after:
                stale.append(str(field.label))
            old[key] = field.from_plain(before)
        if stale:
            raise ValidationError(
                _("This change cannot be undone, because something changed since: %(fields)s.")
                % {"fields": ", ".join(stale)}
            )
        return write(actor, record, old, action="undo", event="undone", reason=UNDONE)


def undo_together(actor: Actor, event: Event) -> Any:
    """Take a change back with everything else that the same press of a button changed, newest first; all or nothing.

    A move that asks for a reason writes the reason and then moves: both go back. Returns the record of `event`.
    """
    same = Event.objects.filter(request=event.request, actor_id=event.actor_id, run_id=event.run_id)
    others = list(same.order_by("-id")[:MOST_TOGETHER]) if event.request and event.actor_id == actor.user_id else []
    with transaction.atomic():
        found = None
        for one in others or [event]:
            record = undo(actor, one)
            if (one.object, one.record_id) == (event.object, event.record_id):
                found = record
    return found if found is not None else find(actor, registry.get(event.object), event.record_id)
