"""How one reader writes and reads: language, zone, separators, home region, home currency.

A Culture travels with every parse and format; nothing below it asks a global for a locale.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Literal

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
