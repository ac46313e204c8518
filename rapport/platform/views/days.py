"""Days of a calendar as the reader counts them: weeks, neighbours, the day a moment lies on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from rapport.platform.fields.times import FIRST, LAST
from rapport.ui import reader

if TYPE_CHECKING:
    from rapport.platform.fields import Field

# A new entry of a day without a time of its own begins at this hour.
MORNING = time(9)


class Span(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def parse(text: str) -> date | None:
    """A day of an address; None for anything that is none."""
    try:
        day = date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
    # A year at either end leaves room for the weeks around it.
    return day if day and FIRST.year < day.year < LAST.year else None


def starts_on() -> int:
    """The weekday on which weeks begin for the reader, 0 for Monday."""
    first: int = reader.current().babel.first_week_day
    return first


def order() -> list[int]:
    """The weekdays in the order the reader has them."""
    return [(starts_on() + place) % 7 for place in range(7)]


def week_start(day: date) -> date:
    return day - timedelta((day.weekday() - starts_on()) % 7)


def thursday(first: date) -> date:
    """The Thursday of a week that begins on `first`: its week of the year is that of the whole week (ISO 8601)."""
    return first + timedelta((3 - first.weekday()) % 7)


def weeks(span: Span) -> list[list[date]]:
    """The days of whole weeks."""
    number = (span.last - span.first).days + 1
    return [[span.first + timedelta(place + day) for day in range(7)] for place in range(0, number, 7)]


def between(span: Span) -> Iterator[date]:
    return (span.first + timedelta(place) for place in range((span.last - span.first).days + 1))


def neighbours(mode: str, day: date, agenda: int) -> tuple[date, date]:
    """A day of the period before, and of the one after."""
    if mode == "week":
        return day - timedelta(7), day + timedelta(7)
    if mode == "agenda":
        return day - timedelta(agenda), day + timedelta(agenda)
    first = day.replace(day=1)
    return (first - timedelta(1)).replace(day=1), (first + timedelta(31)).replace(day=1)


def local_day(value: date | datetime, zone: tzinfo) -> date:
    return value.astimezone(zone).date() if isinstance(value, datetime) else value


def moved(value: date | datetime, by: timedelta, zone: tzinfo) -> date | datetime:
    """The same hour of the clock so many days later: across a change to summer time too."""
    if not isinstance(value, datetime):
        return value + by
    local = value.astimezone(zone)
    return datetime.combine(local.date() + by, local.time(), tzinfo=zone)


def typed(field: Field[Any], day: date) -> str:
    """The day as a form takes it for this field."""
    return day.isoformat() if field.family == "date" else f"{day.isoformat()}T{MORNING:%H:%M}"
