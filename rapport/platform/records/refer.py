"""References in values: the record pointed at must exist, be of an allowed kind, and be visible to the actor.

A record that is missing and one that may not be seen get the same answer.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from rapport.platform.access import visible
from rapport.platform.fields import Reference, ReferenceAny, ReferenceMany, unknown_reference
from rapport.platform.objects import registry
from rapport.platform.privacy import restriction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object


def check_references(
    actor: Actor,
    fields: Mapping[str, Field[Any]],
    values: Mapping[str, Any],
    *,
    fetch: bool = False,
    despite_restriction: bool = False,
) -> dict[str, Any]:
    """The same values, references checked; with `fetch`, single references are replaced by the records themselves."""
    seen = partial(_seen, actor, despite=despite_restriction)
    checked = dict(values)
    errors: dict[str, Any] = {}
    for key, value in values.items():
        found = fields.get(key)
        if value is None or found is None:
            continue
        try:
            if isinstance(found, Reference):
                record = seen(found.target, found.kinds, [value])[0]
                checked[key] = record if fetch else record.pk
            elif isinstance(found, ReferenceMany):
                seen(found.target, found.kinds, list(value))
            elif isinstance(found, ReferenceAny):
                if not registry.has(value.object):
                    raise ValidationError(str(value.object))
                seen(registry.get(value.object), (), [value.id])
        except ValidationError as error:
            errors[key] = error
    if errors:
        raise ValidationError(errors)
    return checked


def check_many(
    actor: Actor,
    fields: Mapping[str, Field[Any]],
    rows: Sequence[Mapping[str, Any]],
    *,
    despite_restriction: bool = False,
) -> dict[int, ValidationError]:
    """The same for many rows, one query per Object pointed at: {row: what is wrong with its references}."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        for key, value in row.items():
            for target, pk in _pointed(fields.get(key), value):
                wanted.setdefault(target.key, set()).add(pk)
    seen = {key: _there(actor, registry.get(key), ids) for key, ids in wanted.items()}
    found: dict[int, ValidationError] = {}
    for place, row in enumerate(rows):
        errors: dict[str, Any] = {}
        for key, value in row.items():
            kinds = getattr(fields.get(key), "kinds", ())
            for target, pk in _pointed(fields.get(key), value):
                there = seen[target.key].get(pk)
                if there is None or (kinds and target.concrete(there).key not in kinds):
                    errors[key] = unknown_reference(target)
                elif not despite_restriction and restriction.bars(actor, target, [there]):
                    errors[key] = restriction.words()
        if errors:
            found[place] = ValidationError(errors)
    return found


def _pointed(field: Field[Any] | None, value: Any) -> Iterator[tuple[Object, int]]:
    if value is None:
        return
    if isinstance(field, Reference):
        yield field.target, value if isinstance(value, int) else value.pk
    elif isinstance(field, ReferenceMany):
        yield from ((field.target, one if isinstance(one, int) else one.pk) for one in value)
    elif isinstance(field, ReferenceAny):
        if not registry.has(value.object):
            raise ValidationError({field.key: str(value.object)})
        yield registry.get(value.object), value.id


def _there(actor: Actor, target: Object, ids: set[int]) -> dict[int, Any]:
    """Each record that may be seen, with what tells its kind and whether it is restricted, and no more."""
    kinds = {key for one in registry.family(target.base) for key in one.where}
    needed = kinds | ({target.base.restricted} if target.base.restricted else set())
    rows = visible(actor, target, "read").filter(pk__in=ids)
    return {record.pk: record for record in rows.only("pk", *sorted(needed))}


def _seen(actor: Actor, target: Object, kinds: tuple[str, ...], wanted: list[Any], *, despite: bool) -> list[Any]:
    ids = [item if isinstance(item, int) else item.pk for item in wanted]
    if not ids:
        return []
    found = {record.pk: record for record in visible(actor, target, "read").filter(pk__in=ids)}
    for pk in ids:
        if pk not in found or (kinds and target.concrete(found[pk]).key not in kinds):
            raise unknown_reference(target)
    if not despite and restriction.bars(actor, target, found.values()):
        raise ValidationError(restriction.words())
    return [found[pk] for pk in ids]
