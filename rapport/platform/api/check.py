"""Values against the part of JSON Schema (2020-12) that our own descriptions use.

Not a general validator: it knows exactly the keywords `schemas` writes, and refuses to run on others, so that nothing
is published that is not checked.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.api.problems import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)

SAID = frozenset({"title", "description", "default", "examples", "readOnly", "x-refers-to"})
KNOWN = SAID | {
    "type", "enum", "const", "maxLength", "minLength", "pattern", "format", "minimum", "maximum",
    "items", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "minProperties",
}  # fmt: skip
Error = dict[str, str]


def errors(schema: Mapping[str, Any], value: object, pointer: str = "") -> Iterator[Error]:
    """What is wrong with a value, each at its place; nothing when it fits."""
    strange = schema.keys() - KNOWN
    if strange:
        raise LookupError(f"the checker does not know {sorted(strange)}")
    kind = type_of(value)
    if "type" in schema and not _is(kind, value, schema["type"]):
        yield _error(
            pointer, _("Expected %(expected)s, got %(got)s.") % {"expected": _words(schema["type"]), "got": kind}
        )
        return
    if "enum" in schema and value not in schema["enum"]:
        yield _error(
            pointer,
            _("Expected one of: %(answers)s.") % {"answers": ", ".join(repr(one) for one in schema["enum"][:20])},
        )
        return
    match value:
        case str():
            yield from _text(schema, value, pointer)
        case bool() | None:
            pass
        case int() | float():
            yield from _number(schema, value, pointer)
        case list():
            yield from _list(schema, value, pointer)
        case dict():
            yield from _object(schema, value, pointer)


def type_of(value: object) -> str:
    """The JSON type of a value."""
    names: dict[type, str] = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
        dict: "object",
    }
    return "null" if value is None else names[type(value)]


def _is(kind: str, value: object, wanted: str | list[str]) -> bool:
    allowed = {wanted} if isinstance(wanted, str) else set(wanted)
    if kind in allowed:
        return True
    if kind == "integer":
        return "number" in allowed
    # 3.0 is an integer in JSON, where the two cannot be told apart.
    return kind == "number" and "integer" in allowed and isinstance(value, float) and value.is_integer()


def _words(wanted: str | list[str]) -> str:
    return wanted if isinstance(wanted, str) else " / ".join(wanted)


def _error(pointer: str, message: str) -> Error:
    return {"pointer": pointer, "message": message}


def _text(schema: Mapping[str, Any], value: str, pointer: str) -> Iterator[Error]:
    if len(value) > schema.get("maxLength", len(value)):
        message = _("Too long: %(length)s characters, at most %(limit)s are kept.")
        yield _error(pointer, message % {"length": len(value), "limit": schema["maxLength"]})
    elif len(value) < schema.get("minLength", 0):
        yield _error(pointer, _("Too short: at least %(limit)s characters.") % {"limit": schema["minLength"]})
    elif "pattern" in schema and not re.search(schema["pattern"], value, re.ASCII):
        yield _error(pointer, schema.get("description") or _("This is not written as it must be."))
    elif "format" in schema and not FORMATS[schema["format"]](value):
        yield _error(pointer, _("Expected the format %(format)s.") % {"format": schema["format"]})


def _number(schema: Mapping[str, Any], value: float, pointer: str) -> Iterator[Error]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and value < low) or (high is not None and value > high):
        yield _error(pointer, _("Must be between %(min)s and %(max)s.") % {"min": low, "max": high})


def _list(schema: Mapping[str, Any], value: list[Any], pointer: str) -> Iterator[Error]:
    if len(value) > schema.get("maxItems", 1_000):
        yield _error(pointer, _("At most %(limit)s entries.") % {"limit": schema.get("maxItems", 1_000)})
        return
    if schema.get("uniqueItems") and any(item in value[:place] for place, item in enumerate(value)):
        yield _error(pointer, _("An entry stands here twice."))
    for place, item in enumerate(value):
        yield from errors(schema.get("items", {}), item, f"{pointer}/{place}")


def _object(schema: Mapping[str, Any], value: dict[str, Any], pointer: str) -> Iterator[Error]:
    known: Mapping[str, Any] = schema.get("properties", {})
    for key in schema.get("required", ()):
        if key not in value:
            yield _error(f"{pointer}/{escaped(key)}", _("This is needed."))
    for key, item in value.items():
        if key in known:
            yield from errors(known[key], item, f"{pointer}/{escaped(key)}")
        elif schema.get("additionalProperties") is False:
            yield _error(f"{pointer}/{escaped(key[:60])}", _("There is no such field."))
        elif isinstance(others := schema.get("additionalProperties"), dict):
            yield from errors(others, item, f"{pointer}/{escaped(key[:60])}")


def _is_day(text: str) -> bool:
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    if not MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


FORMATS = {"uuid": lambda text: bool(UUID.fullmatch(text)), "date": _is_day, "date-time": _is_moment}
