"""Own fields and own Objects as Objects: made, changed, retired and undone on the one write path, like every record.

Whoever keeps the house may write them; everybody reads them, for they are the shape of what everybody reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _now

from rapport.platform.access.models import ACTIONS
from rapport.platform.custom import change, current, indexes, types, words
from rapport.platform.custom.addresses import API, PAGES
from rapport.platform.custom.field import NAME
from rapport.platform.custom.models import OwnField, OwnObject
from rapport.platform.custom.options import free_key, merged
from rapport.platform.custom.types import TYPES
from rapport.platform.guards import guard
from rapport.platform.objects import Object, Section, registry
from rapport.platform.objects import register as register_object
from rapport.platform.records.changes import Change, projection
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapport.platform.access import Actor

KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
# Words of the Query language and names every record has: a field of that name could not be asked for.
RESERVED = frozenset(
    (
        *("id", "uid", "version", "custom", "archived", "kind", "pk"),
        *("and", "or", "not", "is", "in", "contains", "starts", "between", "where", "via", "any", "no", "with"),
        *("count", "sum", "avg", "min", "max", "sort", "group", "show", "by", "empty", "me", "true", "false", "yes"),
        *("desc", "asc", "none", "null"),
    )
)
OWN = "own_"


# --- what must always hold --------------------------------------------------------------------------------------------


def complete_field(field: OwnField) -> None:
    """Key, place and storage name, where nobody said them; an answer taken from the list stays as a retired one."""
    if not field.key and field.label:
        taken = _taken_keys(field) | RESERVED | _declared_keys(field.object)
        field.key = free_key(field.label, taken, "field")
    if field.position is None:
        last = OwnField.objects.filter(object=field.object).aggregate(last=Max("position"))["last"]
        field.position = (last or 0) + 10
    if field.type in TYPES and (derive := TYPES[field.type].derive) is not None and not field.is_archived:
        derive(field)
    if not field.stored and field.key and field.type in TYPES and TYPES[field.type].stores:
        field.stored = _free_name(field)
    before = OwnField.objects.filter(pk=field.pk).first() if field.pk else None
    if before is not None and before.answers:
        OwnField._own_fields["options"].write(field, merged(before.answers, field.answers))  # type: ignore[attr-defined]  # set by the Field


def check_field(field: OwnField) -> None:
    """A known Object and type, a key of its own, what the type asks for. Raises ValidationError by field."""
    if not (registry.has(field.object) and field.object not in NOT_EXTENDED):
        raise ValidationError({"object": _now("There is no such kind of record.")})
    if not KEY.fullmatch(field.key) or not NAME.fullmatch(field.key):
        raise ValidationError({"key": _now("A key begins with a letter and has small letters, digits and single _.")})
    if field.key in RESERVED or field.key.startswith(OWN):
        raise ValidationError(
            {"key": _now("“%(key)s” means something already; take another key.") % {"key": field.key}}
        )
    if field.key in _declared_keys(field.object) and field.pk is None:
        raise ValidationError(
            {"key": _now("There is a field “%(key)s” already; take another key.") % {"key": field.key}}
        )
    if not field.is_archived and field.key in _taken_keys(field):
        raise ValidationError(
            {"key": _now("There is a field “%(key)s” already; take another key.") % {"key": field.key}}
        )
    _check_type(field)
    if field.pk is None and len(_siblings(field)) >= current.MOST_FIELDS:
        raise ValidationError(
            _now("At most %(limit)s own fields of one kind of record.") % {"limit": current.MOST_FIELDS}
        )
    for proof in types.proofs:
        proof(field)
    change.check(field)


def _check_type(field: OwnField) -> None:
    asks = TYPES[field.type].asks
    if "options" in asks and not [one for one in field.answers if not one.retired]:
        raise ValidationError({"options": _now("Say what can be answered: one answer a line.")})
    named = types.targets_of(field) if "several" in asks else [field.target]
    if "target" in asks and not (named and all(registry.has(key) and key not in NOT_EXTENDED for key in named)):
        raise ValidationError({"target": _now("Say which kind of record it points at.")})
    if field.pattern and not re.fullmatch(r"[\w./ -]{1,12}", field.pattern):
        raise ValidationError({"pattern": _now("Letters, digits, points and hyphens may stand before the number.")})


def complete_object(made: OwnObject) -> None:
    """Plural, key, address and name label, where nobody said them."""
    made.plural = made.plural or made.label
    if not made.key:
        taken = set(OwnObject.objects.values_list("key", flat=True)) | {obj.key for obj in registry.all()}
        made.key = OWN + free_key(made.label, {key.removeprefix(OWN) for key in taken}, "record", most=30)
    if not made.slug:
        # Addresses are one name space: pages of the engine, declared Objects, other own ones.
        made.slug = free_key(made.plural, _addresses(made), "records").replace("_", "-")
        if made.slug in _addresses(made):
            made.slug = f"own-{made.slug}"
    if made.navigation is None:
        made.navigation = 80


def check_object(made: OwnObject) -> None:
    """An address nobody has; not more Objects than a navigation can bear. Raises ValidationError by field."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", made.slug):
        raise ValidationError({"slug": _now("An address has small letters, digits and hyphens.")})
    if not made.key.startswith(OWN) or not KEY.fullmatch(made.key) or made.key in ("own_field", "own_object"):
        raise ValidationError({"key": _now("The key of an own kind of record begins with “own_”.")})
    if made.slug in _addresses(made):
        raise ValidationError({"slug": _now("The address “%(slug)s” is taken.") % {"slug": made.slug}})
    others = OwnObject.objects.filter(archived_at=None).exclude(pk=made.pk)
    if not made.is_archived and others.count() >= current.MOST_OBJECTS:
        raise ValidationError(_now("At most %(limit)s own kinds of record.") % {"limit": current.MOST_OBJECTS})


