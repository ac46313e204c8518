"""Which names an actor may use: the fields of an Object, those every record has besides, and its related records.

The only place where a word of a query becomes a Field. What the actor may not read is not there, so it is answered
like any other unknown name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext_lazy

from rapport.platform.fields import (
    Address,
    Boolean,
    Choice,
    Field,
    File,
    Number,
    Reference,
    ReferenceAny,
    ReferenceMany,
    Text,
)
from rapport.platform.objects import Object, registry
from rapport.platform.query.ast import Relation
from rapport.platform.query.memory import Memory

if TYPE_CHECKING:
    from rapport.platform.access import Actor


class Archived(Boolean):
    """`archived`: whether the record was put away. Lists leave such records out unless they are asked for."""

    attributes = ("archived_at",)


class Identity(Number):
    """`id`: the local number of the record."""


class Uid(Text):
    """`uid`: the name of the record outside of this database."""

    sortable = False


class KindOf(Choice):
    """`about.object`: which kind of record a reference to several kinds points at."""


def _pseudo(field: Field[Any], key: str) -> Field[Any]:
    field.key = key
    return field


def _label(lazy: object) -> str:
    """A label translated when it is shown, typed as the text it will be."""
    return cast(str, lazy)


# Names every Object has besides its fields.
EVERY = {
    "archived": _pseudo(Archived(_label(gettext_lazy("Archived")), sensitivity="public"), "archived"),
    "id": _pseudo(Identity(_label(gettext_lazy("Number")), sensitivity="public", grouping=False), "id"),
    "uid": _pseudo(Uid(_label(gettext_lazy("Identifier")), sensitivity="public"), "uid"),
}

_readable: Memory[dict[str, Field[Any]]] = Memory(2_000)


def fields(actor: Actor, obj: Object) -> Mapping[str, Field[Any]]:
    """The fields of `obj` this actor may read, by key."""
    return _readable.get(actor, (obj.key, id(obj)), lambda: _read(actor, obj))


def _read(actor: Actor, obj: Object) -> dict[str, Field[Any]]:
    from rapport.platform import access

    return access.readable(actor, obj)


def names(actor: Actor, obj: Object) -> dict[str, Field[Any]]:
    """Every first word of a path: the readable fields, then those every record has."""
    return {**fields(actor, obj), **{key: field for key, field in EVERY.items() if key not in obj.fields}}


def name(actor: Actor, obj: Object, key: str) -> Field[Any] | None:
    """The Field of one word, or None."""
    found = fields(actor, obj).get(key)
    if found is None and key not in obj.fields:
        found = EVERY.get(key)
    return found


def parts(actor: Actor, field: Field[Any]) -> Mapping[str, Field[Any]]:
    """What may follow the dot after `field`: fields of the record pointed at, parts of an address, the kind."""
    if isinstance(field, Address):
        return _address_parts(field)
    if isinstance(field, ReferenceAny):
        return {"object": _kind_of(field, registry.version)}
    target = target_of(field)
    return names(actor, target) if target and isinstance(field, Reference) else {}


def target_of(field: Field[Any]) -> Object | None:
    """The Object a reference points at; None for other fields and where nobody registered the model."""
    if field.family not in ("reference", "references") or isinstance(field, ReferenceAny):
        return None
    key = _targets.get(field.to)  # type: ignore[attr-defined]  # by family
    if key is not None and registry.has(key):
        return registry.get(key)
    return _find_target(field)


_targets: dict[str, str] = {}


def _find_target(field: Field[Any]) -> Object | None:
    assert isinstance(field, Reference | ReferenceMany)  # noqa: S101  # by family
    try:
        found = field.target
    except LookupError:
        return None
    _targets[field.to] = found.key
    return found


@lru_cache(maxsize=1000)
def _address_parts(field: Address) -> dict[str, Field[Any]]:
    return dict(field.sub_fields())


@lru_cache(maxsize=1000)  # `version`: a reference to every kind takes new kinds
def _kind_of(field: ReferenceAny, version: tuple[int, int]) -> Field[Any]:
    kinds = [(obj.key, obj.label) for obj in kinds_of(field)]
    return _pseudo(KindOf(field.label, kinds, sensitivity=field.sensitivity), f"{field.key}_object")


def kinds_of(field: ReferenceAny) -> list[Object]:
    """The base Objects a reference to several kinds may point at, each once."""
    allowed = [registry.get(key).base for key in field.to if registry.has(key)] or [
        o for o in registry.all() if not o.of
    ]
    return list({obj.key: obj for obj in allowed}.values())


# --- related records ---------------------------------------------------------------------------------------------


_related: Memory[list[Relation]] = Memory(2_000)


def relations(actor: Actor, obj: Object) -> list[Relation]:
    """Every way from a record of `obj` to related ones that this actor may use; a `default` needs no `via`."""
    return _related.get(actor, (obj.key, id(obj)), lambda: _relations(actor, obj))


def _relations(actor: Actor, obj: Object) -> list[Relation]:
    found: list[Relation] = []
    for field in fields(actor, obj).values():
        if isinstance(field, ReferenceMany) and (target := target_of(field)) and _may_read(actor, target):
            found.append(Relation(field.key, target, field, forward=True))
    for other in registry.all():
        if _may_read(actor, other):
            found.extend(_pointing_here(actor, other, obj))
    return found


def _may_read(actor: Actor, obj: Object) -> bool:
    return actor.may(obj, "read") != "none"


def _pointing_here(actor: Actor, other: Object, obj: Object) -> Iterator[Relation]:
    ways = [field for field in fields(actor, other).values() if points_at(field, obj)]
    first = _first_way(other, ways)
    for field in ways:
        yield Relation(other.url, other, field, default=field is first)


def _first_way(other: Object, ways: list[Field[Any]]) -> Field[Any] | None:
    """Which of several ways is meant where none is named; None where that is anybody's guess.

    The Object's own `path` (the customer of an interaction); else the only reference its target lists in a panel, which
    leaves out who merely wrote a record; else the only way there is.
    """
    main = [field for field in ways if field.key == other.base.path]
    listed = [field for field in ways if isinstance(field, Reference) and field.panel]
    return next((found[0] for found in (main, listed, ways) if len(found) == 1), None)


def points_at(field: Field[Any], obj: Object) -> bool:
    """Whether a reference may point at records of `obj`."""
    if isinstance(field, ReferenceAny):
        return not field.to or bool({obj.key, obj.base.key} & set(field.to))
    if isinstance(field, File) or not isinstance(field, Reference | ReferenceMany):
        return False
    if field.to != obj.model._meta.label:
        return False
    return not field.kinds or not obj.of or obj.key in field.kinds


def relation_words(relation: Relation) -> set[str]:
    """What people may write for a relation: the plural, the path of its pages, the key."""
    if relation.forward:
        return {relation.name}
    plural = str(relation.obj.plural).lower()
    return {relation.name, relation.obj.key, plural, plural.replace(" ", "_"), plural.replace(" ", "-")}
