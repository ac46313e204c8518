"""The types an own field can have: each builds the Field from its definition. `add` takes further ones in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.platform.custom.field import InCustom, in_custom
from rapport.platform.custom.many import OwnReferenceMany
from rapport.platform.fields import (
    Address,
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Email,
    Field,
    File,
    LongText,
    MoneyField,
    MultiChoice,
    Number,
    Option,
    Percent,
    Phone,
    Reference,
    ReferenceAny,
    Text,
    Url,
)
from rapport.platform.objects import Object, registry
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.platform.custom.models import OwnField

Lookup = Callable[[str], Object]
Build = Callable[["OwnField", Lookup], Field[Any]]


@dataclass(frozen=True, slots=True)
class Type:
    """One type. `asks` names what its definition needs beside the common: options, target, places.

    `build` gets the definition and a way to look Objects up by key (own ones are only being made). `stores` is False
    for a type that is calculated and keeps nothing in the record.
    """

    key: str
    label: str
    build: Build
    icon: str = "pencil"
    asks: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset({"required", "unique", "filterable", "searchable"})
    stores: bool = True
    # Completes and proves a definition of this type before it is written. Raises ValidationError by field.
    derive: Callable[[OwnField], None] | None = None


TYPES: dict[str, Type] = {}


def add(found: Type) -> Type:
    """Take a type in; call it while Django loads the models."""
    TYPES[found.key] = found
    return found


def common(definition: OwnField) -> dict[str, Any]:
    """What every Field takes from its definition."""
    return {
        "help": definition.help,
        "required": definition.required and "required" in TYPES[definition.type].can,
        "unique": definition.unique and "unique" in TYPES[definition.type].can,
        "indexed": definition.filterable,
        "sensitivity": definition.sensitivity,
        "required_when": definition.required_when if "required" in TYPES[definition.type].can else "",
        "shown_when": definition.shown_when,
        "locked_when": definition.locked_when,
    }


def stored(definition: OwnField, cls: type[Any], *rest: Any, **more: Any) -> Field[Any]:
    """A Field of this class whose value stands in `custom` under the definition's storage name."""
    found: InCustom = in_custom(_SPECIAL.get(cls, cls))(definition.label, *rest, **{**common(definition), **more})
    found.key, found.stored = definition.key, definition.stored
    if found.unique:
        found.index_name = f"own_{definition.pk}_once"
    return found


class OwnAddress(Address):
    """An address whose parts are own fields too, for paths such as `site.city`."""

    stored: str

    def sub_fields(self) -> dict[str, Text]:
        found = {}
        for name, size in self.SIZES.items():
            part = in_custom(Text)(name, max=size, sensitivity=self.sensitivity)
            part.key, part.stored = f"{self.key}_{name}", f"{self.stored}_{name}"
            found[name] = part
        return found


_SPECIAL: Mapping[type[Any], type[Any]] = {Address: OwnAddress}


def _options(definition: OwnField) -> list[Option]:
    """Every answer, the retired ones too: what is chosen somewhere must be read."""
    return [Option(one.key, one.label, one.tone, one.retired) for one in definition.answers]  # type: ignore[arg-type]  # a checked tone


def _reference(definition: OwnField, lookup: Lookup) -> Field[Any]:
    target = lookup(definition.target)
    kinds = (target.key,) if target.of else ()
    return stored(definition, Reference, target.base.model._meta.label, kinds=kinds)


def _reference_many(definition: OwnField, lookup: Lookup) -> Field[Any]:
    target = lookup(definition.target)
    kinds = (target.key,) if target.of else ()
    found = OwnReferenceMany(definition.label, target.base.model._meta.label, kinds=kinds, **common(definition))
    found.key, found.stored, found.field_id = definition.key, definition.stored, definition.pk
    return found


