"""Durable cursors: every subscriber reads every Event, in order, at least once, and what it writes exactly once.

Order is (transaction, id). On SQLite there is one writer, so ids commit in order and `transaction` is 0. On
PostgreSQL ids are handed out before commit: while transaction A (event 1) is open, B (event 2) may commit, and a
reader that followed ids would step over 1 for ever. It reads only events of transactions older than every one still
open (`transaction < pg_snapshot_xmin(pg_current_snapshot())`): nothing can appear below that mark any more. The price
is that a long writing transaction holds reactions back until it ends. (Rejected: ids with a waiting time, which
guesses; advisory locks around every write, which serialise writers.)

A batch and the cursor's move commit together. A reaction that raises is rolled back alone, tried again after a
growing pause, and after TRIES parked as a dead job `events.react`, which people see and may retry; the cursor goes
on.
"""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q

from rapport.base import clock
from rapport.platform.audit.models import AuditEntry
from rapport.platform.events.models import Cursor, Event
from rapport.platform.events.reactions import Subscriber, subscribers
from rapport.platform.jobs import queue
from rapport.platform.jobs.registry import job
from rapport.platform.jobs.run import GiveUp

if TYPE_CHECKING:
    from datetime import datetime

    from django.db import models
    from django.db.models import QuerySet

    from rapport.platform.access import Actor
    from rapport.platform.jobs.run import Run

log = logging.getLogger("rapport.events")

TRIES = 10
SCANNED = 500  # events looked at in one transaction
BUSY_SECONDS = 1.0  # a batch ends after this: on SQLite it keeps other writers out

Position = tuple[int, int]
BEGINNING: Position = (0, 0)


def advance_all() -> bool:
    """Give every subscriber what it has not read; whether any moved. Two queries when there is nothing to do."""
    known = subscribers()
    if not known:
        return False
    end = horizon()
    cursors = {cursor.name: cursor for cursor in Cursor.objects.all()}
    _begin_new(known, cursors, end)
    moved = False
    for subscriber in known:
        cursor = cursors.get(subscriber.name)
        if cursor is not None and (cursor.transaction, cursor.event_id) < end:
            moved |= advance(subscriber)
    return moved


def horizon() -> Position:
    """The last event that no earlier one can slip behind."""
    last = _settled().order_by("-transaction", "-id").values_list("transaction", "id").first()
    return last or BEGINNING


def _settled() -> QuerySet[Event]:
    return settled_rows(Event)


def settled_rows(model: type[models.Model]) -> QuerySet[Any]:
    """Rows of a table with a transaction number that nothing can slip behind any more."""
    rows = model._default_manager.all()
    if connection.vendor != "postgresql":
        return rows
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return rows.filter(transaction__lt=cursor.fetchone()[0])


def _begin_new(known: tuple[Subscriber, ...], cursors: dict[str, Cursor], end: Position) -> None:
    """A subscriber of a new version begins with what happens from now on; those of a new database, with all of it."""
    start = end if cursors else BEGINNING
    new = [
        Cursor(name=subscriber.name, transaction=start[0], event_id=start[1])
        for subscriber in known
        if subscriber.name not in cursors
    ]
    if new:
        Cursor.objects.bulk_create(new, ignore_conflicts=True)
        cursors.update({cursor.name: cursor for cursor in new})


def advance(subscriber: Subscriber) -> bool:
    """One batch for one subscriber; False when there is none, it is too early to retry, or another worker is at it."""
    with transaction.atomic():
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(pk=subscriber.name).first()
        if cursor is None or _is_too_early(cursor):
            return False
        return _read_on(subscriber, cursor)


def _is_too_early(cursor: Cursor) -> bool:
    if not cursor.failures or cursor.moved_at is None:
        return False
    return queue.database_now() < cursor.moved_at + min(timedelta(seconds=2**cursor.failures), timedelta(hours=1))


def settled_after(position: Position) -> QuerySet[Event]:
    """Every event after a position that no earlier one can slip behind any more, in order."""
    later = Q(transaction__gt=position[0]) | Q(transaction=position[0], id__gt=position[1])
    # The first condition is implied by the second; it is what the index can begin with.
    return _settled().filter(later, transaction__gte=position[0]).order_by("transaction", "id")


