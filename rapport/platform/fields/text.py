"""Fields that hold text: one line, many lines, rich text, e-mail address, phone number, web address.

Text is never NULL: nothing entered is "". Control characters, NUL and bidi overrides are taken out on the way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import nh3
from django.db import models
from django.utils.translation import gettext as _

from rapport.base import email_address, phone
from rapport.base.markup import bounded
from rapport.base.text import clean_line, clean_text
from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.platform.words import said

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.culture import Culture

LONG_TEXT_LIMIT = 200_000
RICH_TAGS = {
    "p",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "code",
    "h3",
    "h4",
    "a",
}


class Text(Field[str]):
    """One line of text, at most `max` characters."""

    kind: ClassVar[str] = "text"
    family: ClassVar[Family] = "text"

    def __init__(
        self,
        label: str,
        *,
        max: int = 200,
        default: str | Callable[[], str] | None = None,
        sorted_as: str = "",
        **options: Any,
    ) -> None:
        """`sorted_as` names the field lists are in the order of when sorted by this one: "Müller, Ada" for a name."""
        super().__init__(label, default=default, **options)
        self.max = max
        self.sorted_as = sorted_as

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.CharField(max_length=self.max, blank=True, default="", db_index=self.indexed)),)

    def empty(self) -> str:
        return ""

    def parse(self, raw: object, culture: Culture) -> str | None:
        return self.clean(clean_line(as_text(raw, limit=max(self.max * 4, 1000)), max(self.max * 4, 1000)))

    def clean(self, value: str | None) -> str | None:
        text = value or ""
        if len(text) > self.max:
            raise invalid(
                _("Too long: %(length)s characters, at most %(limit)s are kept."), length=len(text), limit=self.max
            )
        return super().clean(text)

    def format(self, value: str | None, culture: Culture) -> str:
        return value or ""

    def plain(self, value: str | None) -> Plain:
        return value or ""

    def from_plain(self, plain: Plain) -> str | None:
        return "" if plain is None else str(plain)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max}


class LongText(Text):
    """Several lines of plain text."""

    kind = "long_text"
    widget = "textarea"
    sortable = False

    def __init__(self, label: str, *, max: int = LONG_TEXT_LIMIT, **options: Any) -> None:
        super().__init__(label, max=max, **options)

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.TextField(blank=True, default="")),)

    def parse(self, raw: object, culture: Culture) -> str | None:
        return self.clean(clean_text(as_text(raw, limit=self.max)))


class RichText(LongText):
    """Formatted text: an allow-list of tags, links only to http, https and mailto."""

    kind = "rich_text"
    widget = "rich_text"

    def parse(self, raw: object, culture: Culture) -> str | None:
        return self.clean(clean_text(as_text(raw, limit=self.max)))

    def clean(self, value: str | None) -> str | None:
        return super().clean(sanitise(value or ""))


def sanitise(html: str) -> str:
    """Keep the allowed tags, drop everything else; the one place rich text is made safe (nh3, allow-list)."""
    return nh3.clean(
        bounded(html, LONG_TEXT_LIMIT),
        tags=RICH_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


class Email(Text):
    """One e-mail address in normal form (lower case, IDNA domain)."""

    kind = "email"
    widget = "email"
    in_lower_case = True

    def __init__(self, label: str, *, max: int = 254, **options: Any) -> None:
        super().__init__(label, max=max, **{"sensitivity": "personal", **options})

    def clean(self, value: str | None) -> str | None:
        if not value:
            return super().clean("")
        try:
            address = email_address.parse(value)
        except ValueError as error:
            raise invalid(said(error)) from error
        return super().clean(f"{address.local}@{address.domain}")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.max}


class Phone(Text):
    """One phone number, stored as E.164 with an optional ;ext=; national writing is read in the reader's region."""

    kind = "phone"
    widget = "phone"

    def __init__(self, label: str, *, max: int = 40, **options: Any) -> None:
        super().__init__(label, max=max, **{"sensitivity": "personal", **options})

    def parse(self, raw: object, culture: Culture) -> str | None:
        text = clean_line(as_text(raw, limit=200), 200)
        if not text:
            return self.clean("")
        try:
            return self.clean(str(phone.parse(text, culture.region)))
        except ValueError as error:
            raise invalid(said(error)) from error

    def from_plain(self, plain: Plain) -> str | None:
        return "" if plain is None else str(plain)

    def format(self, value: str | None, culture: Culture) -> str:
        return phone.format(value, culture.region) if value else ""


class Url(Text):
    """A web address: http or https with a host; a bare domain gets https."""

    kind = "url"
    widget = "url"

    def __init__(self, label: str, *, max: int = 1000, **options: Any) -> None:
        super().__init__(label, max=max, **options)

    def clean(self, value: str | None) -> str | None:
        if not value:
            return super().clean("")
        text = value if "://" in value else f"https://{value}"
        try:
            parts = urlsplit(text)
            host, _port = parts.hostname or "", parts.port
        except ValueError as error:
            raise invalid(_("“%(value)s” is not a web address."), value=value[:80]) from error
        if (
            parts.scheme not in {"http", "https"}
            or "." not in host
            or any(c.isspace() for c in text)
            or parts.username is not None
        ):
            raise invalid(_("“%(value)s” is not a web address like https://example.org."), value=value[:80])
        return super().clean(text)
