"""What a change of a definition means for the values that are there.

A new label or key touches none of them. Another type is taken only where every value can be read as the new type; what
cannot is told, value by value, and nothing is changed. What a field points at stays as long as it points anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.culture import DEFAULT
from rapport.platform.custom import many
from rapport.platform.custom.current import base_key
from rapport.platform.custom.field import InCustom, expression
from rapport.platform.custom.models import Entry, OwnField, model_of
from rapport.platform.custom.types import TYPES, targets_of
from rapport.platform.fields import Address, Choice, Field, MoneyField, MultiChoice
from rapport.platform.objects import registry
from rapport.platform.records import rows

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.records.changes import Change

MOST = 200_000  # values converted at once
TOLD = 5  # values named that cannot be read as the new type
CHUNK = 2_000
# Types whose values are places of records: nothing else can be read as one.
POINTING = frozenset({"reference", "reference_many", "reference_any", "user", "file"})


def check(field: OwnField) -> None:
    """Raises ValidationError where the values that are there forbid the change."""
    before = OwnField.objects.filter(pk=field.pk).first() if field.pk else None
    if before is None:
        return
    if before.object != field.object:
        raise ValidationError({"object": _("A field stays with its kind of record. Make another one there.")})
    if before.type != field.type or (_ceases(before, field)):
        for _pk, _patch in converted(before, field):
            pass  # raises at the values that do not convert
    if field.unique and not before.unique:
        _no_doubles(field)


def _ceases(before: OwnField, after: OwnField) -> bool:
    """Whether a reference no more takes a kind that it took."""
    if "target" not in TYPES[after.type].asks:
        return False
    return not set(targets_of(before)) <= set(targets_of(after)) or (
        "several" not in TYPES[after.type].asks and before.target != after.target
    )


def apply(actor: Actor, change: Change) -> None:
    """Write values in the form of the new type."""
    if change.before is None or not change.touches("type"):
        return
    new: OwnField = change.record
    old = copy(new)
    for key, value in change.before.items():
        registry.get("own_field").field(key).write(old, value)
    patches = list(converted(old, new))
    model = model_with(new.object)
    for start in range(0, len(patches), CHUNK):
        rows.patch(model, patches[start : start + CHUNK])


def converted(old: OwnField, new: OwnField) -> Iterator[tuple[int, dict[str, Any]]]:
    """(record id, changes of `custom`) for every value. Raises ValidationError naming those that cannot be read."""
    if POINTING & {old.type, new.type} and (count := values_in(old)):
        words = _("%(count)s records have a value here, and a value cannot become a reference or cease to be one.")
        raise ValidationError({"type": words % {"count": count}})
    before, after = _field(old), _field(new)
    if before is None or after is None:
        return
    found = list(holders(old.object, before))
    if not found:
        return
    if len(found) > MOST:
        raise ValidationError(
            {"type": _("More than %(limit)s records have a value here. Make a new field and import into it.")
             % {"limit": MOST}}
        )  # fmt: skip
    wrong: list[str] = []
    count = 0
    patches = []
    for pk, custom in found:
        holder = _Holder(custom)
        text = as_text(before, before.read(holder))
        try:
            value = after.parse(text, DEFAULT)
        except ValidationError:
            count += 1
            wrong.append(text)
            continue
        for name in before.names:
            holder.custom = {key: item for key, item in holder.custom.items() if key != name}
        after.write(holder, value)
        patches.append((pk, {name: holder.custom.get(name) for name in {*before.names, *after.names}}))
    if count:
        some = ", ".join(f"“{text[:40]}”" for text in dict.fromkeys(wrong[: TOLD * 4]))
        words = _("%(count)s of %(all)s values cannot be read as “%(type)s”, such as %(values)s.")
        given = {"count": count, "all": len(found), "type": TYPES[new.type].label, "values": some}
        raise ValidationError({"type": words % given})
    yield from patches


class _Holder:
    """What a Field reads from and writes to, in place of a record."""

    def __init__(self, custom: dict[str, Any]) -> None:
        self.custom = custom


def as_text(field: Field[Any], value: Any) -> str:
    """A value as a person would write it, in the form every type reads."""
    plain = field.plain(value)
    if field.is_empty(value) or plain is None:
        return ""
    if isinstance(field, Choice | MultiChoice | Address):
        return field.format(value, DEFAULT)
    if isinstance(field, MoneyField):
        return f"{value.amount} {value.currency}"
    if isinstance(plain, bool):
        return "true" if plain else "false"
    return str(plain)


def _field(definition: OwnField) -> InCustom | None:
    """The Field of a definition; None for one that keeps nothing."""
    kind = TYPES.get(definition.type)
    if kind is None or not kind.stores:
        return None
    try:
        found = kind.build(definition, registry.get)
    except LookupError:
        return None
    return found if isinstance(found, InCustom) else None


def model_with(key: str) -> type[Any]:
    """The model of the Object with this key, an own one that is retired too."""
    declared = registry.declared.get(base_key(key))
    return declared.model if declared is not None else model_of(key)


def holders(key: str, field: InCustom) -> Iterator[tuple[int, dict[str, Any]]]:
    """(id, custom) of every record that has a value, archived ones too."""
    found = model_with(key)._default_manager.filter(custom__has_any_keys=list(field.names))
    yield from found.order_by("pk").values_list("pk", "custom").iterator(chunk_size=CHUNK)


def values_in(definition: OwnField) -> int:
    """How many records have a value in a field."""
    if definition.type == "reference_many":
        return int(many.holders(definition.pk).count())
    field = _field(definition)
    if field is None:
        return 0
    return int(model_with(definition.object)._default_manager.filter(custom__has_any_keys=list(field.names)).count())


def _no_doubles(definition: OwnField) -> None:
    field = _field(definition)
    if field is None or not field.unique:
        return
    name, (_suffix, shape) = field.names[0], field.shapes[0]
    place = expression('"custom"', name, shape)
    model = model_with(definition.object)
    kind = f"kind = '{definition.object}' AND " if issubclass(model, Entry) else ""
    filled = f"{place} <> ''" if shape == "text" else f"{place} IS NOT NULL"
    by = f"LOWER({place})" if shape == "text" else place
    inner = f"SELECT 1 FROM {model._meta.db_table} WHERE {kind}{filled} GROUP BY {by} HAVING COUNT(*) > 1"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({inner}) d")  # noqa: S608  # names of definitions, proved by `expression`
        doubles = cursor.fetchone()[0]
    if doubles:
        words = _("%(count)s values stand in more than one record: they must differ before the field can be unique.")
        raise ValidationError({"unique": words % {"count": doubles}})
