from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.errors import InputError
from rapport.base.periods import (
    CALENDAR_UNITS,
    MAX_COUNT,
    UNITS,
    Calendar,
    Instant,
    Period,
    Rolling,
    Unit,
    month_add,
    parse_period,
)

SUNDAY = date(2026, 11, 22)
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))


def resolved(words: str, today: date = SUNDAY, week_start: int = 0) -> tuple[date, date]:
    spec = parse_period(words)
    assert isinstance(spec, Calendar | Rolling)
    period = spec.resolve(today, week_start=week_start)
    return period.start, period.end


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("today", "2026-11-22", "2026-11-23"), ("yesterday", "2026-11-21", "2026-11-22"),
        ("tomorrow", "2026-11-23", "2026-11-24"),
        ("this week", "2026-11-16", "2026-11-23"), ("last week", "2026-11-09", "2026-11-16"),
        ("next week", "2026-11-23", "2026-11-30"),
        ("this month", "2026-11-01", "2026-12-01"), ("last month", "2026-10-01", "2026-11-01"),
        ("next month", "2026-12-01", "2027-01-01"),
        ("this quarter", "2026-10-01", "2027-01-01"), ("last quarter", "2026-07-01", "2026-10-01"),
        ("next quarter", "2027-01-01", "2027-04-01"),
        ("this year", "2026-01-01", "2027-01-01"), ("last year", "2025-01-01", "2026-01-01"),
        ("next day", "2026-11-23", "2026-11-24"),
    ],
)  # fmt: skip
def test_calendar_periods_are_whole_units(words: str, start: str, end: str) -> None:
    assert resolved(words) == (date.fromisoformat(start), date.fromisoformat(end))


def test_the_last_30_days_start_30_days_ago_and_include_today() -> None:
    assert resolved("last 30 days") == (date(2026, 10, 23), date(2026, 11, 23))


def test_the_next_7_days_start_today_and_include_the_seventh() -> None:
    assert resolved("next 7 days") == (date(2026, 11, 22), date(2026, 11, 30))


def test_rolling_months_respect_short_months() -> None:
    assert resolved("last 1 month", date(2026, 3, 31)) == (date(2026, 2, 28), date(2026, 4, 1))
    assert resolved("last 2 quarters", date(2026, 3, 15)) == (date(2025, 9, 15), date(2026, 3, 16))
    assert resolved("next 1 year", date(2024, 2, 29)) == (date(2024, 2, 29), date(2025, 3, 1))


def test_the_week_starts_where_the_reader_says() -> None:
    assert resolved("this week", SUNDAY, week_start=6) == (date(2026, 11, 22), date(2026, 11, 29))
    assert resolved("this week", SUNDAY, week_start=5) == (date(2026, 11, 21), date(2026, 11, 28))


@given(DAYS, st.integers(0, 6), st.sampled_from(CALENDAR_UNITS))
def test_calendar_periods_follow_each_other_and_the_current_one_holds_today(
    today: date, week_start: int, unit: str
) -> None:
    last, this, following = (resolved(f"{word} {unit}", today, week_start) for word in ("last", "this", "next"))
    assert last[1] == this[0] <= today < this[1] == following[0]


@given(DAYS, st.integers(1, 500), st.sampled_from(["day", "week", "month"]))
def test_what_is_later_than_n_units_ago_lies_in_the_last_n_units(today: date, count: int, unit: Unit) -> None:
    start, end = resolved(f"last {count} {unit}s", today)
    assert start == Instant(-count, unit).on(today)
    assert end == today + timedelta(days=1)


@given(
    st.sampled_from(["last {}", "next {}", "{} ago", "in {}", "{} from now"]),
    st.sampled_from(UNITS),
    st.integers(1, 200),
)
def test_the_canonical_text_parses_to_the_same_spec(shape: str, unit: Unit, count: int) -> None:
    spec = parse_period(shape.format(f"{count}  {unit.upper()}S"))
    if spec is None:
        assert unit in ("hour", "minute")
    else:
        assert parse_period(str(spec)) == spec
        assert str(parse_period(str(spec))) == str(spec)


