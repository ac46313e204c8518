"""The only place that asks what time it is, so that a test can hold the clock still.

The frozen time lives in a context variable: it holds for the current task and what it awaits, and never leaks into
another thread or request. A thread started inside `freeze` sees the real time unless it is given a copy of the context.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo


class FrozenClock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> datetime:
        """Move the clock by `by` (backwards if negative) and return the new time in UTC."""
        self.at += by
        return self.at


_frozen: ContextVar[FrozenClock | None] = ContextVar("rapport_frozen_clock", default=None)


def now() -> datetime:
    """The current moment, aware, in UTC."""
    frozen = _frozen.get()
    return frozen.at if frozen else datetime.now(UTC)


def today(tz: tzinfo = UTC) -> date:
    """The calendar day it is now in `tz`."""
    return now().astimezone(tz).date()


def monotonic() -> float:
    """Seconds from an arbitrary start, for measuring how long something took. Never frozen, never goes back."""
    return time.monotonic()


@contextmanager
def freeze(at: datetime) -> Iterator[FrozenClock]:
    """Hold the clock at `at` (aware) inside the block; the yielded clock can be advanced. Freezes nest."""
    if at.tzinfo is None:
        raise ValueError("freeze() needs a time with a zone, such as datetime(2026, 3, 1, 9, tzinfo=UTC).")
    clock = FrozenClock(at)
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)
