"""Every change of a job's state. All times are the database's: worker clocks may differ, the lease must not.

    queued ──claim──▶ running ──settle──▶ done
       ▲                 │ fails, or its lease ran out
       └─────later───────┴──no tries left──▶ dead ──retry──▶ queued

On PostgreSQL a claim locks its row and steps over rows that others have locked. On SQLite a transaction begins with the
write lock, so there is nothing to step over. Measured on two busy cores: about 100 jobs that do nothing a second.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from rapport.platform.jobs import registry
from rapport.platform.jobs.models import Job, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rapport.platform.access import Actor

LEASE = timedelta(seconds=30)
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)
ERROR_LENGTH = 8_000

CLAIMED = (
    *("state", "attempts", "attempt_id", "leased_by", "leased_until", "beat_at", "started_at"),
    *("progress_done", "progress_total"),
)
FREE = {"attempt_id": None, "leased_until": None, "leased_by": "", "beat_at": None}


class LeaseLost(Exception):
    """Somebody else has the job now: what this attempt did is rolled back."""


def database_now() -> datetime:
    """The time by the database's clock."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment
        cursor.execute("SELECT strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')", [])
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)


def enqueue(
    actor: Actor,
    function: Callable[..., object],
    arguments: Mapping[str, Any] | None = None,
    *,
    unique: str | None = None,
    after: timedelta | datetime = timedelta(0),
    priority: int = 0,
) -> Job:
    """Have the function called later, as this actor with the rights they will have then.

    The job belongs to the transaction it is made in: it exists if and only if that commits. With `unique`, a job of the
    same kind and name that still waits is returned instead of a second one. Higher priority goes first.
    """
    known = registry.definition_of(function)
    moment = database_now()
    job = Job(
        key=known.key,
        arguments=registry.as_json(known, arguments or {}),
        actor_id=actor.user_id,
        actor_name=actor.name[:200],
        token_id=actor.token_id,
        priority=priority,
        run_after=moment + after if isinstance(after, timedelta) else after,
        unique_key=unique,
        max_attempts=known.retries + 1,
        created_at=moment,
    )
    if unique is None:
        job.save(force_insert=True)
        return job
    return _insert_unless_waiting(job)


def _insert_unless_waiting(job: Job) -> Job:
    # Tried again when the one that waited was claimed between our two statements.
    for _try in range(10):
        try:
            with transaction.atomic():
                job.save(force_insert=True)
            return job
        except IntegrityError:
            job.pk = None
            waiting = Job.objects.filter(key=job.key, unique_key=job.unique_key, state=State.QUEUED).first()
            if waiting:
                return waiting
    raise RuntimeError(f"The job {job.key} {job.unique_key} could not be put into the queue.")


def claim(worker: str) -> Job | None:
    """Take the next job that is due, with a fresh attempt; None when there is none."""
    moment = database_now()
    if not _due(moment).exists():
        return None  # asked without a transaction: an idle worker must not take SQLite's write lock
    with transaction.atomic():
        due = _due(moment).select_for_update(skip_locked=True, of=("self",))
        job = due.order_by("-priority", "run_after", "id").first()
        if job is None:
            return None
        job.state = State.RUNNING
        job.attempts += 1
        job.attempt_id = uuid.uuid4()
        job.leased_by = worker
        job.leased_until = moment + LEASE
        job.beat_at = job.started_at = moment
        job.progress_done, job.progress_total = 0, None
        job.save(update_fields=CLAIMED)
    return job


def _due(moment: datetime) -> QuerySet[Job]:
    same_running = Job.objects.filter(key=OuterRef("key"), unique_key=OuterRef("unique_key"), state=State.RUNNING)
    return Job.objects.filter(~Exists(same_running), state=State.QUEUED, run_after__lte=moment)


def beat(attempts: Collection[uuid.UUID]) -> int:
    """Prolong the leases of these attempts; how many are still held."""
    moment = database_now()
    held = Job.objects.filter(attempt_id__in=list(attempts), state=State.RUNNING)
    return held.update(leased_until=moment + LEASE, beat_at=moment)


def note_progress(job: Job, done: int, total: int | None) -> bool:
    """Keep how far the attempt is, and its lease; False when it was asked to stop. Raises LeaseLost."""
    moment = database_now()
    held = Job.objects.filter(pk=job.pk, attempt_id=job.attempt_id, state=State.RUNNING)
    if not held.update(progress_done=done, progress_total=total, leased_until=moment + LEASE, beat_at=moment):
        raise LeaseLost(f"job {job.pk}")
    return not Job.objects.filter(pk=job.pk, cancel_asked=True).exists()


