import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rapport.base import clock

NEW_YEAR = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    with clock.freeze(NEW_YEAR) as frozen:
        assert clock.now() == clock.now() == NEW_YEAR
        frozen.advance(timedelta(hours=1))
        assert clock.now() == NEW_YEAR + timedelta(hours=1)
    assert clock.now() != NEW_YEAR


def test_today_depends_on_the_zone() -> None:
    with clock.freeze(NEW_YEAR):
        assert clock.today() == date(2026, 12, 31)
        assert clock.today(ZoneInfo("Europe/Berlin")) == date(2027, 1, 1)


def test_freezes_nest_and_end_with_an_exception() -> None:
    with clock.freeze(NEW_YEAR):
        with pytest.raises(RuntimeError), clock.freeze(NEW_YEAR + timedelta(days=1)):
            raise RuntimeError
        assert clock.now() == NEW_YEAR


def test_a_frozen_clock_does_not_leak_into_another_thread() -> None:
    seen: list[datetime] = []
    with clock.freeze(NEW_YEAR):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != NEW_YEAR


def test_a_time_without_a_zone_cannot_freeze_the_clock() -> None:
    with pytest.raises(ValueError, match="zone"), clock.freeze(NEW_YEAR.replace(tzinfo=None)):
        pass


def test_monotonic_runs_while_the_clock_is_frozen() -> None:
    with clock.freeze(NEW_YEAR):
        start = clock.monotonic()
        while clock.monotonic() == start:
            pass
        assert clock.monotonic() > start
