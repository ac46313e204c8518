"""Own fields and own Objects for tests, made as an administrator makes them."""

from __future__ import annotations

from typing import Any

from rapport.platform import access, records
from rapport.platform.custom.models import OwnField, OwnObject
from rapport.platform.custom.options import Answer
from rapport.platform.objects import Object, registry

SYSTEM = access.system("test")
ANSWERS = (Answer("gold", "Gold", "good"), Answer("silver", "Silver"), Answer("old", "Old", "bad"))


def own_field(obj: str, label: str, type: str = "text", **values: Any) -> OwnField:
    """A field on an Object."""
    if type in ("choice", "multi_choice"):
        values.setdefault("options", ANSWERS)
    given = {"object": obj, "label": label, "type": type, **values}
    made: OwnField = records.create(SYSTEM, registry.get("own_field"), given)
    return made


def own_object(label: str, plural: str = "", **values: Any) -> Object:
    """An Object with only a name."""
    made: OwnObject = records.create(
        SYSTEM, registry.get("own_object"), {"label": label, "plural": plural or f"{label}s", **values}
    )
    return registry.get(made.key)


TYPES = (
    *("text", "long_text", "number", "decimal", "percent", "money", "date", "datetime", "duration", "boolean"),
    *("choice", "multi_choice", "email", "phone", "url", "address", "reference", "user", "auto_number"),
)


def one_of_each(obj: str, target: str = "maker") -> dict[str, OwnField]:
    """A field of every type, by type."""
    return {
        type: own_field(obj, f"My {type}", type, **({"target": target} if type == "reference" else {}))
        for type in TYPES
    }


def at_once(obj: str, target: str = "maker") -> None:
    """A field of every type on an Object, all written at one stroke."""
    from rapport.platform.custom import current
    from rapport.platform.custom.options import OptionList

    options = OptionList("Answers")
    options.key = "options"
    written = options.to_columns(ANSWERS)
    OwnField.objects.bulk_create(
        [
            OwnField(
                object=obj,
                label=f"My {type}",
                key=f"my_{type}",
                stored=f"my_{type}",
                type=type,
                position=place,
                target=target if type == "reference" else "",
                searchable=type == "text",
                **(written if type in ("choice", "multi_choice") else {}),
            )
            for place, type in enumerate(TYPES)
        ]
    )
    current.changed()
