"""Lengths of time as people write them: 1h 30m · 90 min · 01:30 · 1,5 Std · 2 days · PT1H30M."""

import re
from datetime import timedelta
from decimal import Decimal

from rapport.base.errors import InputError, shown

MAX_LENGTH = 64
MAX_DURATION = timedelta(days=36_525)
"""A hundred years; longer is a slip of the keyboard."""

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_UNITS = {
    spelling: unit
    for unit, spellings in {
        "w": "w wk wks week weeks woche wochen",
        "d": "d day days tag tage tagen t",
        "h": "h hr hrs hour hours std stunde stunden",
        "m": "m min mins minute minutes minuten",
        "s": "s sec secs second seconds sek sekunde sekunden",
    }.items()
    for spelling in spellings.split()
}
_PART = re.compile(r"(\d{1,9}(?:[.,]\d{1,6})?)\s?([a-z]{1,8})\.?(?:\s|,\s|\sand\s|\sund\s)?(?=\d|$)", re.ASCII)
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_ISO = re.compile(
    r"p(?=[\dt])(?:(?P<w>\d{1,9})w)?(?:(?P<d>\d{1,9})d)?"
    r"(?:t(?=\d)(?:(?P<h>\d{1,9}(?:[.,]\d{1,6})?)h)?(?:(?P<m>\d{1,9}(?:[.,]\d{1,6})?)m)?(?:(?P<s>\d{1,9}(?:[.,]\d{1,6})?)s)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta:
    """The length of time, never negative and at most 100 years; 01:30 is hours and minutes. Raises InputError.

    ISO 8601 years and months are refused: they have no fixed length.
    """
    if len(text) > MAX_LENGTH:
        raise InputError("This is too long for a duration (at most %(limit)d characters).", limit=MAX_LENGTH)
    plain = " ".join(text.split()).lower()
    readings = (_clock_seconds(plain), _iso_seconds(plain), _worded_seconds(plain))
    seconds = next((reading for reading in readings if reading is not None), None)
    if seconds is None:
        raise InputError("“%(text)s” is not a duration; write it like 1 h 30 min or 01:30.", text=shown(text))
    if seconds > MAX_DURATION.total_seconds():
        raise InputError("“%(text)s” is longer than a hundred years.", text=shown(text))
    return timedelta(microseconds=int(seconds * 1_000_000))


def format_duration(duration: timedelta) -> str:
    """The duration in whole days, hours, minutes and seconds, such as "1 d 2 h 30 min"; `parse_duration` reads it back.

    Uses the symbols of the SI, which need no translation. Fractions of a second are left out; a negative one gets "−".
    """
    left = abs(duration) // timedelta(seconds=1)
    parts = []
    for symbol, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {symbol}")
    words = " ".join(parts) or "0 min"
    return f"−{words}" if duration < timedelta(0) and parts else words


def _clock_seconds(plain: str) -> Decimal | None:
    found = _CLOCK.fullmatch(plain)
    return Decimal(int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)) if found else None


def _iso_seconds(plain: str) -> Decimal | None:
    found = _ISO.fullmatch(plain)
    return sum((_part(n, unit) for unit, n in found.groupdict().items() if n), Decimal()) if found else None


def _worded_seconds(plain: str) -> Decimal | None:
    """The sum of parts such as "1h" and "30 min", each unit once; None if anything else is in the text."""
    place, total, seen = 0, Decimal(), set[str]()
    while found := _PART.match(plain, place):
        unit = _UNITS.get(found[2])
        if unit is None or unit in seen:
            return None
        seen.add(unit)
        total += _part(found[1], unit)
        place = found.end()
    return total if seen and place == len(plain) else None


def _part(count: str, unit: str) -> Decimal:
    return Decimal(count.replace(",", ".")) * _SECONDS[unit]
