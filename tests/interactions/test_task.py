"""Tasks: done, next, snoozed, handed over, repeated exactly once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from rapport.base import clock
from rapport.interactions import checklist
from rapport.interactions.task import Task
from rapport.platform import access, actions, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from tests.make import SYSTEM, actor_as, make_person, make_task, make_user

pytestmark = pytest.mark.django_db
TASK = registry.get("task")
MONDAY = datetime(2026, 3, 23, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def test_the_customer_is_the_party_it_is_about_and_the_owner_does_it() -> None:
    ana, mara = make_person(), make_user()
    task = make_task(about=ana, owner=mara)
    assert (task.customer_id, task.assignee_id) == (ana.pk, mara.pk)


def test_a_done_task_says_when_and_is_done_once() -> None:
    task = make_task()
    with clock.freeze(MONDAY):
        actions.run(SYSTEM, TASK, task, "done", {"note": "He was pleased"})
    task.refresh_from_db()
    assert (task.done_at, task.note) == (MONDAY, "He was pleased")
    assert Event.objects.latest("pk").kind == "task.done"
    with pytest.raises(ValidationError):
        actions.run(SYSTEM, TASK, task, "done", {})


def test_completing_a_weekly_task_makes_the_next_one_at_the_same_hour_of_the_day() -> None:
    mara = make_user(time_zone="Europe/Berlin")
    task = make_task("Report", due_at=MONDAY, recurrence="freq=weekly", assignee=mara, checklist="a\n[x] b")
    with clock.freeze(MONDAY + timedelta(hours=3)):
        actions.run(SYSTEM, TASK, task, "done", {})
    following = Task.objects.get(follows=task)
    assert following.due_at is not None
    assert following.due_at.astimezone(BERLIN) == datetime(2026, 3, 30, 9, tzinfo=BERLIN)
    assert (following.subject, following.assignee_id, following.checklist) == ("Report", mara.pk, "[ ] a\n[ ] b")


def test_the_next_one_is_made_exactly_once_however_often_it_is_done() -> None:
    task = make_task(due_at=MONDAY, recurrence="FREQ=DAILY")
    for _ in range(3):
        actions.run(SYSTEM, TASK, task.pk, "done", {})
        actions.run(SYSTEM, TASK, task.pk, "reopen", {})
    assert Task.objects.filter(follows=task).count() == 1
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        records.create(SYSTEM, TASK, {"subject": "twice", "follows": task.pk})


def test_missed_ones_do_not_pile_up() -> None:
    task = make_task(due_at=MONDAY, recurrence="FREQ=DAILY")
    with clock.freeze(MONDAY + timedelta(days=10, hours=1)):
        actions.run(SYSTEM, TASK, task, "done", {})
    assert Task.objects.get(follows=task).due_at == MONDAY + timedelta(days=11)


def test_a_series_counts_from_its_beginning() -> None:
    task = make_task(due_at=MONDAY, recurrence="FREQ=DAILY;COUNT=2")
    with clock.freeze(MONDAY):
        actions.run(SYSTEM, TASK, task, "done", {})
        second = Task.objects.get(follows=task)
        actions.run(SYSTEM, TASK, second, "done", {})
    assert not Task.objects.filter(follows=second).exists()


def test_a_repeat_needs_a_due_date_and_a_rule_that_comes() -> None:
    with pytest.raises(ValidationError) as caught:
        make_task(recurrence="FREQ=DAILY")
    assert "due_at" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        make_task(due_at=MONDAY, recurrence="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    assert "recurrence" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        make_task(due_at=MONDAY, recurrence="every monday")
    assert "recurrence" in caught.value.message_dict


def test_done_and_next_plans_for_the_same_record() -> None:
    ana = make_person()
    task = make_task(about=ana, due_at=MONDAY)
    values = {"subject": "Send offer", "due_at": MONDAY + timedelta(days=3)}
    made = actions.run(SYSTEM, TASK, task, "done_and_schedule_next", values)
    task.refresh_from_db()
    assert task.done_at is not None
    assert (made.subject, made.customer_id, made.about_id) == ("Send offer", ana.pk, ana.pk)


def test_snoozing_keeps_the_due_date_and_looks_ahead() -> None:
    mara = actor_as("sales", time_zone="Europe/Berlin", locale="de_DE")
    task = make_task(due_at=MONDAY, owner=make_user(), assignee=mara.user_id)
    with clock.freeze(MONDAY):
        actions.run(mara, TASK, task, "snooze", {})
        task.refresh_from_db()
        assert task.snoozed_until == datetime(2026, 3, 24, 8, tzinfo=BERLIN)
        assert task.due_at == MONDAY
        with pytest.raises(ValidationError):
            actions.run(mara, TASK, task, "snooze", {"until": MONDAY - timedelta(days=1)})


def test_a_task_handed_over_is_seen_by_both() -> None:
    giver, taker = make_user(roles=("service",)), make_user(roles=("service",))
    task = make_task(owner=giver)
    actions.run(actor_as(giver), TASK, task, "delegate", {"assignee": taker.pk})
    for who in (giver, taker):
        assert access.visible(actor_as(who), TASK, "edit").filter(pk=task.pk).exists()


def test_checklists_are_text_with_marks() -> None:
    task = make_task(checklist="- [X] call\n\n * send\n[] wait")
    assert task.checklist == "[x] call\n[ ] send\n[ ] wait"
    actions.run(SYSTEM, TASK, task, "tick", {"item": 2})
    task.refresh_from_db()
    assert [item.done for item in checklist.items(task.checklist)] == [True, True, False]
    with pytest.raises(ValidationError):
        actions.run(SYSTEM, TASK, task, "tick", {"item": 9})


def test_a_new_rule_begins_a_new_series() -> None:
    task = make_task(due_at=MONDAY, recurrence="FREQ=DAILY")
    records.update(SYSTEM, task, {"due_at": MONDAY + timedelta(days=1)})
    assert Task.objects.get(pk=task.pk).series_start == MONDAY
    records.update(SYSTEM, Task.objects.get(pk=task.pk), {"recurrence": "FREQ=WEEKLY"})
    assert Task.objects.get(pk=task.pk).series_start == MONDAY + timedelta(days=1)
