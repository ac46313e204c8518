"""Undo: the old values of an Event, written back as a new change. Nothing is erased; the undo is an Event too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform.access import find, require, writable
from rapport.platform.objects import registry
from rapport.platform.records.write import archive, restore, write

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.events.models import Event


def undo(actor: Actor, event: Event) -> Any:
    """Take one change back. A creation is archived, an archiving restored.

    Raises NotFound, PermissionDenied, and ValidationError when a field changed again since: then nothing is written.
    """
    base = registry.get(event.object)
    with transaction.atomic():
        record = find(actor, base, event.record_id)
        obj = base.concrete(record)
        if event.action == "create":
            return archive(actor, record, reason=_("Undone"))
        if event.action in {"archive", "restore"}:
            return (restore if event.action == "archive" else archive)(actor, record, reason=_("Undone"))
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
        return write(actor, record, old, action="undo", event="undone", reason=_("Undone"))