@pytest.mark.parametrize("unit", CALENDAR_UNITS)
@pytest.mark.parametrize("word", ["last", "this", "next"])
def test_the_canonical_text_of_calendar_periods_is_stable(word: str, unit: str) -> None:
    spec = parse_period(f"{word} {unit}")
    assert spec is not None
    assert parse_period(str(spec)) == spec


def test_days_have_one_canonical_text() -> None:
    assert str(parse_period("this day")) == "today"
    assert str(parse_period("1 days ago")) == "1 day ago"
    assert str(parse_period("3 days from now")) == "in 3 days"


def test_moments_keep_the_wall_clock_for_days_and_count_hours_exactly() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    after_change = datetime(2026, 10, 25, 12, 0, tzinfo=berlin)
    assert Instant(-1, "day").resolve(after_change) == datetime(2026, 10, 24, 12, 0, tzinfo=berlin)
    assert Instant(-24, "hour").resolve(after_change) == datetime(2026, 10, 24, 13, 0, tzinfo=berlin)
    assert Instant(-90, "minute").resolve(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2025, 12, 31, 22, 30, tzinfo=UTC
    )


def test_hours_cannot_be_compared_with_a_date() -> None:
    assert Instant(-2, "week").on(SUNDAY) == date(2026, 11, 8)
    with pytest.raises(InputError, match="time of day"):
        Instant(-2, "hour").on(SUNDAY)


def test_a_period_knows_its_moments_in_a_zone_where_clocks_change() -> None:
    start, end = Period(date(2026, 10, 25), date(2026, 10, 26)).bounds(ZoneInfo("Europe/Berlin"))
    assert (start, end - start) == (datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=25))
    # Chile skipped midnight on 8 September 2024: the day starts when the clocks jump.
    start, end = Period(date(2024, 9, 8), date(2024, 9, 9)).bounds(ZoneInfo("America/Santiago"))
    assert (start, end - start) == (datetime(2024, 9, 8, 4, tzinfo=UTC), timedelta(hours=23))


def test_a_period_contains_its_start_and_not_its_end() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    assert date(2026, 1, 1) in period and date(2026, 1, 31) in period and date(2026, 2, 1) not in period


@pytest.mark.parametrize(
    "words",
    [
        "",
        "last",
        "week",
        "30 days",
        "last days",
        "last -3 days",
        "ago",
        "in days",
        "last 3 hours",
        "x" * 10**6,
        "１ day ago",
        "last 1.5 days",
    ],
)
def test_other_words_are_no_period(words: str) -> None:
    assert parse_period(words) is None


@pytest.mark.parametrize("words", ["last 0 days", "0 days ago", "last 999999999 years", "in 1000000000 days"])
def test_counts_out_of_range_are_refused_in_words(words: str) -> None:
    if words.startswith("in"):  # ten digits are no count at all
        assert parse_period(words) is None
    else:
        with pytest.raises(InputError, match="out of range"):
            parse_period(words)


@given(DAYS, st.sampled_from(UNITS), st.booleans())
def test_the_largest_counts_stay_inside_the_calendar(today: date, unit: Unit, back: bool) -> None:
    count = -MAX_COUNT[unit] if back else MAX_COUNT[unit]
    Instant(count, unit).resolve(datetime(today.year, today.month, today.day, tzinfo=UTC))


def test_adding_months_ends_with_the_month() -> None:
    assert month_add(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert month_add(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert month_add(date(2026, 1, 15), -13) == date(2024, 12, 15)
    with pytest.raises(InputError):
        month_add(date(9999, 12, 1), 1)


@given(DAYS, st.integers(-1000, 1000))
def test_adding_months_lands_in_the_right_month(day: date, months: int) -> None:
    moved = month_add(day, months)
    assert moved.year * 12 + moved.month == day.year * 12 + day.month + months
    assert moved.day <= day.day
