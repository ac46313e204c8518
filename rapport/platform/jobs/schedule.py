"""When a periodic job is due. A slot is a moment in UTC; every slot is done once, and of several missed only the
last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_time
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.ui import language

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Slots done are remembered for 30 days (see `tidy`), so a period must be well below.
LONGEST_PERIOD = timedelta(days=7)


@dataclass(frozen=True)
class Schedule:
    """`latest(now)` is the last slot not after now, `following(slot)` the one after a slot."""

    said: Callable[[], str]
    latest: Callable[[datetime], datetime]
    following: Callable[[datetime], datetime]

    @property
    def words(self) -> str:
        """When, as one says it, in the language in use."""
        return self.said()


def every_so_often(period: timedelta) -> Schedule:
    """Slots at whole multiples of the period since 1970, so that all workers mean the same moments."""
    if not timedelta(seconds=1) <= period <= LONGEST_PERIOD:
        raise ValueError("A period is between a second and a week.")

    def latest(now: datetime) -> datetime:
        return EPOCH + (now - EPOCH) // period * period

    return Schedule(lambda: _every(period), latest, lambda slot: slot + period)


def _every(period: timedelta) -> str:
    """The period in its largest whole unit: every 5 minutes, every hour."""
    units: tuple[tuple[timedelta, Callable[[int], str]], ...] = (
        (timedelta(days=1), lambda n: ngettext("every day", "every {n} days", n)),
        (timedelta(hours=1), lambda n: ngettext("every hour", "every {n} hours", n)),
        (timedelta(minutes=1), lambda n: ngettext("every minute", "every {n} minutes", n)),
    )
    for unit, words in units:
        if period >= unit and not period % unit:
            return words(period // unit).format(n=period // unit)
    seconds = period // timedelta(seconds=1)
    if seconds > 60:
        minutes, rest = divmod(seconds, 60)
        return _("every {minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return ngettext("every second", "every {n} seconds", seconds).format(n=seconds)


def daily(hour: int, minute: int = 0, *, zone: ZoneInfo) -> Schedule:
    """Every calendar day of the zone. A time that the clock skips is due at the first minute after the gap; one that
    comes twice is due the first time."""

    def latest(now: datetime) -> datetime:
        day = now.astimezone(zone).date()
        slot = _moment(day, time(hour, minute), zone)
        return slot if slot <= now else _moment(day - timedelta(days=1), time(hour, minute), zone)

    def following(slot: datetime) -> datetime:
        return _moment(slot.astimezone(zone).date() + timedelta(days=1), time(hour, minute), zone)

    return Schedule(lambda: _daily(hour, minute, zone), latest, following)


def _daily(hour: int, minute: int, zone: ZoneInfo) -> str:
    at = format_time(time(hour, minute), "short", locale=language.cldr(language.current()))
    return _("every day at {time} ({zone})").format(time=at, zone=zone.key.replace("_", " "))


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    wanted = datetime.combine(day, at, tzinfo=zone)
    moment = wanted.astimezone(UTC)
    if moment.astimezone(zone).time() == at:
        return moment
    # Not on the clock that day. With fold=1 the time is read with the offset after the change, which lands before the
    # gap; walking to the change from there finds its first minute, whatever the gap's length (Lord Howe: 30 minutes).
    before = wanted.replace(fold=1).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while before.astimezone(zone).utcoffset() == offset:
        before += timedelta(minutes=1)
    return before
