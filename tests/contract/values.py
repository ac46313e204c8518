"""Values for every kind of field: valid ones in the form the API takes, and what a query may compare them with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rapport.platform.fields import (
    Choice,
    Email,
    Field,
    File,
    MultiChoice,
    Phone,
    Reference,
    ReferenceAny,
    ReferenceMany,
    Url,
)
from rapport.platform.objects import Object, registry

# Uid of some record of an Object (None: there can be none yet).
Pointing = Callable[[Object], str | None]

BY_KIND: dict[str, tuple[Any, Any]] = {
    "text": ("Grüne Wiese 7", "Blauer Berg 8"),
    "long_text": ("Erste Zeile\nzweite Zeile", "Nur eine"),
    "rich_text": ("<p>Ein <strong>Wort</strong></p>", "<p>Zwei</p>"),
    "email": ("ada@example.org", "bob@example.com"),
    "phone": ("+4930123456", "+41446681800"),
    "url": ("https://example.org/a", "https://example.com/b"),
    "number": (3, 4),
    "decimal": ("2.5", "7.25"),
    "percent": ("25", "50.5"),
    "money": ({"amount": "1234.5", "currency": "EUR"}, {"amount": "99", "currency": "EUR"}),
    "date": ("2026-03-01", "2026-04-02"),
    "datetime": ("2026-03-01T09:30:00Z", "2026-04-02T10:00:00Z"),
    "duration": (5400, 60),
    "boolean": (True, False),
    "tags": (["alpha", "beta"], ["gamma"]),
    "address": (
        {"street": "Hauptstr. 1", "extra": "", "postal_code": "89073", "city": "Ulm", "region": "", "country": "DE"},
        {"street": "", "extra": "", "postal_code": "", "city": "Wien", "region": "", "country": "AT"},
    ),
}  # fmt: skip

# What a noun's own rules ask for beyond the kind of the field.
FITTING: dict[tuple[str, str], tuple[Any, Any]] = {
    ("user", "locale"): ("de_DE", "en_GB"),
    ("user", "time_zone"): ("Europe/Berlin", "UTC"),
    ("party", "domain"): ("example.org", "example.com"),
    ("contact_point", "value"): ("ada@example.org", "bob@example.com"),
    ("task", "checklist"): ("[ ] Eins", "[x] Eins\n[ ] Zwei"),
    ("task", "recurrence"): ("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY"),
    ("webhook", "kinds"): ("party.*", "task.created, party.*"),
    ("webhook", "condition"): ("", ""),
    ("own_field", "object"): ("toy", "toy"),
    ("own_field", "key"): ("meadow", "mountain"),
    ("own_field", "type"): ("text", "long_text"),
    ("own_field", "target"): ("", "maker"),
    ("own_field", "pattern"): ("", "M-"),
    ("own_field", "options"): (
        [{"key": "a", "label": "A", "tone": "good", "retired": False}],
        [
            {"key": "b", "label": "B", "tone": "", "retired": False},
            {"key": "a", "label": "A", "tone": "good", "retired": True},
        ],
    ),
    ("own_field", "required_when"): ("open", "not open"),
    ("own_field", "shown_when"): ("open", "not open"),
    ("own_field", "locked_when"): ("open", "not open"),
    ("retention_rule", "object"): ("toy", "maker"),
    ("retention_rule", "since"): ("updated_at", "created_at"),
    ("retention_rule", "condition"): ("", ""),
    ("retention_rule", "fields"): ("", ""),
    ("retention_rule", "ending"): ("archive", "erase"),
    ("own_object", "slug"): ("meadows", "mountains"),
    ("own_object", "icon"): ("star", "truck"),
    ("own_object", "board"): ("", ""),
}
# Fields that exclude another one of the same noun.
LEFT_OUT = frozenset({("relationship", "other")})
# Fields a noun keeps in step with others (a person's name with its parts), so that what is sent may come back changed.
IN_STEP = frozenset({("party", "name"), ("person", "name"), ("stage", "probability")})
# Nouns whose records are never changed: what holds now is a new record.
FIXED = frozenset({"consent"})


def sample(obj: Object, field: Field[Any], pointing: Pointing, *, second: bool = False) -> Any:
    """A valid value of a field as sent to the API, or another one; None where a reference has nothing to point at."""
    if (obj.key, field.key) in LEFT_OUT:
        return None
    for key in (obj.key, obj.base.key):
        if (key, field.key) in FITTING:
            return FITTING[key, field.key][second]
    match field:
        case Choice():
            return field.options[-1 if second else 0].key
        case MultiChoice():
            return [option.key for option in (field.options[:1] if second else field.options[:2])]
        case ReferenceAny():
            kinds = [registry.get(key) for key in field.to] or [registry.get("user")]
            uid = pointing(kinds[0])
            return None if uid is None else {"object": kinds[0].key, "id": uid}
        case ReferenceMany():
            uid = pointing(_kind(field))
            return [uid] if uid else []
        case File() | Reference():
            return pointing(_kind(field))
    value = BY_KIND[field.kind][second]
    if field.family == "text":
        return value if isinstance(field, Phone | Email | Url) else value[: getattr(field, "max", 200)]
    return _within(field, value) if field.family == "number" else value


def is_fitting(obj: Object, field: Field[Any]) -> bool:
    """Whether a rule of the noun asks for particular values."""
    return (obj.key, field.key) in FITTING or (obj.base.key, field.key) in FITTING


def _kind(field: Any) -> Object:
    return registry.get(field.kinds[0]) if field.kinds else field.target


def _within(field: Field[Any], value: Any) -> Any:
    low, high = getattr(field, "min", None), getattr(field, "max", None)
    if low is not None and Decimal(str(value)) < Decimal(str(low)):
        return int(low)
    if high is not None and Decimal(str(value)) > Decimal(str(high)):
        return int(high)
    return value


def same(field: Field[Any], sent: Any, got: Any) -> bool:
    """Whether what came back is what was sent: numbers by worth, references by uid."""
    match field:
        case ReferenceAny():
            return (sent is None and got is None) or (sent is not None and got["id"] == sent["id"])
        case ReferenceMany():
            return bool([one["id"] for one in got] == sent)
        case Reference():
            return bool((got or {}).get("id") == sent)
    if field.kind in ("decimal", "percent"):
        return Decimal(got) == Decimal(str(sent))
    if field.kind == "money":
        return (Decimal(got["amount"]), got["currency"]) == (Decimal(sent["amount"]), sent["currency"])
    return bool(got == sent)


# --- queries ----------------------------------------------------------------------------------------------------------

LITERALS: dict[str, tuple[str, str]] = {
    "text": ('"wiese"', '"berg"'),
    "number": ("3", "400"),
    "money": ("100 EUR", "2000"),
    "date": ("2026-03-01", "last 30 days"),
    "datetime": ("2026-03-01", "this quarter"),
    "duration": ('"90 minutes"', '"2 hours"'),
    "boolean": ("true", "false"),
    "tags": ("alpha", "gamma"),
    "composite": ('"ulm"', '"wien"'),
    "reference": ("#1", "#2"),
    "references": ("#1", "#2"),
}


def literals(field: Field[Any]) -> tuple[str, str]:
    """Two things a query may compare the field with."""
    if isinstance(field, ReferenceAny):
        kind = (field.to or ("user",))[0]
        base = registry.get(kind).base.key
        return f"{base}:1", f"{base}:2"
    if isinstance(field, Choice | MultiChoice):
        return f'"{field.options[0].key}"', f'"{field.options[-1].key}"'
    return LITERALS.get(field.family, ("", ""))


def comparisons(name: str, field: Field[Any], operators: tuple[str, ...]) -> list[str]:
    """A condition for each operator of the field."""
    one, two = literals(field)
    found = []
    for operator in operators:
        match operator:
            case "is empty" | "is not empty":
                found.append(f"{name} {operator}")
            case "between":
                exact = one if field.family not in ("date", "datetime") else "2026-01-01"
                found.append(f"{name} between {exact} and {two if exact == one else '2026-12-31'}")
            case "in" | "not in":
                found.append(
                    f"{name} {operator} ({one}, {two})"
                    if field.family not in ("date", "datetime")
                    else f"{name} {operator} {two}"
                )
            case "contains" | "not contains" | "starts with" if field.family == "reference":
                found.append(f'{name} {operator} "wiese"')
            case _:
                found.append(f"{name} {operator} {one}")
    return found