def _reference_any(definition: OwnField, lookup: Lookup) -> Field[Any]:
    """A kind that is retired is pointed at no more; one is left, or the field rests."""
    found = []
    for key in targets_of(definition):
        try:
            found.append(lookup(key).key)
        except LookupError:
            continue
    if not found:
        raise LookupError(definition.target)
    return stored(definition, ReferenceAny, tuple(found))


def targets_of(definition: OwnField) -> list[str]:
    """The keys of the kinds of record it points at."""
    return [key for key in definition.target.replace(" ", "").split(",") if key]


def _user(definition: OwnField, lookup: Lookup) -> Field[Any]:
    return stored(definition, Reference, registry.get("user").model._meta.label, panel=False)


def _number(definition: OwnField, _lookup: Lookup) -> Field[Any]:
    prefix = definition.pattern.replace("{", "").replace("}", "")
    return stored(definition, AutoNumber, pattern=prefix + "{:d}", start=1)


def _simple(cls: type[Field[Any]], **more: Any) -> Build:
    return lambda definition, _lookup: stored(definition, cls, **more)


PLACES, OPTIONS, TARGET = frozenset({"places"}), frozenset({"options"}), frozenset({"target"})
# Several kinds of record, where TARGET asks for one.
TARGETS = frozenset({"target", "several"})
ASKED = frozenset({"required", "filterable"})
QUANTITY = frozenset({"required", "unique", "filterable"})

for _one in (
    Type("text", _("Text"), _simple(Text), "pencil"),
    Type("long_text", _("Long text"), _simple(LongText), "file-text", can=frozenset({"required", "searchable"})),
    Type("number", _("Whole number"), _simple(Number), "chart-column", can=QUANTITY),
    Type(
        "decimal",
        _("Decimal number"),
        lambda definition, _lookup: stored(definition, DecimalNumber, places=definition.digits),
        "chart-column",
        PLACES,
        QUANTITY,
    ),
    Type("percent", _("Percent"), _simple(Percent), "trending-up", can=ASKED),
    Type("money", _("Money"), _simple(MoneyField), "wallet", can=ASKED),
    Type("date", _("Day"), _simple(Date), "calendar", can=QUANTITY),
    Type("datetime", _("Day and time"), _simple(DateTime), "clock", can=QUANTITY),
    Type("duration", _("Length of time"), _simple(Duration), "timer", can=ASKED),
    Type("boolean", _("Yes or no"), _simple(Boolean), "circle-check", can=frozenset({"filterable"})),
    Type(
        "choice",
        _("One of a list"),
        lambda definition, _lookup: stored(definition, Choice, _options(definition)),
        "list",
        OPTIONS,
        ASKED,
    ),
    Type(
        "multi_choice",
        _("Several of a list"),
        lambda definition, _lookup: stored(definition, MultiChoice, _options(definition)),
        "list-checks",
        OPTIONS,
        ASKED,
    ),
    Type("email", _("E-mail address"), _simple(Email), "mail"),
    Type("phone", _("Phone number"), _simple(Phone), "phone"),
    Type("url", _("Web address"), _simple(Url), "link"),
    Type("address", _("Postal address"), _simple(Address), "map-pin", can=frozenset({"required"})),
    Type("reference", _("Another record"), _reference, "corner-down-right", TARGET, ASKED),
    Type("reference_many", _("Several other records"), _reference_many, "list-checks", TARGET, frozenset({"required"})),
    Type("reference_any", _("A record of one of several kinds"), _reference_any, "share-2", TARGETS, ASKED),
    Type("file", _("A file"), _simple(File), "paperclip", can=frozenset({"required"})),
    Type("user", _("A colleague"), _user, "user", can=ASKED),
    Type(
        "auto_number",
        _("Running number"),
        _number,
        "tag",
        frozenset({"pattern"}),
        frozenset({"filterable", "searchable"}),
    ),
):
    add(_one)

# Called before a definition is written; raise ValidationError by field.
proofs: list[Callable[[OwnField], None]] = []
# Called in the transaction that makes or changes a definition, when everybody knows it: (actor, change).
followers: list[Callable[[Any, Any], None]] = []
