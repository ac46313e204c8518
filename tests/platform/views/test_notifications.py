"""The bell and its page: counted, read, put off, wished; always only one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rapport.base.clock import now
from rapport.platform.notifications.models import Follow, Notification, Wishes
from tests.platform.notifications.telling import change, make_toy, tell
from tests.platform.views.pages import me, words
from tests.platform.views.site import make_user, queries_of, visit, visit_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def news() -> tuple:
    """Ana, who owns a toy that Ben changed, and Ben."""
    ana, ben = make_user("sales_manager", name="Ana Berg"), make_user("sales_manager", name="Ben Dahl")
    toy = make_toy(ana)
    change(ben, toy, pieces=4)
    tell()
    return visit(ana), visit(ben), toy


def number(client: object) -> str:
    return words(client.get("/notifications/count"))  # type: ignore[attr-defined]


def test_the_bell_counts_and_the_page_says_what_happened(news: tuple) -> None:
    ana, ben, _toy = news
    assert "1 unread notification" in number(ana)
    assert number(ben) == ""
    said = words(ana.get("/notifications"))
    for word in ("Robot", "Ben Dahl", "Pieces", "4"):
        assert word in said


def test_read_unread_all_read(news: tuple) -> None:
    ana, _ben, _toy = news
    pk = Notification.objects.get().pk
    ana.post(f"/notifications/{pk}/read")
    assert number(ana) == ""
    assert "Robot" in words(ana.get("/notifications?show=all"))
    ana.post(f"/notifications/{pk}/unread")
    assert number(ana) != ""
    ana.post("/notifications/read")
    assert number(ana) == ""


def test_opening_reads_and_leads_to_the_record(news: tuple) -> None:
    ana, _ben, toy = news
    pk = Notification.objects.get().pk
    assert ana.post(f"/notifications/{pk}/open").headers["Location"] == f"/toys/{toy.pk}"
    assert number(ana) == ""


def test_what_is_put_off_comes_back_at_its_time(news: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, _ben, _toy = news
    pk = Notification.objects.get().pk
    assert ana.post(f"/notifications/{pk}/snooze?until=hour").status_code == 303
    assert number(ana) == ""
    assert "Robot" in words(ana.get("/notifications?show=snoozed"))
    later = now() + timedelta(hours=2)
    monkeypatch.setattr("rapport.platform.notifications.read.now", lambda: later)
    assert number(ana) != ""


@pytest.mark.parametrize("asked", ["", "yesterday", "2020-01-01T08:00"])
def test_a_moment_that_is_none_or_past_is_refused(news: tuple, asked: str) -> None:
    ana, _ben, _toy = news
    pk = Notification.objects.get().pk
    assert ana.post(f"/notifications/{pk}/snooze", {"at": asked}).status_code == 422
    assert number(ana) != ""


@pytest.mark.parametrize("verb", ["open", "read", "unread", "snooze?until=hour"])
def test_somebody_elses_notification_is_not_there(news: tuple, verb: str) -> None:
    _ana, ben, _toy = news
    pk = Notification.objects.get().pk
    before = Notification.objects.values().get()
    assert ben.post(f"/notifications/{pk}/{verb}").status_code == 404
    assert Notification.objects.values().get() == before


def test_kinds_that_are_not_wanted_are_not_made(news: tuple) -> None:
    ana, ben, toy = news
    ana.post("/settings/notifications", {"kinds": ["mention", "assigned", "reminder"]})
    ana.post("/notifications/read")
    change(me(ben), toy, pieces=9)
    tell()
    assert number(ana) == ""


def test_in_quiet_hours_the_bell_is_still_and_the_page_keeps_everything(
    news: tuple, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, _ben, _toy = news
    kinds = ["mention", "assigned", "followed", "reminder"]
    asked = {"kinds": kinds, "quiet_from": "20:00", "quiet_to": "07:00", "quiet_days": ["6"]}
    assert ana.post("/settings/notifications", asked).status_code == 303
    night = datetime(2099, 11, 25, 22, tzinfo=UTC)
    monkeypatch.setattr("rapport.platform.notifications.read.now", lambda: night)
    assert number(ana) == ""
    assert "Robot" in words(ana.get("/notifications"))
    monkeypatch.setattr("rapport.platform.notifications.read.now", lambda: night + timedelta(hours=14))
    assert number(ana) != ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_from": "20:00"},
        {"quiet_from": "late", "quiet_to": "07:00"},
        {"quiet_days": ["0", "1", "2", "3", "4", "5", "6"]},
    ],
)
def test_wishes_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    assert visit_as("sales").post("/settings/notifications", {"kinds": ["mention"], **wrong}).status_code == 422
    assert not Wishes.objects.exists()


def test_following_is_switched_on_the_record(news: tuple) -> None:
    _ana, ben, toy = news
    assert "Follow" in words(ben.get(f"/toys/{toy.pk}"))
    ben.post(f"/toys/{toy.pk}/follow")
    assert "Stop following" in words(ben.get(f"/toys/{toy.pk}"))
    ben.post(f"/toys/{toy.pk}/follow")
    assert not Follow.objects.get().following
    assert visit_as().post(f"/toys/{toy.pk}/follow").status_code == 404


def test_colleagues_are_proposed_by_name_and_by_address_where_names_are_shared() -> None:
    make_user("sales", name="Mara Lind")
    make_user("sales", name="Tom Ost", email="tom1@house.example")
    make_user("sales", name="Tom Ost", email="tom2@house.example")
    client = visit_as("sales")
    assert 'data-value="Mara Lind"' in client.get("/mentions?q=lin").content.decode()
    text = client.get("/mentions?q=tom").content.decode()
    assert 'data-value="tom1@house.example"' in text
    assert "Mara" not in text
    assert visit_as().get("/mentions?q=tom").status_code == 403


def test_the_bell_asks_as_often_for_one_as_for_many(news: tuple) -> None:
    ana, _ben, toy = news
    few = len(queries_of(ana, "/notifications"))
    ben = make_user("sales_manager")
    for place in range(12):
        change(ben, make_toy(me(ana), f"Toy {place}"), pieces=4)
    change(ben, toy, pieces=99)
    tell()
    assert len(queries_of(ana, "/notifications")) == few
