"""Numbers, money, dates and lengths of time in the words of the reader.

All take their language, zone and currency from `reader.current()` and return plain text; only `when` returns HTML. A
value of the wrong kind is shown as it is rather than breaking the page: formatting is never the place where bad input
is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Literal
from zlib import crc32

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)

from rapport.base import clock
from rapport.base.money import Money
from rapport.ui import reader
from rapport.ui.language import gettext as _
from rapport.ui.language import ngettext
from rapport.ui.safe import Safe, escape, html

Number = int | float | Decimal
DateForm = Literal["near", "long", "full", "short"]
HUES = 6
_COMPACT_FROM = 10_000
_MOST_DIGITS = 20  # more is no figure that people read, and beyond the precision that babel rounds with


def money(value: object, currency: str = "", *, short: bool = False) -> str:
    """An amount with its currency; no ".00" on whole amounts. `short` gives "€1.2m" from 10,000 on."""
    amount, code = (value.amount, value.currency) if isinstance(value, Money) else (value, currency)
    exact = _decimal(amount)
    if exact is None:
        return _as_it_is(value)
    return _money(exact, code or reader.current().currency or "EUR", short, reader.current().babel)


@lru_cache(maxsize=4096)
def _money(amount: Decimal, code: str, short: bool, locale: Locale) -> str:
    if short and abs(amount) >= _COMPACT_FROM:
        if abs(amount) >= _shortened_from(locale):
            short_form = format_compact_currency(amount, code, locale=locale, fraction_digits=_compact_digits(amount))
            return _apart(short_form, code, locale)
        amount = amount.to_integral_value()
    digits = 0 if amount == amount.to_integral_value() else get_currency_precision(code)
    pattern = locale.currency_formats["standard"].pattern.replace(".00", f".{'0' * digits}" if digits else "")
    return _apart(format_currency(amount, code, format=pattern, locale=locale, currency_digits=False), code, locale)


def _apart(text: str, code: str, locale: Locale) -> str:
    """The sum with a blank between a currency of letters and the figure, as CLDR asks for and babel leaves out."""
    sign = get_currency_symbol(code, locale)
    return re.sub(rf"(?<={re.escape(sign)})(?=\d)", "\u00a0", text) if sign[-1:].isalpha() else text


@lru_cache(maxsize=256)
def _shortened_from(locale: Locale) -> int:
    """From where on a language has a short form at all: English has 12K, German writes out what is below a million."""
    forms = locale.compact_decimal_formats["short"]["other"]
    return min((int(size) for size, form in forms.items() if form.pattern.strip("0")), default=10**_MOST_DIGITS)


def _compact_digits(amount: Decimal) -> int:
    """Three figures are enough to steer by: 3.41m, 34.1m, 341m."""
    return (2, 1, 0)[amount.adjusted() % 3] if amount else 0


def number(value: object, digits: int | None = None, *, short: bool = False) -> str:
    """A number with the reader's separators; `digits` fixes the decimals (else at most 3), `short` gives "1.2k"."""
    exact = _decimal(value)
    if exact is None:
        return _as_it_is(value)
    locale = reader.current().babel
    if short and abs(exact) >= _COMPACT_FROM:
        if abs(exact) >= _shortened_from(locale):
            return format_compact_decimal(exact, locale=locale, fraction_digits=_compact_digits(exact))
        exact = exact.to_integral_value()
    return _number(exact, digits, locale)


@lru_cache(maxsize=4096)
def _number(value: Decimal, digits: int | None, locale: Locale) -> str:
    pattern = "#,##0.###" if digits is None else "#,##0" + (f".{'0' * digits}" if digits else "")
    return format_decimal(value, format=pattern, locale=locale)


def percent(value: object, digits: int = 0, of: int = 1) -> str:
    """A share as "23%"; `of` is what counts as the whole: 1 (the default) or 100."""
    exact = _decimal(value)
    if exact is None:
        return _as_it_is(value)
    locale = reader.current().babel
    # Some languages put a blank before the sign: 23 %.
    pattern = re.sub(r"0(?=[^0]*%)", f"0.{'0' * digits}", locale.percent_formats[None].pattern) if digits else None
    return format_percent(exact / of, format=pattern, locale=locale)


def date_text(value: object, form: DateForm = "near") -> str:
    """A day: near "15 Dec" (with the year when it is another), long "15 December 2026", full with the weekday."""
    day = _day(value)
    if day is None:
        return _as_it_is(value)
    who = reader.current()
    if form == "near":
        return _near_date(day, day.year == clock.today(who.tz).year, who.babel)
    return format_date(
        day, format={"long": "long", "full": "full", "short": "short"}.get(form, "medium"), locale=who.babel
    )


