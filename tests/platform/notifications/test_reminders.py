"""Reminders ring at their moment, once, for whoever does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rapport.interactions.task import Task
from rapport.platform import actions as verbs
from rapport.platform import records
from rapport.platform.notifications.models import Notification
from rapport.platform.notifications.reminders import remind
from rapport.platform.objects import registry
from tests.make import SYSTEM, make_task
from tests.platform.notifications.telling import actor, said
from tests.platform.views.site import make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def ring(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> Any:
    monkeypatch.setattr("rapport.platform.notifications.reminders.now", lambda: moment)
    return remind(SYSTEM, None)  # type: ignore[arg-type]  # it asks nothing of its run


def test_a_reminder_rings_at_its_moment_once_for_who_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = make_user("sales"), make_user("sales")
    make_task("Call back", owner=ana.pk, assignee=ben.pk, reminder_at=NOON)
    assert ring(monkeypatch, NOON - timedelta(seconds=1)) == 0
    assert ring(monkeypatch, NOON) == 1
    assert ring(monkeypatch, NOON + timedelta(minutes=1)) == 0
    assert said(ben) == [("reminder", "Call back")]
    assert said(ana) == []


def test_what_is_done_put_away_or_long_gone_does_not_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = make_user("sales")
    task = make_task("Done", owner=ana.pk, reminder_at=NOON)
    verbs.run(actor(ana), registry.get("task"), task, "done", {})
    records.archive(SYSTEM, make_task("Away", owner=ana.pk, reminder_at=NOON))
    make_task("Old", owner=ana.pk, reminder_at=NOON - timedelta(days=8))
    make_task("Later", owner=ana.pk)
    assert ring(monkeypatch, NOON) == 0


def test_a_reminder_moved_rings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ana = make_user("sales")
    task = make_task("Call back", owner=ana.pk, reminder_at=NOON)
    ring(monkeypatch, NOON)
    records.update(SYSTEM, Task.objects.get(pk=task.pk), {"reminder_at": NOON + timedelta(hours=1)})
    assert ring(monkeypatch, NOON + timedelta(hours=1)) == 1


def test_a_late_worker_makes_up_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    make_task("Call back", owner=make_user("sales").pk, reminder_at=NOON)
    assert ring(monkeypatch, NOON + timedelta(days=2)) == 1


def test_only_who_may_still_read_the_record_is_reminded(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = make_user()
    make_task("Call back", owner=nobody.pk, reminder_at=NOON)
    assert ring(monkeypatch, NOON) == 0
    assert not Notification.objects.exists()
