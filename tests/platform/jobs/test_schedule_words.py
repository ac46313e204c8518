"""When a periodic job is due, as one says it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from rapport.platform.jobs.schedule import daily, every_so_often


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(seconds=1), "every second"),
        (timedelta(seconds=45), "every 45 seconds"),
        (timedelta(minutes=1), "every minute"),
        (timedelta(minutes=5), "every 5 minutes"),
        (timedelta(minutes=90), "every 90 minutes"),
        (timedelta(hours=1), "every hour"),
        (timedelta(hours=6), "every 6 hours"),
        (timedelta(days=1), "every day"),
        (timedelta(days=7), "every 7 days"),
        (timedelta(seconds=90), "every 1 min 30 s"),
    ],
)
def test_a_period_is_said_in_its_largest_unit(period: timedelta, words: str) -> None:
    assert every_so_often(period).words == words


def test_a_time_of_day_is_said_as_the_reader_writes_it() -> None:
    schedule = daily(3, 5, zone=ZoneInfo("Europe/Berlin"))
    with translation.override("en-gb"):
        assert schedule.words == "every day at 03:05 (Europe/Berlin)"
    with translation.override("de"):
        assert "03:05" in schedule.words
