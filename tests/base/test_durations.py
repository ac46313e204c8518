from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.dates import format_duration, parse_duration
from rapport.base.errors import InputError


@pytest.mark.parametrize(
    "text",
    ["1h 30m", "1h30m", "90 min", "90min", "01:30", "1:30:00", "PT1H30M", "pt90m", "PT1.5H", "1.5 h", "1,5 Std",
     "1 hour and 30 minutes",
             "1 Stunde und 30 Minuten", "1 Std. 30 Min.", "5400 s"]
)  # fmt: skip
def test_durations_are_read_as_people_write_them(text: str) -> None:
    assert parse_duration(text) == timedelta(minutes=90)


def test_days_and_weeks_are_durations_and_so_is_nothing() -> None:
    assert parse_duration("2 days") == parse_duration("P2D") == parse_duration("2 Tage") == timedelta(days=2)
    assert parse_duration("1 week") == parse_duration("P1W") == timedelta(weeks=1)
    assert parse_duration("00:00") == parse_duration("0 min") == parse_duration("PT0S") == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        "P1Y",
        "P1M",
        "PT",
        "P",
        "1h 1h",
        "-5 min",
        "1:60",
        "5 parsecs",
        "999999 days",
        "1h 30",
        "9" * 65,
        "h",
        "1 h\x00",
    ],
)
def test_what_is_no_duration_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        parse_duration(text)


@given(st.integers(0, 36_525 * 86_400))
def test_formatted_durations_are_read_back(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


def test_durations_are_written_in_whole_units() -> None:
    assert format_duration(timedelta(days=1, hours=2, minutes=30)) == "1 d 2 h 30 min"
    assert format_duration(timedelta(0)) == "0 min"
    assert format_duration(-timedelta(hours=1)) == "−1 h"
    assert format_duration(timedelta(milliseconds=5)) == "0 min"