def settle(job: Job, result: Any) -> None:
    """Done. In the transaction of the job's effects, so that both hold or neither. Raises LeaseLost."""
    changes = {**FREE, "state": State.DONE, "result": result, "finished_at": database_now(), "last_error": ""}
    _finish(job, changes)


def settle_cancelled(job: Job) -> None:
    _finish(job, {**FREE, "state": State.CANCELLED, "finished_at": database_now()})


def settle_failed(job: Job, error: str, *, is_final: bool) -> State:
    """Failed: later again, after ever longer pauses, or dead. Raises LeaseLost; the state it is in now."""
    with transaction.atomic():
        return _fail(job, error, is_final=is_final, pause=pause_after(job.attempts))


def _finish(job: Job, changes: Mapping[str, Any]) -> None:
    if not Job.objects.filter(pk=job.pk, attempt_id=job.attempt_id, state=State.RUNNING).update(**changes):
        raise LeaseLost(f"job {job.pk}")


def _fail(job: Job, error: str, *, is_final: bool, pause: timedelta) -> State:
    moment = database_now()
    error = error.replace("\0", "")[-ERROR_LENGTH:]
    if is_final or job.attempts >= job.max_attempts:
        _finish(job, {**FREE, "state": State.DEAD, "last_error": error, "finished_at": moment})
        return State.DEAD
    try:
        with transaction.atomic():
            _finish(job, {**FREE, "state": State.QUEUED, "last_error": error, "run_after": moment + pause})
        return State.QUEUED
    except IntegrityError:
        # One of the same kind and name was put into the queue meanwhile, and will do this work too.
        _finish(job, {**FREE, "state": State.CANCELLED, "last_error": error, "finished_at": moment})
        return State.CANCELLED


def pause_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s, … 6 h, each up to half longer or shorter: what failed together must not return together."""
    pause = min(FIRST_PAUSE * int(2 ** min(max(attempts - 1, 0), 20)), LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1.5)  # noqa: S311  # spreads load, guards nothing


def reclaim() -> int:
    """Take back jobs whose worker is gone; how many. A job that took its worker with it too often is dead."""
    lost = Job.objects.filter(state=State.RUNNING, leased_until__lt=database_now())
    if not lost.exists():
        return 0
    with transaction.atomic():
        jobs = list(lost.select_for_update(skip_locked=True).order_by("id")[:100])
        for job in jobs:
            words = _("The worker {worker} was lost while doing it (try {n} of {most}).")
            error = words.format(worker=job.leased_by, n=job.attempts, most=job.max_attempts)
            _fail(job, error, is_final=False, pause=timedelta(0))
    return len(jobs)


def release(attempts: Collection[uuid.UUID]) -> int:
    """Put back jobs that a worker leaves unfinished because it stops: the try does not count."""
    count = 0
    for job in Job.objects.filter(attempt_id__in=list(attempts), state=State.RUNNING):
        with transaction.atomic():
            job.attempts -= 1
            Job.objects.filter(pk=job.pk, attempt_id=job.attempt_id).update(attempts=job.attempts)
            _fail(job, job.last_error, is_final=False, pause=timedelta(0))
        count += 1
    return count


def bury(function: Callable[..., object], arguments: Mapping[str, Any], error: str) -> Job:
    """Keep a call that failed elsewhere as a dead job, for people to see and retry."""
    known, moment = registry.definition_of(function), database_now()
    return Job.objects.create(
        key=known.key,
        arguments=registry.as_json(known, arguments),
        actor_name=known.key,
        run_after=moment,
        max_attempts=known.retries + 1,
        state=State.DEAD,
        last_error=error.replace("\0", "")[-ERROR_LENGTH:],
        created_at=moment,
        finished_at=moment,
    )


def enqueue_slots(moment: datetime) -> list[Job]:
    """Put the periodic jobs that are due into the queue, each slot once, whoever else does the same just now."""
    made = []
    for known in registry.definitions():
        if known.schedule:
            job = _of_slot(known, known.schedule.latest(moment), moment)
            if not Job.objects.filter(key=job.key, slot=job.slot).exists():
                made += _insert_slot(job)
    return made


def _of_slot(known: registry.Definition, slot: datetime, moment: datetime) -> Job:
    return Job(
        key=known.key,
        actor_name=known.key,
        run_after=slot,
        slot=slot,
        unique_key="periodic",  # a slot that waits while the next comes due does for both
        max_attempts=known.retries + 1,
        created_at=moment,
    )


def _insert_slot(job: Job) -> list[Job]:
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:
        return []
    return [job]
