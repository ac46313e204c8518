"""Reading dates, times and lengths of time as people and other programs write them.

Nothing is guessed in silence: 03/04/2024 without a known order is refused, a 31 November too, and so is a local time
that the clocks skipped in spring. A time that exists twice in autumn is the first of the two. Two-digit years lie
between 80 years back and 19 years ahead of today.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Literal

from babel import Locale

from rapport.base import clock
from rapport.base.durations import format_duration as format_duration
from rapport.base.durations import parse_duration as parse_duration
from rapport.base.errors import InputError, shown
from rapport.base.numbers import normal_marks

DateOrder = Literal["dmy", "mdy", "ymd"]

MAX_LENGTH = 64
MAX_SAMPLES = 5_000
FIRST_YEAR = 1000
YEARS_AHEAD = 20

_NUMERIC = re.compile(r"(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?!\d)\.?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?[\s-]*(?:of\s+)?([^\W\d_]{3,12})\.?,?[\s-]*(\d{4}|\d\d)(?!\d)")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,12})\.?[\s-]*(\d{1,2})(?:\.|st|nd|rd|th)?,?[\s-]+(\d{4}|\d\d)(?!\d)")
_YEAR_FIRST = re.compile(r"(\d{4})[\s-]+([^\W\d_]{3,12})\.?[\s-]+(\d{1,2})(?!\d)")
_WEEKDAY = re.compile(r"([^\W\d_]{2,10})\.?,?\s+(?=\S)")
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s?(?P<half>[ap]\.?m\.?)?(?:\s?(?:uhr|h))?\s?(?P<zone>z|utc|gmt|(?:utc|gmt)?[+-]\d\d?(?::?\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)


def parse_date(text: str, *, order: DateOrder | None = None) -> date:
    """The calendar day the text names; a time of day after it is read and left out.

    Understands 2024-03-31, 20240331, 31.3.2024, 31/03/24, 31 March 2024, March 31st, 2024, 31. März 2024 and
    31-Mar-24. `order` says what 03/04/2024 means; without it only an unambiguous text is read. Raises InputError.
    """
    day, rest = _leading_date(_plain(text), order, text)
    if rest:
        _time_of_day(rest, text)
    return day


def parse_datetime(text: str, *, tz: tzinfo, order: DateOrder | None = None) -> datetime:
    """The moment the text names, in UTC: local time in `tz` if it has no offset, midnight if it has no time.

    Raises InputError, also for a local time that does not exist because the clocks went forward.
    """
    day, rest = _leading_date(_plain(text), order, text)
    at, offset = _time_of_day(rest, text) if rest else (time(), None)
    local = datetime.combine(day, at, tzinfo=offset or tz)
    try:
        moment = local.astimezone(UTC)
        exists = offset is not None or rest == "" or _wall(moment.astimezone(tz)) == _wall(local)
    except OverflowError as error:
        raise InputError("“%(text)s” lies outside the calendar.", text=shown(text)) from error
    if not exists:
        raise InputError("The clocks went forward and skipped “%(text)s” (%(zone)s).", text=shown(text), zone=tz)
    return moment


def guess_order(samples: Iterable[str]) -> DateOrder | None:
    """The order of day, month and year in a column of dates; None without evidence or when the samples contradict.

    Looks at the first 5,000 samples. Years written first are always read as such and count only if nothing else does.
    """
    votes = {_order_shown(sample) for sample in islice(samples, MAX_SAMPLES)} - {None}
    decisive = votes - {"ymd"} or votes
    return decisive.pop() if len(decisive) == 1 else None


def from_excel_serial(serial: Decimal | float, *, epoch_1904: bool = False) -> datetime:
    """The wall-clock time (naive: a workbook knows no zone) of a spreadsheet's date number, to the second.

    Day 1 is 1 January 1900; day 60 is the 29 February 1900 that never was and is refused (Lotus 1-2-3 counted it).
    `epoch_1904` for workbooks of old Macs, where day 0 is 1 January 1904. Raises InputError outside 0..2958465.
    """
    days = Decimal(str(serial))
    if not days.is_finite() or not 0 <= days < 2_958_466 - (1462 if epoch_1904 else 0):
        raise InputError("%(number)s is not a spreadsheet's date number.", number=shown(str(serial)))
    if int(days) == 60 and not epoch_1904:
        raise InputError("Date number 60 means 29 February 1900, which does not exist.")
    start = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30 if days >= 60 else 31)
    seconds = min(int(((days % 1) * 86_400).to_integral_value()), 86_399)
    return datetime.combine(start + timedelta(days=int(days)), time()) + timedelta(seconds=seconds)


def _wall(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _plain(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise InputError("This is too long for a date (at most %(limit)d characters).", limit=MAX_LENGTH)
    plain = " ".join(normal_marks(text).split())
    if not plain:
        raise InputError("Enter a date.")
    weekday = _WEEKDAY.match(plain)
    return plain[weekday.end() :] if weekday and weekday[1].casefold() in _weekdays() else plain


def _leading_date(plain: str, order: DateOrder | None, text: str) -> tuple[date, str]:
    """The date at the start, and what follows it (a time, perhaps)."""
    if found := _NUMERIC.match(plain):
        year, month, day = _numeric_parts(found[1], found[2], found[3], found[4], order, text)
    elif found := _COMPACT.match(plain):
        year, month, day = found[1], found[2], found[3]
    elif found := _DAY_FIRST.match(plain):
        year, month, day = found[3], _month(found[2], text), found[1]
    elif found := _MONTH_FIRST.match(plain):
        year, month, day = found[3], _month(found[1], text), found[2]
    elif found := _YEAR_FIRST.match(plain):
        year, month, day = found[1], _month(found[2], text), found[3]
    else:
        raise InputError("“%(text)s” is not a date; write it like 2024-03-31.", text=shown(text))
    rest = re.sub(r"^(?:[tT](?=\d)|,?\s+(?:at\s+|um\s+)?)", "", plain[found.end() :])
    return _existing_date(year, month, day, text), rest


def _numeric_parts(
    first: str, mark: str, second: str, third: str, order: DateOrder | None, text: str
) -> tuple[str, str, str]:
    """Year, month and day of three numbers, by their known order or what they prove themselves."""
    if len(first) >= 3 or (order == "ymd" and len(third) <= 2):
        return first, second, third
    known = order if order in ("dmy", "mdy") else _proven_order(int(first), int(second), mark)
    if known is None:
        raise InputError(
            "“%(text)s” may be day/month or month/day; say which comes first, or write it like 2024-03-31.",
            text=shown(text),
        )
    return (third, second, first) if known == "dmy" else (third, first, second)


def _proven_order(first: int, second: int, mark: str) -> DateOrder | None:
    if first > 12 or first == second or (mark == "." and second <= 12):
        return "dmy"
    return "mdy" if second > 12 else None


def _order_shown(sample: str) -> DateOrder | None:
    found = _NUMERIC.match(normal_marks(sample)) if len(sample) <= MAX_LENGTH else None
    if found is None:
        return None
    if len(found[1]) >= 3:
        return "ymd"
    return None if found[1] == found[3] and found[2] != "." else _proven_order(int(found[1]), int(found[3]), found[2])


def _existing_date(year: str, month: str, day: str, text: str) -> date:
    number = _full_year(int(year)) if len(year) <= 2 else int(year)
    if number < FIRST_YEAR:
        raise InputError("The year in “%(text)s” needs four digits.", text=shown(text))
    try:
        return date(number, int(month), int(day))
    except ValueError as error:
        raise InputError("“%(text)s” does not exist in the calendar.", text=shown(text)) from error


def _full_year(two_digits: int) -> int:
    newest = clock.today().year + YEARS_AHEAD - 1
    return newest - (newest - two_digits) % 100


def _time_of_day(rest: str, text: str) -> tuple[time, timezone | None]:
    found = _TIME.fullmatch(rest)
    if found is None or (found["minute"] is None and found["half"] is None):
        raise InputError("The time in “%(text)s” is not clear; write it like 14:30.", text=shown(text))
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0) if 1 <= hour <= 12 else 99
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    try:
        return time(hour, int(found["minute"] or 0), int(found["second"] or 0), micro), _offset(found["zone"])
    except ValueError as error:
        raise InputError("The time in “%(text)s” does not exist.", text=shown(text)) from error


def _offset(zone: str | None) -> timezone | None:
    """The fixed offset written as Z, UTC, +02:00, +0200, +2 or UTC+2. Raises ValueError beyond 18 hours."""
    if zone is None:
        return None
    found = re.search(r"([+-])(\d\d?)(?::?(\d\d))?", zone)
    if found is None:
        return UTC
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > 18 * 60 or int(found[3] or 0) > 59:
        raise ValueError(zone)
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _month(name: str, text: str) -> str:
    number = _months().get(name.casefold())
    if number is None:
        raise InputError("“%(text)s” names no month that is known here (English or German).", text=shown(text))
    return str(number)


@cache
def _months() -> dict[str, int]:
    return _names("months") | {"sept": 9, "maerz": 3, "mrz": 3, "mär": 3, "jän": 1, "jänner": 1, "feber": 2}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(_names("days")) | {"tues", "wednes", "thur", "thurs"}


def _names(kind: Literal["months", "days"]) -> dict[str, int]:
    """English and German names, long and short, casefolded, without a closing dot."""
    return {
        name.casefold().rstrip("."): number
        for language in ("en", "de")
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in getattr(Locale(language), kind)[context][width].items()
    }
