"""References in values: the record pointed at must exist, be of an allowed kind, and be visible to the actor.

A record that is missing and one that may not be seen get the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from rapport.platform.access import visible
from rapport.platform.fields import Reference, ReferenceAny, ReferenceMany, unknown_reference
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object


def check_references(
    actor: Actor, fields: Mapping[str, Field[Any]], values: Mapping[str, Any], *, fetch: bool = False
) -> dict[str, Any]:
    """The same values, references checked; with `fetch`, single references are replaced by the records themselves."""
    checked = dict(values)
    errors: dict[str, Any] = {}
    for key, value in values.items():
        found = fields.get(key)
        if value is None or found is None:
            continue
        try:
            if isinstance(found, Reference):
                record = _seen(actor, found.target, found.kinds, [value])[0]
                checked[key] = record if fetch else record.pk
            elif isinstance(found, ReferenceMany):
                _seen(actor, found.target, found.kinds, list(value))
            elif isinstance(found, ReferenceAny):
                if not registry.has(value.object):
                    raise ValidationError(str(value.object))
                _seen(actor, registry.get(value.object), (), [value.id])
        except ValidationError as error:
            errors[key] = error
    if errors:
        raise ValidationError(errors)
    return checked


def _seen(actor: Actor, target: Object, kinds: tuple[str, ...], wanted: list[Any]) -> list[Any]:
    ids = [item if isinstance(item, int) else item.pk for item in wanted]
    if not ids:
        return []
    found = {record.pk: record for record in visible(actor, target, "read").filter(pk__in=ids)}
    for pk in ids:
        if pk not in found or (kinds and target.concrete(found[pk]).key not in kinds):
            raise unknown_reference(target)
    return [found[pk] for pk in ids]
