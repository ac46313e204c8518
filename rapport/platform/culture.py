"""How one reader writes and reads: language, zone, separators, home region, home currency.

A Culture travels with every parse and format; nothing below it asks a global for a locale.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from babel import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from collections.abc import Iterator

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class Culture:
    """Reading habits of one person or one file.

    `decimal_comma` and `date_order` are None where the text itself must decide (then the unambiguous reading wins).
    """

    locale: str = "en_GB"
    tz: tzinfo = UTC
    decimal_comma: bool | None = None
    date_order: DateOrder | None = "dmy"
    region: str = "DE"
    currency: str = "EUR"
    # Of texts; the locale says how figures and days are written.
    language: str = "en"

    @property
    def week_start(self) -> int:
        """The weekday on which weeks begin, 0 for Monday."""
        return _first_week_day(self.locale)


@lru_cache(maxsize=256)
def _first_week_day(locale: str) -> int:
    try:
        first: int = Locale.parse(locale).first_week_day
    except (ValueError, UnknownLocaleError):
        return 0
    return first


DEFAULT = Culture()
# How people who read a language mostly write figures and days, until they choose.
LOCALES = {"en": "en_GB", "de": "de_DE"}
_current: ContextVar[Culture] = ContextVar("culture", default=DEFAULT)


def current() -> Culture:
    """The culture of the request or job at work; DEFAULT outside of both."""
    return _current.get()


@contextmanager
def use(culture: Culture) -> Iterator[None]:
    """Read and write as `culture` inside the block."""
    token = _current.set(culture)
    try:
        yield
    finally:
        _current.reset(token)
