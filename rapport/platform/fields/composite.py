"""Fields with several columns or a place of their own: address, tags, file, automatic number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from rapport.base import postal_address
from rapport.base.postal_address import PostalAddress
from rapport.base.text import clean_line, clean_text, fold
from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.platform.fields.choices import split_words
from rapport.platform.fields.references import Reference
from rapport.platform.fields.text import Text
from rapport.platform.words import said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapport.platform.culture import Culture

EMPTY_ADDRESS = PostalAddress("", "", "", "", "", "")


class Address(Field[PostalAddress]):
    """A postal address, a column per part, so that `address.city = Berlin` is an ordinary comparison."""

    kind: ClassVar[str] = "address"
    family: ClassVar[Family] = "composite"
    widget = "address"
    sortable = False
    SIZES: ClassVar[dict[str, int]] = {
        "street": 200,
        "extra": 200,
        "postal_code": 20,
        "city": 100,
        "region": 100,
        "country": 2,
    }

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **{"sensitivity": "personal", **options})

    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(f"_{name}", models.CharField(max_length=size, blank=True, default=""))
            for name, size in self.SIZES.items()
        )

    def sub_fields(self) -> dict[str, Text]:
        """The parts as text fields, for paths such as `address.city`."""
        found = {}
        for name, size in self.SIZES.items():
            found[name] = Text(name, max=size, sensitivity=self.sensitivity)
            found[name].key = f"{self.key}_{name}"
        return found

    def empty(self) -> PostalAddress:
        return EMPTY_ADDRESS

    def read(self, record: object) -> PostalAddress:
        return PostalAddress(*(getattr(record, f"{self.key}_{name}") for name in self.SIZES))

    def to_columns(self, value: PostalAddress | None) -> dict[str, object]:
        address = value or EMPTY_ADDRESS
        return {f"{self.key}_{name}": getattr(address, name) for name in self.SIZES}

    def from_row(self, *row: Any) -> PostalAddress:
        return PostalAddress(*row)

    def parse(self, raw: object, culture: Culture) -> PostalAddress | None:
        """From a JSON object of parts, or from lines of text kept whole as the street."""
        if not isinstance(raw, dict):
            lines = clean_text(as_text(raw, limit=2000)).splitlines()
            return self.clean(PostalAddress(*(", ".join(lines), "", "", "", "", "")))
        unknown = set(raw) - set(self.SIZES)
        if unknown:
            raise invalid(_("An address has no part “%(part)s”."), part=min(map(str, unknown))[:40])
        return self.clean(PostalAddress(*(clean_line(as_text(raw.get(name), limit=1000), 1000) for name in self.SIZES)))

    def clean(self, value: PostalAddress | None) -> PostalAddress | None:
        address = value or EMPTY_ADDRESS
        try:
            country = postal_address.parse_country(address.country) if address.country else ""
        except ValueError as error:
            raise invalid(said(error)) from error
        checked = PostalAddress(
            address.street, address.extra, address.postal_code, address.city, address.region, country
        )
        for name, size in self.SIZES.items():
            if len(getattr(checked, name)) > size:
                raise invalid(_("Too long: at most %(limit)s characters are kept."), limit=size)
        return super().clean(checked)

    def format(self, value: PostalAddress | None, culture: Culture) -> str:
        return value.one_line(culture.locale, home=culture.region) if value and value != EMPTY_ADDRESS else ""

    def plain(self, value: PostalAddress | None) -> Plain:
        address = value or EMPTY_ADDRESS
        return {name: getattr(address, name) for name in self.SIZES}

    def from_plain(self, plain: Plain) -> PostalAddress | None:
        return (
            PostalAddress(*(str(plain.get(name, "")) for name in self.SIZES))
            if isinstance(plain, dict)
            else EMPTY_ADDRESS
        )

    def schema(self) -> dict[str, Any]:
        properties = {name: {"type": "string", "maxLength": size} for name, size in self.SIZES.items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def warehouse_type(self) -> str:
        return (
            "STRUCT(street VARCHAR, extra VARCHAR, postal_code VARCHAR, city VARCHAR, region VARCHAR, country VARCHAR)"
        )


class Tags(Field[list[str]]):
    """Free words shared by all Objects, kept as links; two spellings that fold alike are one tag."""

    kind: ClassVar[str] = "tags"
    family: ClassVar[Family] = "tags"
    widget = "tags"
    sortable = False
    outside = True
    model: type[models.Model]

    def parts(self) -> tuple[Part, ...]:
        return ()

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        self.model = model
        super().contribute_to_class(model, name)

    def empty(self) -> list[str]:
        return []

    def read(self, record: object) -> list[str]:
        from rapport.platform import tags

        # Declared on Record and inherited by all: the record itself knows its model.
        pk: int = record.pk  # type: ignore[attr-defined]  # a Record
        return tags.load(type(record), [pk]).get(pk, [])  # type: ignore[arg-type]  # as above

    def to_columns(self, value: list[str] | None) -> dict[str, object]:
        return {}

    def load_links(self, record_ids: Sequence[int]) -> dict[int, list[str]]:
        from rapport.platform import tags

        return tags.load(self.model, record_ids)

    def links_sql(self, model: type[models.Model], record: str) -> tuple[str, tuple[object, ...]]:
        from rapport.platform import tags

        return tags.links_sql(model, record)

    def from_links(self, targets: Sequence[Any]) -> list[str]:
        return list(targets)

    def save_links(self, values: Mapping[int, list[str] | None]) -> None:
        from rapport.platform import tags

        tags.save(self.model, values)

    def parse(self, raw: object, culture: Culture) -> list[str] | None:
        return self.clean([clean_line(word, 60) for word in split_words(raw)])

    def clean(self, value: list[str] | None) -> list[str] | None:
        by_fold: dict[str, str] = {}
        for word in value or []:
            if word.strip():
                by_fold.setdefault(fold(word.strip()), word.strip()[:60])
        return super().clean(sorted(by_fold.values(), key=fold))

    def format(self, value: list[str] | None, culture: Culture) -> str:
        return ", ".join(value or [])

    def plain(self, value: list[str] | None) -> Plain:
        return list(value or [])

    def from_plain(self, plain: Plain) -> list[str] | None:
        return [str(word) for word in plain] if isinstance(plain, list) else []

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 200}

    def warehouse_type(self) -> str:
        return "VARCHAR[]"


class File(Reference[Any]):
    """One stored file (see `platform.files`)."""

    kind = "file"
    family = "file"
    widget = "file"
    sortable = False

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, "platform.StoredFile", panel=False, **options)


class AutoNumber(Text):
    """A number people read out, such as O-1042, from a counter row: distinct, in order, never reused."""

    kind = "auto_number"

    def __init__(self, label: str, *, pattern: str = "{:d}", start: int = 1001, **options: Any) -> None:
        super().__init__(label, max=30, **{"read_only": True, "unique": True, "sensitivity": "public", **options})
        self.pattern, self.start = pattern, start

    def parts(self) -> tuple[Part, ...]:
        # NULL until numbered: many rows of a batch may wait for their number without colliding.
        return (Part("", models.CharField(max_length=30, null=True, blank=True, unique=True)),)  # as said above
