"""The calendar: what the filter finds on its days, in the reader's weeks and zone; another day by the write path."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from rapport.platform import records
from rapport.platform.access import rights_changed
from rapport.platform.access.models import Grant, Role
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from rapport.platform.saved_views.models import SavedView
from rapport.platform.views import days
from rapport.ui import reader
from tests.make import SYSTEM, make, make_user
from tests.platform.views.pages import links, script
from tests.platform.views.site import make_toys, queries_of, visit, visit_as
from tests.toyshop.models import Play, Toy

pytestmark = pytest.mark.django_db
MONTH = "/toys/calendar?view=all&day=2026-12-10"


def on(answer: Any, day: str) -> list[str]:
    """The entries of one day, as they are read."""
    cell = answer.content.decode().split(f'data-day="{day}"')[1].split("</td>")[0]
    entries = re.findall(r'<li class="entry.*?</li>', cell, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", entry)).split()) for entry in entries]


def test_a_month_shows_whole_weeks_with_their_numbers_and_what_stands_in_them() -> None:
    make_toys(1, name="Kite", launched_on=date(2026, 12, 10))
    make_toys(1, name="Early", launched_on=date(2026, 11, 30))
    make_toys(1, name="Elsewhere", launched_on=date(2026, 11, 29))
    answer = visit_as("owner").get(MONTH)
    page = answer.content.decode()
    assert on(answer, "2026-12-10") == ["Kite Built"]
    assert on(answer, "2026-11-30") == ["Early Built"]
    assert "Elsewhere" not in page
    assert 'aria-label="Week 49"' in page and 'aria-label="Week 53"' in page
    assert page.count("data-day=") == 35


def test_the_filter_and_the_rights_hold_on_every_day() -> None:
    user = make_user(roles=("sales",))
    Grant.objects.update_or_create(
        role=Role.objects.get(key="sales"), object="toy", action="read", defaults={"scope": "own"}
    )
    rights_changed()
    make_toys(1, name="Mine", launched_on=date(2026, 12, 10), owner=user.pk)
    make_toys(1, name="Foreign", launched_on=date(2026, 12, 10))
    make_toys(1, name="Won", stage="won", launched_on=date(2026, 12, 10), owner=user.pk)
    answer = visit(user).get(f"{MONTH}&q=stage+%3D+built")
    assert on(answer, "2026-12-10") == ["Mine Built"]
    assert visit(user).get("/makers/calendar").status_code == 200
    assert visit_as("owner").get("/teams/calendar").status_code == 404


def test_a_span_stands_on_all_its_days_also_when_it_began_before() -> None:
    make_toys(1, name="Long", launched_on=date(2026, 11, 20), sold_at=datetime(2026, 12, 2, 12, tzinfo=UTC))
    answer = visit_as("owner").get(MONTH)
    assert on(answer, "2026-12-02") == ["Long Built"]
    assert on(answer, "2026-12-03") == []


def test_weeks_begin_as_in_the_readers_country() -> None:
    for locale, first in (("en_US", date(2026, 12, 6)), ("de_DE", date(2026, 12, 7))):
        with reader.reading_as(reader.Reader(locale=locale.replace("_", "-"), zone="UTC", name="", theme="system")):
            assert days.week_start(date(2026, 12, 10)) == first
            assert days.thursday(first).isocalendar().week == 50


def test_a_moment_lies_on_the_day_of_the_readers_zone() -> None:
    user = make_user(roles=("owner",))
    User.objects.filter(pk=user.pk).update(time_zone="Asia/Tokyo")
    make("play", subject="Late call", occurred_at=datetime(2026, 12, 10, 20, tzinfo=UTC), length=timedelta(minutes=30))
    answer = visit(user).get("/plays/calendar?view=all&day=2026-12-10")
    assert on(answer, "2026-12-11") == ["05:00 Late call 30 min"]


def test_days_that_hold_more_say_how_many_and_lead_there() -> None:
    make_toys(9, launched_on=date(2026, 12, 10))
    answer = visit_as("owner").get(MONTH)
    assert "+5 more" in unescape(answer.content.decode())
    [day] = {
        link for link in links(answer) if "mode=agenda" in link and "day=2026-12-10" in link and "view=all" in link
    }
    assert len(on(visit_as("owner").get(day), "2026-12-10")) == 9


def test_the_number_of_queries_does_not_follow_the_entries() -> None:
    client = visit_as("owner")
    make_toys(1, launched_on=date(2026, 12, 10))
    client.get(MONTH)
    few = queries_of(client, MONTH)
    for day in range(1, 29):
        make_toys(3, launched_on=date(2026, 12, day))
    assert len(queries_of(client, MONTH)) == len(few)


def move(client: Any, toy: Toy, to: str, **more: Any) -> Any:
    asked = {"id": toy.pk, "field": "launched_on", "day": to, "version": toy.version, **more}
    return client.post("/toys/calendar/move", asked, **script())


def test_another_day_is_written_with_its_end_and_taken_back_as_a_whole() -> None:
    [toy] = make_toys(1, launched_on=date(2026, 12, 10), sold_at=datetime(2026, 12, 11, 9, tzinfo=UTC))
    client = visit_as("owner")
    answer = move(client, toy, "2026-12-15")
    toy.refresh_from_db()
    assert (toy.launched_on, toy.sold_at) == (date(2026, 12, 15), datetime(2026, 12, 16, 9, tzinfo=UTC))
    client.post(json.loads(answer.headers["HX-Trigger"])["toast"]["undo_url"], **script())
    toy.refresh_from_db()
    assert (toy.launched_on, toy.sold_at) == (date(2026, 12, 10), datetime(2026, 12, 11, 9, tzinfo=UTC))


def test_the_hour_of_the_clock_stays_across_the_change_to_winter_time() -> None:
    user = make_user(roles=("owner",))
    User.objects.filter(pk=user.pk).update(time_zone="Europe/Berlin")
    play: Play = make("play", subject="Visit", occurred_at=datetime(2026, 10, 24, 7, tzinfo=UTC))  # 9:00 in summer
    asked = {"id": play.pk, "field": "occurred_at", "day": "2026-10-26", "version": play.version}
    assert visit(user).post("/plays/calendar/move", asked, **script()).status_code == 204
    assert Play.objects.get().occurred_at == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_what_somebody_else_moved_meanwhile_offers_both_days() -> None:
    [toy] = make_toys(1, launched_on=date(2026, 12, 10))
    records.update(SYSTEM, Toy.objects.get(), {"launched_on": date(2026, 12, 20)})
    answer = move(visit_as("owner"), toy, "2026-12-15")
    assert answer.status_code == 409
    assert "20 December" in answer.content.decode() and "15 December" in answer.content.decode()
    assert Toy.objects.get().launched_on == date(2026, 12, 20)


def test_other_changes_meanwhile_do_not_stop_a_move() -> None:
    [toy] = make_toys(1, launched_on=date(2026, 12, 10))
    records.update(SYSTEM, Toy.objects.get(), {"pieces": 3})
    assert move(visit_as("owner"), toy, "2026-12-15").status_code == 204
    assert Toy.objects.get().launched_on == date(2026, 12, 15)


@pytest.mark.parametrize("wrong", [{"day": "x"}, {"field": "stage"}, {"field": "created_at"}, {"id": "9999"}])
def test_what_cannot_be_moved_stays(wrong: dict[str, str]) -> None:
    [toy] = make_toys(1, launched_on=date(2026, 12, 10))
    assert move(visit_as("owner"), toy, "2026-12-15", **wrong).status_code == 404
    assert move(visit_as("read_only"), toy, "2026-12-15").status_code == 404
    assert Toy.objects.get().launched_on == date(2026, 12, 10)


def test_a_view_is_kept_as_a_calendar_by_its_date() -> None:
    client = visit_as("owner")
    client.post("/toys/views/new?view=all&layout=calendar&group=sold_at", {"label": "Sales", "audience": "own"})
    view = SavedView.objects.get()
    assert (view.layout, view.group) == ("calendar", "sold_at")
    assert f"/toys/calendar?view={view.pk}" in links(client.get("/toys?view=all"))
    assert "Sold" in client.get(f"/toys/calendar?view={view.pk}").content.decode()


@pytest.mark.parametrize("day", ["", "0001-01-01", "9999-12-31", "x", "2026-02-30"])
def test_days_at_the_ends_of_time_and_none_at_all(day: str) -> None:
    for mode in ("month", "week", "agenda", "nothing"):
        assert visit_as("owner").get("/toys/calendar", {"day": day, "mode": mode}).status_code == 200


def test_the_declarations_of_calendars_name_dates() -> None:
    from rapport.platform import checks

    assert not [problem for obj in registry.all() for problem in checks.problems(obj) if "calendar" in problem]
