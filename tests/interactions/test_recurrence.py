"""Repeating moments: the hour of the day stays, rules that never come end, nonsense is refused in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from rapport.interactions.recurrence import next_after, normal
from tests import sizes

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[arg-type,misc]  # year to minute


def following(rule: str, start: datetime, after: datetime | None = None) -> datetime | None:
    found = next_after(normal(rule), start=start, after=after or start, zone=BERLIN)
    return found.astimezone(BERLIN) if found else None


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", berlin(2026, 3, 23, 9), berlin(2026, 3, 30, 9)),
        ("rrule: freq=weekly; byday=mo,we", berlin(2026, 3, 23, 9), berlin(2026, 3, 25, 9)),
        ("FREQ=MONTHLY;BYDAY=-1FR", berlin(2026, 1, 30, 17), berlin(2026, 2, 27, 17)),
        ("FREQ=MONTHLY;BYMONTHDAY=31", berlin(2026, 1, 31, 8), berlin(2026, 3, 31, 8)),
        ("FREQ=YEARLY", berlin(2024, 2, 29, 9), berlin(2028, 2, 29, 9)),
        ("FREQ=DAILY;INTERVAL=10", berlin(2026, 12, 28, 9), berlin(2027, 1, 7, 9)),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", berlin(2026, 1, 30, 9), berlin(2026, 2, 27, 9)),
    ],
)
def test_rules_of_rfc_5545_are_followed(rule: str, start: datetime, expected: datetime) -> None:
    assert following(rule, start) == expected


def test_the_hour_of_the_day_stays_across_the_clock_changes() -> None:
    assert following("FREQ=DAILY", berlin(2026, 3, 28, 9)) == berlin(2026, 3, 29, 9)
    assert following("FREQ=DAILY", berlin(2026, 10, 24, 9)) == berlin(2026, 10, 25, 9)


def test_an_hour_the_spring_change_skips_comes_with_the_offset_before_it() -> None:
    found = next_after("FREQ=DAILY", start=berlin(2026, 3, 28, 2, 30), after=berlin(2026, 3, 28, 2, 30), zone=BERLIN)
    assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert found.astimezone(BERLIN).hour == 3


def test_an_hour_that_comes_twice_in_autumn_is_the_first() -> None:
    found = next_after("FREQ=DAILY", start=berlin(2026, 10, 24, 2, 30), after=berlin(2026, 10, 24, 2, 30), zone=BERLIN)
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_series_ends_after_its_count_and_on_its_day() -> None:
    start = berlin(2026, 3, 23, 9)
    assert following("FREQ=DAILY;COUNT=3", start, start + timedelta(days=1)) == berlin(2026, 3, 25, 9)
    assert following("FREQ=DAILY;COUNT=3", start, start + timedelta(days=2)) is None
    assert following("FREQ=DAILY;UNTIL=20260324", start) == berlin(2026, 3, 24, 9)
    assert following("FREQ=DAILY;UNTIL=20260324", start, berlin(2026, 3, 24, 9)) is None
    assert following("FREQ=DAILY;UNTIL=20260324T065959Z", start) is None


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2"])
def test_a_rule_that_never_comes_ends(rule: str) -> None:
    assert following(rule, berlin(2026, 3, 23, 9)) is None


@pytest.mark.parametrize(
    "rule",
    [
        "every monday",
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYHOUR=1",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;UNTIL=2026",
        "FREQ=DAILY;UNTIL=20260230",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=9MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;WKST=ZZ",
        "FREQ=DAILY;FREQ=WEEKLY",
        "FREQ=" + "A" * 1000,
        "\x00",
    ],
)
def test_nonsense_is_refused_in_words(rule: str) -> None:
    with pytest.raises(ValidationError):
        normal(rule)


RULES = st.builds(
    lambda freq, interval, days: f"FREQ={freq};INTERVAL={interval}" + (f";BYDAY={','.join(days)}" if days else ""),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 40),
    st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), max_size=3, unique=True),
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=sizes.cases("recurrence"), deadline=None)
@given(RULES, MOMENTS, st.integers(0, 2000))
def test_the_next_moment_lies_ahead_and_keeps_the_hour(rule: str, start: datetime, days: int) -> None:
    after = start + timedelta(days=days)
    found = next_after(normal(rule), start=start, after=after, zone=BERLIN)
    if found is not None:
        assert found > after
        wanted, got = start.astimezone(BERLIN), found.astimezone(BERLIN)
        skipped = (got - timedelta(hours=1)).minute == wanted.minute
        assert (got.hour, got.minute) == (wanted.hour, wanted.minute) or skipped