@lru_cache(maxsize=2048)
def _near_date(day: date, this_year: bool, locale: Locale) -> str:
    return format_skeleton("MMMd" if this_year else "yMMMd", day, locale=locale)


def time_text(value: datetime) -> str:
    """The time of day in the reader's zone: "09:42"."""
    who = reader.current()
    local = _local(value, who.tz)
    return _time(local.hour, local.minute, who.babel)


# A page shows few hours many times.
@lru_cache(maxsize=4096)
def _time(hour: int, minute: int, locale: Locale) -> str:
    return format_time(time(hour, minute), format="short", locale=locale)


def moment(value: datetime) -> str:
    """A moment in full, as one sees it on hover: "18 November 2026 at 09:42"."""
    local = _local(value, reader.current().tz)
    return _("{date} at {time}").format(date=date_text(local.date(), "long"), time=time_text(value))


def relative(value: object) -> str:
    """Near times in words ("12 min ago", "yesterday", "Thu 26 Nov"), others as a date."""
    who = reader.current()
    if isinstance(value, datetime):
        return _relative_moment(value, _local(value, who.tz), clock.now())
    day = _day(value)
    return _as_it_is(value) if day is None else _relative_day(day, clock.today(who.tz))


def _relative_moment(value: datetime, local: datetime, now: datetime) -> str:
    minutes = round((local - now).total_seconds() / 60)
    if minutes == 0:
        return _("now")
    if -60 < minutes < 0:
        return _("{n} min ago").format(n=-minutes)
    if 0 < minutes < 60:
        return _("in {n} min").format(n=minutes)
    today = now.astimezone(local.tzinfo).date()
    return time_text(value) if local.date() == today else _relative_day(local.date(), today)


def _relative_day(day: date, today: date) -> str:
    days = (day - today).days
    if days in (-1, 0, 1):
        return (_("today"), _("tomorrow"), _("yesterday"))[days]
    locale = reader.current().babel
    if 1 < days < 7:
        return format_skeleton("MMMEd", day, locale=locale).replace(",", "")
    return _near_date(day, day.year == today.year, locale)


def when(value: object) -> Safe:
    """A `<time>` with the relative words, the exact moment on hover, and ISO 8601 for machines."""
    if isinstance(value, datetime):
        local = _local(value, reader.current().tz)
        return html(
            '<time datetime="{iso}" title="{exact}" data-when>{text}</time>',
            iso=local.isoformat(timespec="seconds"), exact=moment(value), text=relative(value),
        )  # fmt: skip
    day = _day(value)
    if day is None:
        return escape(_as_it_is(value))
    return html(
        '<time datetime="{iso}" title="{exact}">{text}</time>',
        iso=day.isoformat(), exact=date_text(day, "full"), text=relative(day),
    )  # fmt: skip


def duration(value: object) -> str:
    """Minutes or a timedelta as "1 h 20 min"; from two days on in days."""
    exact = Decimal(value.total_seconds()) / 60 if isinstance(value, timedelta) else _decimal(value)
    if exact is None:
        return _as_it_is(value)
    minutes = round(exact)
    sign, minutes = ("−" if minutes < 0 else ""), abs(minutes)
    if minutes >= 2 * 24 * 60:
        days = round(minutes / (24 * 60))
        return sign + ngettext("{n} day", "{n} days", days).format(
            n=_number(Decimal(days), None, reader.current().babel)
        )
    hours, rest = divmod(minutes, 60)
    parts = [_("{n} h").format(n=hours)] if hours else []
    parts += [_("{n} min").format(n=rest)] if rest or not hours else []
    return sign + " ".join(parts)


def initials(name: object) -> str:
    """One or two letters that stand for a name: "Mara Lind" is ML, "Nordlicht Werke GmbH" is NW."""
    words = [word for word in str(name or "").replace("-", " ").split() if word[0].isalnum()][:2]
    return "".join(word[0] for word in words).upper() or "?"


def hue(name: object) -> int:
    """A colour number 1–6 that stays with a name, on every machine."""
    return crc32(str(name or "").encode("utf-8", "replace")) % HUES + 1


def truncate(value: object, length: int = 80) -> str:
    """At most `length` characters, cut at a word where one ends near, with an ellipsis."""
    text = " ".join(_as_it_is(value).split()) if value is not None else ""
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 1)]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > length * 0.5 else cut).rstrip(" ,.;:") + "…"


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact.adjusted()) <= _MOST_DIGITS else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return _local(value, reader.current().tz).date()
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None


def _local(value: datetime, zone: tzinfo) -> datetime:
    return value.replace(tzinfo=zone) if value.tzinfo is None else value.astimezone(zone)


def _as_it_is(value: object) -> str:
    return "" if value is None else value.isoformat("minutes") if isinstance(value, time) else str(value)
