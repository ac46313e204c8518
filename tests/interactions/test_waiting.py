"""What waits today: whose, why, in which order, and what was left out."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from rapport.base import clock
from rapport.platform import actions, today
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.fields import Ref
from rapport.platform.objects import registry
from rapport.platform.today import Found, Item
from tests.make import (
    SYSTEM,
    actor_as,
    make_interaction,
    make_organisation,
    make_person,
    make_task,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def mara() -> User:
    return make_user("Mara", roles=("sales",), time_zone="Europe/Berlin")


def titles(actor: Actor) -> list[str]:
    return [item.title for item in today.queue(actor).items]


def test_tasks_come_overdue_first_and_those_of_tomorrow_wait_for_tomorrow(mara: User) -> None:
    for name, due in (("today", NOON + HOUR), ("late", NOON - 3 * DAY), ("tomorrow", NOON + DAY), ("later", None)):
        make_task(name, assignee=mara, due_at=due)
    make_task("somebody else's", assignee=make_user(), due_at=NOON)
    with clock.freeze(NOON):
        queue = today.queue(actor_as(mara))
    assert [(item.title, item.reason) for item in queue.items] == [
        ("late", "Overdue for 3 days"),
        ("today", "Due today"),
    ]


def test_the_day_ends_at_midnight_where_the_reader_is(mara: User) -> None:
    make_task("tonight", assignee=mara, due_at=datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    make_task("after midnight", assignee=mara, due_at=datetime(2026, 3, 3, 0, 30, tzinfo=ZoneInfo("Europe/Berlin")))
    with clock.freeze(NOON):
        assert titles(actor_as(mara)) == ["tonight"]


def test_a_snoozed_task_stays_away_until_its_time_and_a_reminder_calls(mara: User) -> None:
    task = make_task("call", assignee=mara, due_at=NOON - DAY)
    make_task("prepare", assignee=mara, due_at=NOON + 9 * DAY, reminder_at=NOON - HOUR)
    with clock.freeze(NOON):
        actions.run(SYSTEM, registry.get("task"), task, "snooze", {"until": NOON + 2 * HOUR})
        assert titles(actor_as(mara)) == ["prepare"]
    with clock.freeze(NOON + 3 * HOUR):
        assert titles(actor_as(mara)) == ["call", "prepare"]


def test_meetings_are_to_be_prepared_or_confirmed(mara: User) -> None:
    for name, when in (("past", -3 * HOUR), ("soon", HOUR), ("tomorrow", DAY), ("next week", 7 * DAY)):
        make_interaction("meeting", subject=name, owner=mara, occurred_at=NOON + when, done_at=None)
    from rapport.interactions.interaction import Interaction

    Interaction.objects.filter(subject="past").update(done_at=None)
    Interaction.objects.update(done_at=None)
    with clock.freeze(NOON):
        found = {item.title: item.reason for item in today.queue(actor_as(mara)).items}
    assert found == {
        "soon": "Meeting today: prepare",
        "past": "Meeting: did it take place?",
        "tomorrow": "Meeting tomorrow: prepare",
    }


def test_a_reply_is_owed_by_whoever_looks_after_the_customer_and_by_all_where_nobody_does(mara: User) -> None:
    mine, foreign, nobodys = make_person(owner=mara), make_person(owner=make_user()), make_organisation()
    with clock.freeze(NOON):
        for name, who in (("mine", mine), ("foreign", foreign), ("nobody's", nobodys)):
            make_interaction("email", subject=name, direction="in", customer=who, occurred_at=NOON - 3 * DAY)
        items = today.queue(actor_as(mara)).items
    assert [item.title for item in items] == ["mine", "nobody's"]
    assert items[0].reason == "E-mail: waits for an answer for 3 days"
    assert items[0].who == Ref("party", mine.pk)


def test_whoever_leads_hears_what_is_late_at_their_people_after_their_own_work(mara: User) -> None:
    region = make_team("Region", lead=mara)
    jo = make_user("Jo", roles=("sales",), team=make_team("North", parent=region))
    make_task("late", assignee=jo, due_at=NOON - 4 * DAY)
    make_task("a little late", assignee=jo, due_at=NOON - DAY)
    make_task("own", assignee=mara, due_at=NOON)
    make_task("others'", assignee=make_user(), due_at=NOON - 9 * DAY)
    with clock.freeze(NOON):
        found = [(item.title, item.reason) for item in today.queue(actor_as(mara)).items]
        assert titles(actor_as(jo)) == ["late", "a little late"]
    assert found == [("own", "Due today"), ("late", "Overdue for 4 days at Jo")]


def test_what_does_not_fit_is_counted_and_said(mara: User) -> None:
    for number in range(8):
        make_task(f"T{number}", assignee=mara, due_at=NOON - timedelta(hours=number))
    with clock.freeze(NOON + HOUR):
        queue = today.queue(actor_as(mara), limit=5)
    assert [item.title for item in queue.items] == ["T7", "T6", "T5", "T4", "T3"]
    assert queue.left_out == (("Tasks", 3),)


def test_a_record_named_by_two_providers_is_shown_once_with_its_stronger_reason() -> None:
    one, same = Ref("task", 1), Ref("task", 1)
    providers = [
        ("A", lambda actor, limit: Found([Item(one, "t", "weak", 10)], 1)),
        ("B", lambda actor, limit: Found([Item(same, "t", "strong", 20)], 1)),
    ]
    queue = today.queue(SYSTEM, providers=providers)
    assert [(item.reason) for item in queue.items] == ["strong"]
    assert queue.left_out == ()


def test_the_page_shows_the_queue_and_its_keys(mara: User, client: Client) -> None:
    ana = make_person("Ana <b>Berg</b>")
    make_task("Send the offer", about=ana, assignee=mara, due_at=NOON - DAY)
    client.force_login(mara)
    with clock.freeze(NOON):
        page = client.get("/").content.decode()
    assert "Send the offer" in page and "Overdue for 1 day" in page
    assert 'data-row-key="d"' in page and 'data-row-key="s"' in page and 'data-row-key="a"' in page
    assert "<b>Berg" not in page and "&lt;b&gt;Berg" in page


def test_an_empty_day_says_so(mara: User, client: Client) -> None:
    client.force_login(mara)
    assert "Nothing waits for you" in client.get("/today").content.decode()


def test_the_page_costs_the_same_however_long_the_queue(mara: User, client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen, clock.freeze(NOON):
            client.get("/")
        return len(seen)

    client.force_login(mara)
    make_task(about=make_person(), assignee=mara, due_at=NOON - DAY)
    queries()
    few = queries()
    for _ in range(12):
        make_task(about=make_person(), assignee=mara, due_at=NOON - DAY)
    assert queries() == few
