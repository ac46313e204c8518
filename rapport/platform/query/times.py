"""Periods and moments of a query as bounds on the day it is run: shared by SQL and by plain evaluation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from rapport.base import clock
from rapport.base.periods import Calendar, Instant, Period, Rolling
from rapport.platform.query.ast import Operator, RightNow, Value

if TYPE_CHECKING:
    from rapport.platform.culture import Culture

D = TypeVar("D", date, datetime)


class Span(NamedTuple, Generic[D]):
    """From `start` up to, not including, `end`; with end None the one moment `start`."""

    start: D
    end: D | None


class Bound(NamedTuple, Generic[D]):
    """One comparison with a column: sign and value."""

    sign: str
    value: D


class Now:
    """The hour a query is run at, for people in one zone; asked once, so that a query does not contradict itself."""

    def __init__(self, culture: Culture) -> None:
        self.tz = culture.tz
        self.week_start = culture.week_start

    @cached_property
    def moment(self) -> datetime:
        return clock.now().astimezone(self.tz)

    def days(self, value: Value) -> Span[date]:
        """The days a value of a date field stands for."""
        match value:
            case Calendar() | Rolling():
                period = value.resolve(self.moment.date(), week_start=self.week_start)
                return Span(period.start, period.end)
            case Instant():
                day = value.on(self.moment.date())
                return Span(day, day + timedelta(days=1))
            case date():
                return Span(value, value + timedelta(days=1))
        raise TypeError(f"{value!r} is no day")

    def moments(self, value: Value, operator: Operator) -> Span[datetime]:
        """The moments a value of a date-time field stands for: a day or a period is all of it."""
        match value:
            case datetime():
                return Span(value, None)
            case RightNow():
                return Span(self.moment, None)
            case Instant() if operator not in ("=", "!="):
                return Span(value.resolve(self.moment), None)
            case Instant():
                day = value.resolve(self.moment).date()
                period = Period(day, day + timedelta(days=1))
            case _:
                days = self.days(value)
                period = Period(days.start, days.end or days.start)
        return Span(*period.bounds(self.tz))


def bounds(operator: Operator, spans: list[Span[D]]) -> list[Bound[D]]:
    """What a column must meet, all together; for one of < <= > >= = and between."""
    first = spans[0]
    match operator:
        case "<":
            return [Bound("<", first.start)]
        case "<=":
            return [_until(first)]
        case ">":
            return [Bound(">", first.start) if first.end is None else Bound(">=", first.end)]
        case ">=":
            return [Bound(">=", first.start)]
        case "between":
            return [Bound(">=", first.start), _until(spans[1])]
    if first.end is None:
        return [Bound("=", first.start)]
    return [Bound(">=", first.start), Bound("<", first.end)]


def _until(span: Span[D]) -> Bound[D]:
    return Bound("<=", span.start) if span.end is None else Bound("<", span.end)
