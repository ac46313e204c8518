"""Relative periods and moments of the query language: "this quarter", "last 30 days", "2 weeks ago".

Three kinds, each with one canonical text (`str(spec)`) that parses to the same spec:

- `Calendar`: a whole day, week, month, quarter or year, counted from the current one (today, last week, next year).
- `Rolling`: "last N units" starts N units before today and ends with the end of today; "next N units" starts with
  today and ends with the end of the day N units ahead. Both include today, so "last 30 days" spans 31 calendar days
  and holds whatever is "> 30 days ago", and "last 1 month" on 15 March starts on 15 February while "last month" is
  February.
- `Instant`: a moment, "N units ago" or "in N units" ("N units from now" is the same).

A month later than 31 January is the last day of February. Periods contain their start and not their end.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, TypeAlias, get_args

from rapport.base.errors import InputError

CalendarUnit = Literal["day", "week", "month", "quarter", "year"]
Unit = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]

CALENDAR_UNITS: tuple[CalendarUnit, ...] = get_args(CalendarUnit)
UNITS: tuple[Unit, ...] = get_args(Unit)

MAX_COUNT: dict[Unit, int] = {
    "minute": 1_000_000, "hour": 100_000, "day": 73_000, "week": 10_000, "month": 2_400, "quarter": 800, "year": 200,
}  # fmt: skip
"""About two centuries each way, so that no answer leaves the calendar."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_DAY_NAMES = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_OFFSETS = {"last": -1, "this": 0, "next": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `start` up to, not including, `end`."""

    start: date
    end: date

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def bounds(self, tz: tzinfo) -> tuple[datetime, datetime]:
        """The moments, in UTC, at which the period starts (included) and ends (excluded) for people in `tz`."""
        return _midnight(self.start, tz), _midnight(self.end, tz)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The whole calendar unit `offset` units away: ("week", -1) is last week. The offset is -1, 0 or 1."""

    unit: CalendarUnit
    offset: int

    def __str__(self) -> str:
        if self.unit == "day":
            return _DAY_NAMES[self.offset]
        return f"{next(word for word, offset in _OFFSETS.items() if offset == self.offset)} {self.unit}"

    def resolve(self, today: date, *, week_start: int = 0) -> Period:
        """The days meant on `today`; `week_start` is 0 for Monday up to 6 for Sunday."""
        start = _unit_start(today, self.unit, week_start)
        return Period(_moved(start, self.offset, self.unit), _moved(start, self.offset + 1, self.unit))


@dataclass(frozen=True, slots=True)
class Rolling:
    """From `count` units before today (negative) or until `count` units after it (positive), today included."""

    count: int
    unit: CalendarUnit

    def __str__(self) -> str:
        return f"{'last' if self.count < 0 else 'next'} {_counted(abs(self.count), self.unit)}"

    def resolve(self, today: date, *, week_start: int = 0) -> Period:
        """The days meant on `today`; a rolling period does not care when the week starts."""
        far = _moved(today, self.count, self.unit)
        return Period(min(far, today), _moved(max(far, today), 1, "day"))


@dataclass(frozen=True, slots=True)
class Instant:
    """The moment `count` units before (negative) or after (positive) now."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        length = _counted(abs(self.count), self.unit)
        return f"{length} ago" if self.count < 0 else f"in {length}"

    def resolve(self, now: datetime) -> datetime:
        """The moment in the zone of `now`: days and longer keep the wall clock there, hours and minutes are exact."""
        if self.unit in ("hour", "minute"):
            seconds = self.count * (3600 if self.unit == "hour" else 60)
            return (now.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(now.tzinfo)
        return datetime.combine(_moved(now.date(), self.count, self.unit), now.timetz())

    def on(self, today: date) -> date:
        """The day meant, to compare with a date; raises InputError for hours and minutes, which a date has not."""
        if self.unit in ("hour", "minute"):
            raise InputError("“%(text)s” needs a field with a time of day; use days for a date.", text=str(self))
        return _moved(today, self.count, self.unit)


PeriodSpec: TypeAlias = Calendar | Rolling

_UNIT = "|".join(UNITS)
_CALENDAR = re.compile(r"(last|this|next) (day|week|month|quarter|year)")
_ROLLING = re.compile(r"(last|next) (\d{1,9}) (day|week|month|quarter|year)s?", re.ASCII)
_AGO = re.compile(rf"(\d{{1,9}}) ({_UNIT})s? (ago|from now)", re.ASCII)
_IN = re.compile(rf"in (\d{{1,9}}) ({_UNIT})s?", re.ASCII)
_LONGEST = 60


def parse_period(words: str) -> PeriodSpec | Instant | None:
    """The period or moment the words name; None if they name none.

    Upper and lower case and runs of blanks are alike. Raises InputError for counts of 0 or beyond two centuries.
    """
    if len(words) > _LONGEST:
        return None
    plain = " ".join(words.lower().split())
    if plain in _DAY_NAMES.values():
        return Calendar("day", next(offset for offset, name in _DAY_NAMES.items() if name == plain))
    if found := _CALENDAR.fullmatch(plain):
        return Calendar(_calendar_unit(found[2]), _OFFSETS[found[1]])
    if found := _ROLLING.fullmatch(plain):
        return Rolling(_count(found[2], _unit(found[3])) * _OFFSETS[found[1]], _calendar_unit(found[3]))
    if found := _AGO.fullmatch(plain):
        return Instant(_count(found[1], _unit(found[2])) * (-1 if found[3] == "ago" else 1), _unit(found[2]))
    if found := _IN.fullmatch(plain):
        return Instant(_count(found[1], _unit(found[2])), _unit(found[2]))
    return None


def month_add(day: date, months: int) -> date:
    """The same day `months` months later (earlier if negative), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise InputError("This date lies outside the calendar.")
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def _moved(day: date, count: int, unit: Unit) -> date:
    if unit in _MONTHS:
        return month_add(day, count * _MONTHS[unit])
    try:
        return day + timedelta(days=count * _DAYS[unit])
    except OverflowError as error:
        raise InputError("This date lies outside the calendar.") from error


def _unit_start(day: date, unit: CalendarUnit, week_start: int) -> date:
    match unit:
        case "day":
            return day
        case "week":
            return _moved(day, -((day.weekday() - week_start) % 7), "day")
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def _midnight(day: date, tz: tzinfo) -> datetime:
    """When the day starts; where the clocks skip midnight this is the moment they jump."""
    return datetime.combine(day, time(), tzinfo=tz).astimezone(UTC)


def _counted(count: int, unit: Unit) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _count(digits: str, unit: Unit) -> int:
    count = int(digits)
    if not 1 <= count <= MAX_COUNT[unit]:
        raise InputError(
            "“%(text)s” is out of range; the number must lie between 1 and %(limit)d.",
            text=_counted(count, unit),
            limit=MAX_COUNT[unit],
        )
    return count


def _unit(word: str) -> Unit:
    return next(unit for unit in UNITS if unit == word)


def _calendar_unit(word: str) -> CalendarUnit:
    return next(unit for unit in CALENDAR_UNITS if unit == word)
