"""Which backups stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.platform.backup.kept import Keep, kept, parse

MORNING = datetime(2026, 11, 28, 2, 30, tzinfo=UTC)


def days(number: int) -> list[datetime]:
    return [MORNING - timedelta(days=n) for n in range(number)]


def test_a_daily_backup_keeps_days_weeks_and_months() -> None:
    found = sorted(kept(days(400), Keep(7, 4, 12)), reverse=True)
    assert found[:7] == days(7)
    # The newest of the weeks before, and of the months before those.
    assert f"{found[7]:%Y-%m-%d} {found[8]:%Y-%m-%d}" == "2026-11-15 2026-11-08"
    assert [f"{one:%m-%d}" for one in found[9:12]] == ["10-31", "09-30", "08-31"]
    assert len(found) == 7 + 2 + 11


def test_of_several_on_one_day_the_newest_stays() -> None:
    several = [MORNING + timedelta(hours=n) for n in range(5)]
    assert kept(several, Keep(1, 0, 0)) == {several[-1]}


def test_gaps_do_not_use_up_what_is_kept() -> None:
    found = [MORNING - timedelta(days=10 * n) for n in range(5)]
    assert kept(found, Keep(3, 0, 0)) == set(found[:3])


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=40), st.integers(0, 9), st.integers(0, 9))
def test_never_more_than_asked_and_the_newest_always(moments: list[datetime], days: int, weeks: int) -> None:
    stay = kept(moments, Keep(days, weeks, 0))
    assert len(stay) <= days + weeks
    if moments and days + weeks:
        assert max(moments) in stay


@pytest.mark.parametrize("text", ["", "7", "0d", "7d,", "7x", "-1d", "0d,0w,0m", "99999d"])
def test_what_would_keep_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse(text)


def test_any_order_may_be_written() -> None:
    assert parse("12m, 7d") == Keep(7, 0, 12)
