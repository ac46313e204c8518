"""JSON Schemas of Objects as one actor knows them: a record read, created, changed, the parameters of an Action.

The plain form of a Field gives the schema, with two differences: a reference is {"id", "label"} when read and a uid
when written, and what is written is described as narrowly as it is accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.access import readable, writable
from rapport.platform.fields import (
    DecimalNumber,
    Duration,
    Field,
    File,
    MoneyField,
    Reference,
    ReferenceAny,
    ReferenceMany,
    Text,
)
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rapport.platform.access import Actor, Rights
    from rapport.platform.actions import Action
    from rapport.platform.objects import Object

Schema = dict[str, Any]
UID: Schema = {"type": "string", "format": "uuid"}
LABEL: Schema = {"type": "string"}
LONGEST_DURATION = 36_600 * 86_400
LINK: Schema = {
    "type": ["object", "null"],
    "properties": {"id": UID, "label": LABEL},
    "required": ["id", "label"],
    "additionalProperties": False,
}
ANY_LINK: Schema = {
    "type": ["object", "null"],
    "properties": {"object": {"type": "string"}, "id": UID, "label": LABEL},
    "required": ["object", "id", "label"],
    "additionalProperties": False,
}


# --- reading ----------------------------------------------------------------------------------------------------------


def record(actor: Actor, obj: Object) -> Schema:
    """A record as it is given out; only `id` and `version` are always there (a list may name the `fields` it wants)."""
    properties = {"id": UID, "version": {"type": "integer"}}
    properties |= {key: described(field, read(field)) for key, field in readable(actor, obj).items()}
    # "customer.industry" in `fields` adds a property of that name.
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": {r"\.": {}},
        "required": ["id", "version"],
        "additionalProperties": False,
    }


def read(field: Field[Any]) -> Schema:
    """The schema of a value given out. Stored values may be older than today's limits, so no limit is promised."""
    match field:
        case ReferenceAny():
            return ANY_LINK
        case ReferenceMany():
            return {"type": "array", "items": {**LINK, "type": "object"}}
        case Reference():
            return LINK
    return _without_limits(field.schema())


LIMITS = ("maxLength", "minimum", "maximum", "enum", "uniqueItems", "maxItems", "pattern", "minLength")


def _without_limits(schema: Schema) -> Schema:
    found = {
        key: value
        for key, value in schema.items()
        if key not in LIMITS and not (key == "format" and value == "decimal")
    }
    if "items" in found:
        found["items"] = _without_limits(found["items"])
    if "properties" in found:
        found["properties"] = {key: _without_limits(value) for key, value in found["properties"].items()}
    return found


def described(field: Field[Any], schema: Schema) -> Schema:
    """The schema with the field's label and help."""
    words = {"title": str(field.label), **({"description": str(field.help)} if field.help else {})}
    target = refers_to(field)
    return {**schema, **words, **({"x-refers-to": target} if target else {})}


def refers_to(field: Field[Any]) -> list[str]:
    """Keys of the Objects a reference may point at."""
    match field:
        case ReferenceAny():
            return list(field.to) or [obj.key for obj in registry.all() if not obj.of]
        case Reference() | ReferenceMany():
            return list(field.kinds) or [field.target.key]
    return []


# --- writing ----------------------------------------------------------------------------------------------------------


def to_create(actor: Actor, obj: Object) -> Schema:
    """The body that creates a record."""
    fields = {key: field for key, field in writable(actor, obj).items() if key in obj.editable}
    needed = [key for key, field in fields.items() if field.required and field.is_empty(field.initial())]
    return _body(fields, needed)


def to_change(actor: Actor, obj: Object) -> Schema:
    """The body that changes a record: what is not named stays."""
    return _body(writable(actor, obj), [])


def to_upsert(actor: Actor, obj: Object, key: str) -> Schema:
    """The body beside the value in the address; the keyed field itself need not be repeated."""
    return _body(writable(actor, obj), [])


def answers(action: Action) -> Schema:
    """The body of an Action: its parameters."""
    fields = {parameter.key: parameter.field for parameter in action.parameters}
    return _body(fields, [parameter.key for parameter in action.parameters if parameter.required])


def _body(fields: Mapping[str, Field[Any]], needed: Iterable[str]) -> Schema:
    required = list(needed)
    properties = {key: described(field, write(field, needed=key in required)) for key, field in fields.items()}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def write(field: Field[Any], *, needed: bool = False) -> Schema:
    """The schema of a value sent to us."""
    found = _written(field)
    if not (needed or field.required):
        return found
    if isinstance(field, Text):
        return {**found, "minLength": 1}
    kinds = found["type"]
    return {**found, "type": [kind for kind in kinds if kind != "null"]} if isinstance(kinds, list) else found


def _written(field: Field[Any]) -> Schema:
    match field:
        case DecimalNumber():
            return _decimal(field.digits - field.places, field.places, null=True)
        case MoneyField():
            return {
                "type": ["object", "null"],
                "properties": {"amount": _decimal(16, 4), "currency": {"type": "string", "pattern": "^[A-Z]{3}$"}},
                "required": ["amount", "currency"],
                "additionalProperties": False,
            }
        case Duration():
            return {**field.schema(), "maximum": LONGEST_DURATION}
        case ReferenceAny():
            kinds = [obj.key for obj in registry.all() if not field.to or {obj.key, obj.base.key} & set(field.to)]
            properties = {"object": {"type": "string", "enum": kinds}, "id": UID}
            return {
                "type": ["object", "null"],
                "properties": properties,
                "required": ["object", "id"],
                "additionalProperties": False,
            }
        case ReferenceMany():
            return {"type": "array", "items": UID, "uniqueItems": True, "maxItems": 200}
        case File() | Reference():
            return {**UID, "type": ["string", "null"]}
    return field.schema()


def _decimal(before: int, after: int, *, null: bool = False) -> Schema:
    fraction = rf"(\.[0-9]{{1,{after}}})?" if after else ""
    kinds = ["string", "number", *(["null"] if null else [])]
    return {"type": kinds, "pattern": rf"^-?[0-9]{{1,{before}}}{fraction}$"}


# --- remembered -------------------------------------------------------------------------------------------------------

_kept: dict[tuple[Any, ...], tuple[Rights, Object, Schema]] = {}


def kept(make: Callable[..., Schema], actor: Actor, obj: Object, *more: Any) -> Schema:
    """`make(actor, obj, *more)`, remembered while the actor's rights are the same object and no field was made."""
    key = (make.__name__, id(actor.rights), obj.key, registry.version, *more)
    known = _kept.get(key)
    if known is not None and known[0] is actor.rights and known[1] is obj:
        return known[2]
    if len(_kept) > 5_000:
        _kept.clear()
    found = make(actor, obj, *more)
    _kept[key] = (actor.rights, obj, found)
    return found