def _addresses(made: OwnObject) -> set[str]:
    own = OwnObject.objects.filter(archived_at=None).exclude(pk=made.pk).values_list("slug", flat=True)
    found = {*PAGES, *API, *own, *(obj.url for obj in registry.declared.values())}
    return found | {slug.replace("-", "_") for slug in found}


def _siblings(field: OwnField) -> list[OwnField]:
    """Other fields of the same table, retired ones too."""
    return list(OwnField.objects.filter(object__in=current.family_keys(field.object)).exclude(pk=field.pk))


def _taken_keys(field: OwnField) -> set[str]:
    return {one.key for one in _siblings(field) if not one.is_archived}


def _declared_keys(key: str) -> set[str]:
    found = registry.declared.get(current.base_key(key)) or (registry.get(key) if registry.has(key) else None)
    return set(found.declared) if found else set()


def _free_name(field: OwnField) -> str:
    """A storage name of which no part was ever used in this table."""
    used = {other.stored + suffix for other in _siblings(field) if other.stored for suffix in _suffixes(other)}
    turn, name = 1, field.key
    while any(name + suffix in used for suffix in _suffixes(field)):
        turn += 1
        name = f"{field.key[:34]}_{turn}"
    return name


def _suffixes(field: OwnField) -> tuple[str, ...]:
    """What any type appends to the storage name: a field may become of another type, and must find its place free."""
    return ("", "_amount", "_currency", "_base", "_seconds", "_object", "_id", *(f"_{part}" for part in ADDRESS))


ADDRESS = ("street", "extra", "postal_code", "city", "region", "country")
# Kinds of record that take no own fields and are pointed at by none.
NOT_EXTENDED = frozenset({"own_field", "own_object", "file"})


# --- the Objects ------------------------------------------------------------------------------------------------------

OWN_OBJECT = register_object(
    Object(
        key="own_object",
        label=_("Own kind of record"),
        plural=_("Own kinds of record"),
        model_class=OwnObject,
        icon="layers",
        name="label",
        columns=("label", "plural", "key", "navigation", "help"),
        sections=(
            Section(_("Kind of record"), ("label", "plural", "name_label", "help")),
            Section(_("Where it stands"), ("slug", "icon", "navigation", "board")),
        ),
        quick=("label", "plural"),
        sort="label",
        derive=complete_object,
        check=check_object,
        help=_("Kinds of record that this house made for itself."),
    )
)

OWN_FIELD = register_object(
    Object(
        key="own_field",
        label=_("Own field"),
        plural=_("Own fields"),
        model_class=OwnField,
        icon="sliders-horizontal",
        name="label",
        subtitle=("object", "type"),
        columns=("label", "object", "key", "type", "section", "required", "index_state"),
        sections=(
            Section(_("Field"), ("object", "label", "key", "type", "help", "section", "position")),
            Section(_("What it holds"), ("options", "target", "places", "pattern", "required", "unique")),
            Section(_("How it is calculated"), ("formula", "kept", "result")),
            Section(_("How it is used"), ("searchable", "filterable", "sensitivity")),
            Section(_("When it is asked for"), ("required_when", "shown_when", "locked_when")),
        ),
        quick=("object", "label", "type"),
        sort="object, position",
        derive=complete_field,
        check=check_field,
        help=_("Fields that this house added to its kinds of record."),
    )
)


def keeps_definitions(actor: Actor) -> bool:
    """Whether somebody may shape the house: who may do everything with roles, and with definitions."""
    return all(actor.rights.scope(key, action) == "all" for key in ("role", "own_field") for action in ACTIONS)


@guard(
    *(
        f"{key}.{act}"
        for key in ("own_field", "own_object")
        for act in ("create", "update", "archive", "restore", "undo")
    )
)
def only_keepers(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """Definitions shape what everybody sees, so a right to every kind of record is not enough."""
    if not keeps_definitions(actor):
        raise PermissionDenied(_now("Only an owner or administrator of this house may do this."))


@projection("own_object", "own_field")
def keep_definitions(actor: Actor, changes: Sequence[Change]) -> None:
    """Everybody learns of the change, indexes follow, and values follow a change of type."""
    fields = [one for one in changes if one.obj.key == "own_field"]
    for one in fields:
        change.apply(actor, one)
    current.changed()
    for one in fields:
        indexes.keep(actor, one)
        for followed in types.followers:
            followed(actor, one)
    words.keep(actor, fields)
