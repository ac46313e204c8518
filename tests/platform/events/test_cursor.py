"""Subscribers of Events: each reads every Event, in order, whatever happens at the same time."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from rapport.base import clock
from rapport.platform.access import Actor, system
from rapport.platform.events import cursor, reactions
from rapport.platform.events.models import Cursor, Event
from rapport.platform.jobs import queue, retry
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.run import perform

# The horizon is one for the whole server: an open transaction of another test process holds it back.
pytestmark = pytest.mark.alone
postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="ids commit in order on SQLite")

Seen = list[int]


def happen(kind: str = "toy.created", *, reactions: bool = True) -> int:
    """Store one Event, as the write path would; its id."""
    moment = clock.now()
    event = Event.objects.create(
        kind=kind, action="create", object="toy", record_id=1, surface="system", at=moment, recorded_at=moment,
        reactions=reactions,
    )  # fmt: skip
    return event.pk


@pytest.fixture
def subscribe(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Seen]:
    """Only the subscribers of the test, the first of a new database; what they saw."""
    monkeypatch.setattr(reactions, "_subscribers", {})

    def add(*kinds: str, name: str = "seen", react: Callable[[Event], None] = lambda event: None) -> Seen:
        seen: Seen = []

        def function(event: Event) -> None:
            react(event)
            seen.append(event.pk)

        function.__qualname__ = name
        reactions.on(*kinds)(function)
        return seen

    return add


def read_all() -> None:
    while cursor.advance_all():
        pass


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_gets_what_it_wants_once_and_in_order(subscribe: Callable[..., Seen]) -> None:
    created, toys, everything = (
        subscribe("toy.created", name="a"),
        subscribe("toy.*", name="b"),
        subscribe("*", name="c"),
    )
    first, second, third = happen(), happen("toy.renamed"), happen("toyshop.created")
    read_all()
    read_all()
    assert (created, toys, everything) == ([first], [first, second], [first, second, third])


@pytest.mark.django_db(transaction=True)
def test_events_that_ask_for_no_reactions_get_none(subscribe: Callable[..., Seen]) -> None:
    seen = subscribe("*")
    happen(reactions=False)
    after = happen()
    read_all()
    assert seen == [after]


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_joins_later_gets_what_happens_from_then_on(subscribe: Callable[..., Seen]) -> None:
    subscribe("*", name="old")
    happen()
    read_all()
    seen = subscribe("*", name="new")
    read_all()
    later = happen()
    read_all()
    assert seen == [later]


@pytest.mark.django_db(transaction=True)
def test_more_events_than_one_batch_are_all_read(
    subscribe: Callable[..., Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cursor, "SCANNED", 3)
    seen = subscribe("toy.created")
    ids = [happen() for _ in range(10)]
    happen("toy.renamed")
    read_all()
    assert seen == ids and Cursor.objects.get().event_id == ids[-1] + 1


def without_pauses() -> None:
    Cursor.objects.update(moved_at=queue.database_now() - timedelta(days=1))


@pytest.mark.django_db(transaction=True)
def test_a_failing_reaction_is_undone_and_tried_again(subscribe: Callable[..., Seen]) -> None:
    is_broken = True

    def react(event: Event) -> None:
        Event.objects.filter(pk=event.pk).update(reason="touched")
        if is_broken and event.pk == bad:
            raise RuntimeError("not today\0")

    seen = subscribe("*", react=react)
    good, bad, last = happen(), happen(), happen()
    read_all()
    assert seen == [good] and "not today" in Cursor.objects.get().last_error
    assert list(Event.objects.order_by("id").values_list("reason", flat=True)) == ["touched", "", ""]
    assert not cursor.advance_all(), "it is too early"
    is_broken = False
    without_pauses()
    read_all()
    assert seen == [good, bad, last] and Cursor.objects.get().failures == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_taken_is_parked_and_may_be_retried(subscribe: Callable[..., Seen]) -> None:
    is_broken = True

    def react(event: Event) -> None:
        if is_broken and event.pk == bad:
            raise RuntimeError("never")

    seen = subscribe("*", react=react)
    bad, last = happen(), happen()
    for _ in range(cursor.TRIES):
        cursor.advance_all()
        without_pauses()
    read_all()
    parked = Job.objects.get()
    assert seen == [last] and parked.state == "dead" and "never" in parked.last_error
    is_broken = False
    retry(system("tests"), parked.pk)
    claimed = queue.claim("test")
    assert claimed is not None
    perform(claimed)
    assert seen == [last, bad] and Job.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_what_a_reaction_writes_and_the_cursor_s_move_hold_together(subscribe: Callable[..., Seen]) -> None:
    class Power(BaseException):
        """Goes out."""

    def react(event: Event) -> None:
        Event.objects.filter(pk=event.pk).update(reason=event.reason + "x")
        if event.pk == last and not went_out:
            went_out.append(1)
            raise Power

    went_out: list[int] = []
    subscribe("*", react=react)
    happen()
    last = happen()
    with pytest.raises(Power):
        read_all()
    read_all()
    assert list(Event.objects.order_by("id").values_list("reason", flat=True)) == ["x", "x"]


@contextmanager
def elsewhere(work: Callable[[threading.Event], None]) -> Iterator[threading.Event]:
    """Run `work` in another thread with its own connection; setting the event lets it commit."""
    begun, commit = threading.Event(), threading.Event()

    def run() -> None:
        with transaction.atomic():
            work(begun)
            commit.wait(10)
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(10)
    try:
        yield commit
    finally:
        commit.set()
        thread.join()


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_an_event_still_open_is_not_stepped_over(subscribe: Callable[..., Seen]) -> None:
    seen = subscribe("*")
    read_all()
    slow: list[int] = []

    def write(begun: threading.Event) -> None:
        slow.append(happen())
        begun.set()

    with elsewhere(write):
        fast = happen()
        assert fast > slow[0]
        read_all()
        assert seen == [], "the later one waits for the earlier, which may still come"
    read_all()
    assert sorted(seen) == [slow[0], fast]


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_that_writes_its_event_late_is_not_missed(subscribe: Callable[..., Seen]) -> None:
    seen = subscribe("*")
    first = happen()
    late: list[int] = []
    go_on = threading.Event()

    def write(begun: threading.Event) -> None:
        Event.objects.filter(pk=first).update(reason="has a transaction number now")
        begun.set()
        go_on.wait(10)
        late.append(happen())

    begun, done = threading.Event(), threading.Event()

    def run() -> None:
        with transaction.atomic():
            write(begun)
        connection.close()
        done.set()

    threading.Thread(target=run).start()
    assert begun.wait(10)
    between = happen()
    read_all()
    go_on.set()
    assert done.wait(10)
    read_all()
    assert sorted(seen) == sorted([first, between, *late])


@postgresql_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_writers_and_two_readers_lose_and_repeat_nothing(subscribe: Callable[..., Seen], seed: int) -> None:
    def react(event: Event) -> None:
        Event.objects.filter(pk=event.pk).update(reason=event.reason + "x")

    subscribe("toy.created", react=react)
    read_all()
    written: list[int] = []
    over = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(seed * 100 + number)
        for _ in range(25):
            with transaction.atomic():
                mine = []
                for _ in range(chance.randint(1, 3)):
                    mine.append(happen())
                    time.sleep(chance.uniform(0, 0.01))
            written.extend(mine)
        connection.close()

    def read() -> None:
        while not over.is_set():
            cursor.advance_all()
        connection.close()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in [*writers, *readers]:
        thread.start()
    for thread in writers:
        thread.join()
    over.set()
    for thread in readers:
        thread.join()
    read_all()
    reasons = dict(Event.objects.filter(kind="toy.created").values_list("id", "reason"))
    assert len(reasons) == len(written) and set(reasons.values()) == {"x"}


@postgresql_only
@pytest.mark.django_db(transaction=True)
def test_a_dump_restored_into_another_server_is_read_on(subscribe: Callable[..., Seen]) -> None:
    seen = subscribe("*")
    read = happen()
    read_all()
    unread = happen()
    # The old server was far ahead of this one.
    Event.objects.filter(pk=read).update(transaction=2**40)
    Event.objects.filter(pk=unread).update(transaction=2**40 + 1)
    Cursor.objects.update(transaction=2**40, event_id=read)
    assert cursor.renumber_after_restore() and not cursor.renumber_after_restore()
    new = happen()
    read_all()
    assert seen == [read, unread, new]


def test_an_actor_is_not_needed_to_subscribe() -> None:
    assert reactions.Subscriber("x", ("toy.*",), lambda event: None).wants("toy.created")
    assert not reactions.Subscriber("x", ("toy.*",), lambda event: None).wants("toyshop.created")
    assert isinstance(system("x"), Actor)
