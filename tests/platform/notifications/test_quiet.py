"""Quiet hours are counted on the clock of whoever is quiet."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rapport.platform.notifications.models import Wishes
from rapport.platform.notifications.quiet import until

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = Wishes(quiet_from=time(20), quiet_to=time(7))
WEEKEND = Wishes(quiet_from=time(20), quiet_to=time(7), quiet_days=[5, 6])


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("wishes", "moment", "end"),
    [
        (NIGHT, "2026-11-25T12:00", None),
        (NIGHT, "2026-11-25T20:00", "2026-11-26T07:00"),
        (NIGHT, "2026-11-26T06:59", "2026-11-26T07:00"),
        (NIGHT, "2026-11-26T07:00", None),
        (NIGHT, "2026-10-24T23:00", "2026-10-25T07:00"),  # the clocks go back in this night
        (WEEKEND, "2026-11-27T23:00", "2026-11-30T07:00"),  # Friday evening until Monday morning
        (WEEKEND, "2026-11-28T12:00", "2026-11-30T07:00"),
        (Wishes(quiet_days=[6]), "2026-11-29T12:00", "2026-11-30T00:00"),
        (Wishes(quiet_from=time(12), quiet_to=time(13)), "2026-11-25T12:30", "2026-11-25T13:00"),
        (Wishes(), "2026-11-25T12:30", None),
        (None, "2026-11-25T12:30", None),
    ],
)
def test_the_end_of_the_quiet(wishes: Wishes | None, moment: str, end: str | None) -> None:
    assert until(wishes, BERLIN, at(moment)) == (at(end) if end else None)


def test_it_is_the_readers_own_night() -> None:
    moment = datetime(2026, 11, 25, 20, tzinfo=UTC)  # nine in the evening in Berlin, three in the afternoon in New York
    assert until(NIGHT, BERLIN, moment) is not None
    assert until(NIGHT, NEW_YORK, moment) is None
