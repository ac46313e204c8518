"""Effects: put in the transaction of their cause, carried out once, settled by whoever holds them and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from rapport.platform import outbox
from rapport.platform.fields import Ref
from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox import (
    Effect,
    Later,
    LeaseLost,
    Outcome,
    Refused,
    Sent,
    State,
    Transport,
    Unclear,
    courier,
    queue,
)
from rapport.platform.outbox.models import Lane
from rapport.platform.outbox.transports import _after, _transports
from tests.make import SYSTEM, actor_as

pytestmark = pytest.mark.django_db


class Postcard(Transport):
    """Does what the test says, and remembers what it was given."""

    key: ClassVar[str] = "postcard"
    pauses = (timedelta(minutes=1), timedelta(minutes=5))

    def __init__(self) -> None:
        self.given: list[int] = []
        self.answers: list[Outcome | Exception] = []

    def deliver(self, effect: Effect) -> Outcome:
        self.given.append(effect.payload["n"])
        answer = self.answers.pop(0) if self.answers else Sent({"ok": True})
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def postcard() -> Iterator[Postcard]:
    found = Postcard()
    outbox.register(found)
    yield found
    _transports.pop("postcard")


def put(n: int = 1, **options: object) -> Effect:
    return outbox.put(SYSTEM, "postcard", {"n": n}, **options)  # type: ignore[arg-type]  # as the test says


def state(effect: Effect) -> tuple[str, str]:
    effect.refresh_from_db()
    return effect.state, effect.reason


def lease_ran_out(effect: Effect) -> None:
    Effect.objects.filter(pk=effect.pk).update(leased_until=database_now() - timedelta(seconds=1))


def test_what_was_put_leaves_once(postcard: Postcard) -> None:
    effect = put()
    assert courier.carry_all() == 1
    assert courier.carry_all() == 0
    assert postcard.given == [1]
    assert state(effect) == ("sent", "")
    assert effect.result == {"ok": True}


def test_an_effect_exists_only_if_its_cause_does(postcard: Postcard) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        put()
        raise RuntimeError
    assert courier.carry_all() == 0
    assert postcard.given == []


def test_what_must_leave_once_is_put_once(postcard: Postcard) -> None:
    first, second = put(1, once="campaign 7, party 12"), put(2, once="campaign 7, party 12")
    assert first.pk == second.pk
    courier.carry_all()
    assert put(3, once="campaign 7, party 12").pk == first.pk
    assert courier.carry_all() == 0
    assert postcard.given == [1]


def test_a_refusal_is_final_and_says_why(postcard: Postcard) -> None:
    postcard.answers = [Refused("There is no such street.")]
    effect = put()
    courier.carry_all()
    assert state(effect) == ("failed", "There is no such street.")


def test_a_passing_refusal_is_tried_again_until_the_pauses_are_used_up(postcard: Postcard) -> None:
    postcard.answers = [Later("closed"), Later("closed"), Later("closed")]
    effect = put()
    for tries in (1, 2):
        courier.carry_all()
        assert state(effect) == ("queued", "closed")
        assert effect.attempts == tries
        assert effect.not_before > database_now() + timedelta(seconds=50)
        Effect.objects.update(not_before=database_now())
    courier.carry_all()
    assert state(effect) == ("failed", "closed")
    assert len(postcard.given) == 3


def test_an_unclear_outcome_is_kept_and_never_repeated_by_itself(postcard: Postcard) -> None:
    postcard.answers = [Unclear("The line went dead.")]
    effect = put()
    courier.carry_all()
    assert state(effect) == ("uncertain", "The line went dead.")
    assert courier.carry_all() == 0
    outbox.again(effect)
    courier.carry_all()
    assert postcard.given == [1, 1]
    assert state(effect) == ("sent", "")


def test_a_fault_of_our_own_is_unclear_and_holds_up_nothing(postcard: Postcard) -> None:
    postcard.answers = [ZeroDivisionError("division by zero")]
    broken, other = put(1), put(2)
    courier.carry_all()
    assert state(broken) == ("uncertain", "ZeroDivisionError: division by zero")
    assert state(other) == ("sent", "")


def test_what_other_sides_tell_apart_is_repeated_when_unclear(postcard: Postcard) -> None:
    postcard.when_unclear = "again"
    postcard.answers = [Unclear("The line went dead.")]
    effect = put()
    courier.carry_all()
    assert state(effect) == ("queued", "The line went dead.")


def test_one_under_way_with_a_courier_who_is_gone_is_unclear(postcard: Postcard) -> None:
    effect = put()
    (taken,) = queue.reserve("gone", 5)
    assert queue.begin(taken)
    assert queue.reclaim() == 0
    lease_ran_out(effect)
    assert queue.reclaim() == 1
    assert state(effect)[0] == "uncertain"
    assert courier.carry_all() == 0


def test_one_only_reserved_by_a_courier_who_is_gone_waits_again(postcard: Postcard) -> None:
    effect = put()
    queue.reserve("gone", 5)
    assert courier.carry_all() == 0
    lease_ran_out(effect)
    queue.reclaim()
    assert courier.carry_all() == 1
    assert state(effect)[0] == "sent"


def test_who_wakes_up_late_settles_nothing(postcard: Postcard) -> None:
    effect = put()
    (taken,) = queue.reserve("frozen", 5)
    queue.begin(taken)
    lease_ran_out(effect)
    queue.reclaim()
    with pytest.raises(LeaseLost), transaction.atomic():
        queue.settle(taken, Sent())
    assert state(effect)[0] == "uncertain"
    outbox.again(effect)
    with pytest.raises(LeaseLost), transaction.atomic():
        queue.settle(taken, Sent())
    assert state(effect)[0] == "queued"


def test_who_reserved_too_long_ago_does_not_begin(postcard: Postcard) -> None:
    effect = put()
    (taken,) = queue.reserve("slow", 5)
    lease_ran_out(effect)
    assert not queue.begin(taken)


def test_what_was_taken_back_does_not_leave_even_when_reserved(postcard: Postcard) -> None:
    effect = put()
    (taken,) = queue.reserve("one", 5)
    outbox.cancel(effect, "changed my mind")
    assert not queue.begin(taken)
    assert state(effect) == ("cancelled", "changed my mind")
    with pytest.raises(ValidationError):
        outbox.cancel(effect)


def test_what_leaves_later_waits(postcard: Postcard) -> None:
    put(after=timedelta(seconds=20))
    assert courier.carry_all() == 0


def test_while_everything_is_held_nothing_leaves(postcard: Postcard) -> None:
    put()
    outbox.hold("restore", "The database was restored.")
    assert courier.carry_all() == 0
    assert outbox.release(SYSTEM) == 1
    assert courier.carry_all() == 1


def test_only_who_keeps_the_house_releases(postcard: Postcard) -> None:
    from django.core.exceptions import PermissionDenied

    outbox.hold("restore", "")
    with pytest.raises(PermissionDenied):
        outbox.release(actor_as("sales"))


def test_a_destination_that_fails_rests_and_others_go_on(postcard: Postcard) -> None:
    postcard.patience = 2
    postcard.answers = [Later("closed"), Later("closed")]
    for n in (1, 2, 3):
        put(n, lane="bad")
    good = put(9, lane="good")
    courier.carry("c", most=2)
    assert Lane.objects.get(key="bad").paused_until is not None
    courier.carry_all()
    assert state(good)[0] == "sent"
    assert postcard.given == [1, 2, 9]


def test_a_slow_destination_gets_a_share_of_the_couriers(postcard: Postcard) -> None:
    postcard.side_by_side = 1
    put(1, lane="slow")
    assert len(queue.reserve("one", 1)) == 1
    put(2, lane="slow")
    put(3, lane="other")
    assert [one.payload["n"] for one in queue.reserve("two", 5)] == [3]


def test_a_destination_gets_no_more_than_its_minute_allows(postcard: Postcard) -> None:
    postcard.a_minute = 3  # a setting of the transport
    for n in range(10):
        put(n, lane="big.example")
    assert courier.carry("c") == 3
    assert courier.carry("c") == 0
    rests = Lane.objects.get(key="big.example").paused_until
    assert rests is not None
    assert rests > database_now() + timedelta(seconds=50)


def test_who_keeps_the_record_is_told_in_the_same_transaction(postcard: Postcard) -> None:
    told: list[str] = []
    _after["postbox"] = [lambda effect: told.append(effect.state)]
    try:
        put(about=Ref("postbox", 7))
        courier.carry_all()
    finally:
        _after.pop("postbox")
    assert told == ["queued", "sent"]


def test_the_database_refuses_states_that_mean_nothing(postcard: Postcard) -> None:
    effect = put()
    with pytest.raises(IntegrityError), transaction.atomic():
        Effect.objects.filter(pk=effect.pk).update(state=State.SENDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Effect.objects.filter(pk=effect.pk).update(state=State.SENT)


def test_an_effect_costs_one_transaction(postcard: Postcard) -> None:
    for n in range(20):
        put(n)
    with CaptureQueriesContext(connection) as said:
        courier.carry("c", most=20)
    updates = [one["sql"] for one in said.captured_queries if one["sql"].startswith("UPDATE")]
    assert len(postcard.given) == 20
    assert len(updates) <= 2 * 20 + 20 + 3  # begin and settle, the lane asked about, reserving and giving back
