"""Quiet hours: until when nothing rings for somebody, on the clock of their own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

    from rapport.platform.notifications.models import Wishes

DAYS = 8


def until(wishes: Wishes | None, zone: tzinfo, moment: datetime) -> datetime | None:
    """The end of the quiet time that the moment lies in; None outside of any.

    Nights and quiet days that touch are one: on Friday at 23:00 with quiet week-ends the answer is Monday morning.
    """
    if wishes is None:
        return None
    spans = sorted(_spans(wishes, zone, moment))
    end: datetime | None = None
    for start, stop in spans:
        here = end or moment
        if start <= here < stop or (end is not None and start <= end < stop):
            end = stop
    return end


def _spans(wishes: Wishes, zone: tzinfo, moment: datetime) -> list[tuple[datetime, datetime]]:
    first = moment.astimezone(zone).date() - timedelta(days=1)
    found = []
    for number in range(DAYS + 2):
        day = first + timedelta(days=number)
        if wishes.quiet_days and day.weekday() in wishes.quiet_days:
            found.append((_at(day, time(), zone), _at(day + timedelta(days=1), time(), zone)))
        if wishes.quiet_from is not None and wishes.quiet_to is not None and wishes.quiet_from != wishes.quiet_to:
            over_night = wishes.quiet_to < wishes.quiet_from
            last = day + timedelta(days=1) if over_night else day
            found.append((_at(day, wishes.quiet_from, zone), _at(last, wishes.quiet_to, zone)))
    return found


def _at(day: object, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]  # a date