def _read_on(subscriber: Subscriber, cursor: Cursor) -> bool:
    scanned = settled_after((cursor.transaction, cursor.event_id)).values_list(
        "transaction", "id", "kind", "reactions"
    )[:SCANNED]
    began, position = clock.monotonic(), (cursor.transaction, cursor.event_id)
    moved = False
    for number, event_id, kind, reactions in scanned:
        if reactions and subscriber.wants(kind):
            error = _react(subscriber, event_id)
            if error and cursor.failures + 1 < TRIES:
                _note_failure(cursor, position, error)
                return moved
            if error:
                park(subscriber.name, event_id, error)
        position, moved, cursor.failures = (number, event_id), True, 0
        if clock.monotonic() - began > BUSY_SECONDS:
            break
    if moved:
        _move(cursor, position)
    return moved


def _react(subscriber: Subscriber, event_id: int) -> str:
    """Empty when the reaction succeeded, else what went wrong; its own writes are then undone."""
    try:
        with transaction.atomic():
            subscriber.function(Event.objects.get(pk=event_id))
    except Exception as error:  # whatever a reaction raises is kept and never stops the others
        log.warning("%s failed at event %s: %s", subscriber.name, event_id, error)
        return "".join(traceback.format_exception(error, limit=-8))
    return ""


def _note_failure(cursor: Cursor, position: Position, error: str) -> None:
    cursor.failures += 1
    cursor.last_error = error.replace("\0", "")[-queue.ERROR_LENGTH :]
    _save(cursor, position, queue.database_now())


def _move(cursor: Cursor, position: Position) -> None:
    cursor.failures, cursor.last_error = 0, ""
    _save(cursor, position, queue.database_now())


def _save(cursor: Cursor, position: Position, moment: datetime) -> None:
    cursor.transaction, cursor.event_id = position
    cursor.moved_at = moment
    cursor.save(force_update=True)


def park(subscriber: str, event_id: int, error: str) -> None:
    """Keep an event that a subscriber cannot take as a dead job."""
    queue.bury(react_again, {"subscriber": subscriber, "event": event_id}, error)
    log.error("%s could not take event %s in %s tries: parked", subscriber, event_id, TRIES)


@job("events.react", retries=3)
def react_again(actor: Actor, job: Run, *, subscriber: str, event: int) -> None:
    """Give a parked event to its subscriber once more."""
    found = {known.name: known for known in subscribers()}.get(subscriber)
    kept = Event.objects.filter(pk=event).first()
    if found is None or kept is None:
        raise GiveUp(f"{subscriber} or event {event} is no longer there.")
    found.function(kept)


def renumber_after_restore() -> bool:
    """Make cursors right after a dump was restored into another PostgreSQL server; whether it was necessary.

    Transaction numbers belong to one server. In a new one they begin low, and new events would sort before old
    cursors, unseen. All events that carry numbers of the old server get 0, in the order of their ids. A cursor is put
    before the first event it had not read: it may see a few twice, never miss one. Run before the workers start.
    """
    if connection.vendor != "postgresql":
        return False
    with transaction.atomic(), connection.cursor() as sql:
        sql.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        next_number = sql.fetchone()[0]
        AuditEntry.objects.filter(transaction__gte=next_number).update(transaction=0)
        if not Event.objects.filter(transaction__gte=next_number).exists():
            return False
        for cursor in Cursor.objects.select_for_update():
            unread = _after_all(cursor).order_by("id").values_list("id", flat=True).first()
            last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
            _save(cursor, (0, unread - 1 if unread else last), queue.database_now())
        Event.objects.exclude(transaction=0).update(transaction=0)
        return True


def _after_all(cursor: Cursor) -> QuerySet[Event]:
    later = Q(transaction__gt=cursor.transaction) | Q(transaction=cursor.transaction, id__gt=cursor.event_id)
    return Event.objects.filter(later)
