"""Workers killed at any moment: every change is told once, none is lost and none is told twice."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from rapport.platform import records
from rapport.platform.accounts.models import User
from rapport.platform.events.models import Cursor, Event
from rapport.platform.notifications.models import Notice, Notification
from tests import sizes
from tests.platform.jobs.conftest import Workers
from tests.platform.notifications.telling import actor, make_toy
from tests.platform.views.site import make_user

# The horizon of events is one for the whole server: an open transaction of another test holds it back.
pytestmark = [pytest.mark.slow, pytest.mark.alone]
CHANGES = 400
SUBSCRIBER = "rapport.platform.notifications.reaction.notify"


def make_news() -> tuple[User, User]:
    ana, ben = make_user("sales_manager", name="Ana Berg"), make_user("sales_manager", name="Ben Dahl")
    acting = actor(ben)
    for place in range(20):
        toy = make_toy(ana, f"Toy {place}")
        for pieces in range(CHANGES // 20):
            records.update(acting, toy, {"pieces": pieces + 1})
            toy.refresh_from_db()
    return ana, ben


def all_read() -> bool:
    last = Event.objects.latest("id").pk
    cursor = Cursor.objects.filter(name=SUBSCRIBER).first()
    return cursor is not None and cursor.event_id == last


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(sizes.cases("notifying killed")))
def test_killing_workers_at_random_loses_no_notification_and_repeats_none(
    workers: Workers, eventually: Callable[..., None], seed: int
) -> None:
    ana, ben = make_news()
    chance = random.Random(seed)
    for _ in range(6):
        process = workers.start(lease=1.0)
        time.sleep(chance.uniform(1.0, 2.0))  # starting takes most of it: the kill falls before, in and after the work
        process.kill()
        process.wait(timeout=10)
    workers.start(lease=1.0)
    eventually(all_read, seconds=120)  # a busy machine is slow, not wrong
    told = [pk for pk in Notice.objects.filter(user=ana).values_list("event_id", flat=True) if pk is not None]
    changed = Event.objects.filter(kind="toy.updated").values_list("id", flat=True)
    assert sorted(told) == sorted(changed)
    assert len(told) == CHANGES
    assert Notification.objects.filter(user=ana).count() == 20
    assert not Notice.objects.filter(user=ben).exists()
