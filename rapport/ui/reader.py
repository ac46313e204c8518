"""Who reads this page: language, time zone, theme. Held in a context variable for one request or job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

from rapport.ui import language

FALLBACK_LOCALE = "en_GB"
_ZONE_NAME = re.compile(r"[A-Za-z0-9_+\-]+(/[A-Za-z0-9_+\-]+)*")


@dataclass(frozen=True, slots=True)
class Reader:
    """The habits of one person; an unknown locale or zone falls back rather than breaks a page."""

    locale: str = FALLBACK_LOCALE
    zone: tzinfo | str = UTC
    name: str = ""
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["cosy", "compact"] = "cosy"
    currency: str = ""

    @property
    def babel(self) -> Locale:
        return _locale(self.locale)

    @property
    def tz(self) -> tzinfo:
        return _zone(self.zone) if isinstance(self.zone, str) else self.zone

    @property
    def language(self) -> str:
        """The BCP 47 tag of the texts, for `lang`: `en-GB` where figures are written so too, else `en`."""
        spoken = language.tag(language.current())
        return str(self.babel).replace("_", "-") if self.babel.language == spoken else spoken

    @property
    def direction(self) -> str:
        """Which way the texts run: "ltr" or "rtl"."""
        return language.direction(language.current())


_current: ContextVar[Reader | None] = ContextVar("rapport_reader", default=None)
NOBODY = Reader()


def current() -> Reader:
    """Who reads now; a plain British reader in UTC outside of a request."""
    return _current.get() or NOBODY


@contextmanager
def reading_as(reader: Reader) -> Iterator[None]:
    """Format for `reader` inside the block."""
    token = _current.set(reader)
    try:
        yield
    finally:
        _current.reset(token)


@lru_cache(maxsize=256)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return Locale.parse(FALLBACK_LOCALE)


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo:
    if not _ZONE_NAME.fullmatch(name):  # ZoneInfo opens a file of this name
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return UTC
