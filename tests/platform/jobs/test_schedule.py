"""Slots of periodic jobs, around every change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.platform.access import Actor
from rapport.platform.jobs import Run, daily, job, queue, registry
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.schedule import every_so_often

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slots(hour: int, minute: int, zone: ZoneInfo, first: str, last: str) -> list[datetime]:
    """The slots a worker finds that looks every minute."""
    schedule, moment, found = daily(hour, minute, zone=zone), utc(first), []
    while moment <= utc(last):
        found.append(schedule.latest(moment))
        moment += timedelta(minutes=1)
    return sorted({slot for slot in found if slot >= utc(first)})


def test_an_hourly_job_has_the_same_slots_for_every_worker() -> None:
    hourly = every_so_often(timedelta(hours=1))
    assert hourly.latest(utc("2026-03-01T09:59:59")) == utc("2026-03-01T09:00")
    assert hourly.latest(utc("2026-03-01T10:00")) == utc("2026-03-01T10:00")


@pytest.mark.parametrize("period", [timedelta(0), timedelta(days=8)])
def test_a_period_we_could_not_remember_is_refused(period: timedelta) -> None:
    with pytest.raises(ValueError, match="between a second and a week"):
        every_so_often(period)


def test_a_time_the_clock_skips_is_due_right_after_the_gap() -> None:
    # 2026-03-29: 02:00 becomes 03:00 in Berlin, at 01:00 UTC.
    found = slots(2, 30, BERLIN, "2026-03-28T00:00", "2026-03-31T00:00")
    assert found == [utc("2026-03-28T01:30"), utc("2026-03-29T01:00"), utc("2026-03-30T00:30")]


def test_a_time_that_comes_twice_is_due_once() -> None:
    # 2026-10-25: 03:00 becomes 02:00 in Berlin, at 01:00 UTC.
    found = slots(2, 30, BERLIN, "2026-10-24T00:00", "2026-10-26T23:00")
    assert found == [utc("2026-10-24T00:30"), utc("2026-10-25T00:30"), utc("2026-10-26T01:30")]


def test_a_gap_of_half_an_hour_is_understood() -> None:
    # Lord Howe Island moves by 30 minutes: 2026-10-04 02:00 becomes 02:30, at 15:30 UTC the day before.
    found = slots(2, 10, LORD_HOWE, "2026-10-02T20:00", "2026-10-04T20:00")
    assert found == [utc("2026-10-03T15:30"), utc("2026-10-04T15:10")]


@given(
    moment=st.integers(0, 315_000_000).map(lambda seconds: utc("2020-01-01") + timedelta(seconds=seconds)),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from([BERLIN, LORD_HOWE, ZoneInfo("America/New_York"), ZoneInfo("UTC")]),
)
def test_the_last_slot_is_never_ahead_nor_more_than_a_day_and_a_gap_behind(
    moment: datetime, hour: int, minute: int, zone: ZoneInfo
) -> None:
    schedule = daily(hour, minute, zone=zone)
    slot = schedule.latest(moment)
    assert timedelta(0) <= moment - slot <= timedelta(hours=25, minutes=30)
    assert schedule.following(slot) > moment


@job("tests.hourly", every=timedelta(hours=1))
def hourly(actor: Actor, job: Run) -> None:
    """Nothing, every hour."""


def hourly_jobs() -> list[tuple[str, str]]:
    found = Job.objects.filter(key="tests.hourly").order_by("slot")
    return [(f"{job.slot:%H:%M}", job.state) for job in found]


@pytest.mark.django_db
def test_each_slot_is_done_once_and_of_several_missed_only_the_last() -> None:
    for moment in ("09:10", "09:11", "09:59", "13:30"):
        queue.enqueue_slots(utc(f"2026-03-01T{moment}"))
        Job.objects.filter(key="tests.hourly", state="queued").update(state="done")
    assert hourly_jobs() == [("09:00", "done"), ("13:00", "done")]


@pytest.mark.django_db
def test_a_slot_that_still_waits_does_for_the_next_one_too() -> None:
    for moment in ("09:10", "10:10"):
        queue.enqueue_slots(utc(f"2026-03-01T{moment}"))
    assert hourly_jobs() == [("09:00", "queued")]


@pytest.mark.django_db
def test_going_back_in_time_repeats_no_slot() -> None:
    for moment in ("09:10", "08:59", "09:10"):
        queue.enqueue_slots(utc(f"2026-03-01T{moment}"))
        Job.objects.filter(key="tests.hourly", state="queued").update(state="done")
    assert [slot for slot, _ in hourly_jobs()] == ["08:00", "09:00"]


def test_two_jobs_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"Two jobs are called 'tests\.hourly'"):

        @job("tests.hourly")
        def other(actor: Actor, job: Run) -> None:
            """Another."""

    assert registry.definition("tests.hourly") is not None
