"""Questions asked before anything is shown or done:
is this record there for me, may I, which fields are there for me.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from rapport.platform.access.scope import visible

if TYPE_CHECKING:
    from rapport.platform.access.actor import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object
    from rapport.platform.record import Record


class NotFound(LookupError):
    """No such record for this actor; the same whether it does not exist or may not be seen."""


def readable(actor: Actor, obj: Object) -> dict[str, Field[Any]]:
    """The schema of `obj` for this actor: a hidden field is missing here and nowhere else treated apart."""
    return {
        key: field for key, field in obj.fields.items() if actor.rights.level(obj.access_key, field.sensitivity) >= 1
    }


def writable(actor: Actor, obj: Object) -> dict[str, Field[Any]]:
    """Fields this actor may set."""
    return {
        key: field for key, field in obj.editable.items() if actor.rights.level(obj.access_key, field.sensitivity) >= 2
    }


def find(actor: Actor, obj: Object, ident: object, action: str = "read") -> Any:
    """The record with this id or uid. Raises NotFound alike for a missing and a foreign one."""
    key = _lookup(ident)
    record = visible(actor, obj, action).filter(**key).first() if key else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record


def _lookup(ident: object) -> dict[str, object]:
    if isinstance(ident, bool):
        return {}
    if isinstance(ident, int):
        return {"pk": ident} if abs(ident) < 2**63 else {}
    if isinstance(ident, UUID):
        return {"uid": ident}
    text = str(ident)
    if text.isascii() and text.isdigit() and len(text) < 19:
        return {"pk": int(text)}
    try:
        return {"uid": UUID(text)} if len(text) <= 40 else {}
    except ValueError:
        return {}


def require(actor: Actor, obj: Object, action: str) -> None:
    """Raises PermissionDenied unless the actor has some scope of `action` on this Object."""
    if actor.may(obj, action) == "none":
        raise PermissionDenied(_("You may not do this."))


def allows(actor: Actor, obj: Object, record: Record, action: str) -> bool:
    """Whether the actor may do `action` with this very record; one query."""
    return visible(actor, obj.base, action).filter(pk=record.pk).exists()
