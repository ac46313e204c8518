"""Doing a run: the records are written down first, then done in steps; when a worker dies the next one goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import counters, jobs, query
from rapport.platform.access import NotFound, renewed, require
from rapport.platform.objects import registry
from rapport.platform.runs.models import Run, RunRecord, State
from rapport.platform.runs.work import CHANGED, REFUSED, UNCHANGED, Fate, Work, check, each

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# Done in the request; what is more becomes a job.
NOW = 200
STEP = 200
MOST_CHOSEN = 100_000

Step = Callable[[int, int | None], AbstractContextManager[Any]]


class Overtaken(Exception):
    """Another worker goes on with this run."""


def begin(actor: Actor, obj: Object, work: Work, *, ids: Sequence[int] = (), text: str = "") -> Run:
    """Do it with these records, or with everything a query finds ("" finds all, so ids go first).

    Raises PermissionDenied, NotFound, ValidationError and QueryError before the first write.
    """
    check(actor, obj, work)
    if len(ids) > MOST_CHOSEN:
        raise ValidationError(_("At most {n} records can be chosen one by one.").format(n=MOST_CHOSEN))
    many = len(ids) > NOW if ids else query.count_capped(actor, query.plan(actor, obj, text), NOW).more
    with transaction.atomic():
        run = _new(actor, obj, work, "" if ids else text or "*")
        if ids:
            _choose(run, ids)
        if many:
            run.job_id = jobs.enqueue(actor, run_work, {"run_id": run.pk}, unique=str(run.pk)).pk
            run.save(update_fields=["job_id"])
        else:
            go(run, actor)
    return run


def kept(actor: Actor, obj: Object, verb: str, fates: Callable[[Actor], Iterable[Fate]]) -> Run:
    """A run whose records somebody else writes: `fates` does it as the actor it is given. One transaction."""
    require(actor, obj, "edit")
    with transaction.atomic():
        run = _new(actor, obj, Work(verb), "")
        found = list(fates(actor.during(run.pk)))
        _choose(run, [fate.record_id for fate in found])
        _note(run, found)
        run.total, run.state, run.finished_at = len(found), State.DONE, now()
        run.save()
    return run


def _new(actor: Actor, obj: Object, work: Work, text: str) -> Run:
    found: Run = Run.objects.create(
        id=counters.take("run")[0],
        object=obj.key,
        verb=work.verb,
        action=work.action,
        values=dict(work.values),
        query=text,
        user_id=actor.user_id,
        surface=actor.surface,
        created_at=now(),
    )
    return found


def _choose(run: Run, ids: Iterable[int]) -> None:
    rows = [RunRecord(run_id=run.pk, record_id=pk) for pk in dict.fromkeys(ids)]
    RunRecord.objects.bulk_create(rows, batch_size=1_000)
    run.total = len(rows)
    run.save(update_fields=["total"])


def _choose_found(run: Run, actor: Actor, obj: Object) -> None:
    """Write down everything the filter finds, in one statement: what the change itself moves in or out is no matter."""
    plan = query.plan(actor, obj, "" if run.query == "*" else run.query)
    found = query.id_sql(actor, plan)
    table = RunRecord._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} (run_id, record_id, outcome, reason, "left") '  # noqa: S608  # the model's table, bound values
            f"SELECT %s, chosen.id, '', '', '' FROM ({found.sql}) chosen",
            (run.pk, *found.params),
        )
        run.total = cursor.rowcount
    run.save(update_fields=["total"])


# --- doing it ---------------------------------------------------------------------------------------------------------


def _transaction(_done: int, _total: int | None) -> AbstractContextManager[Any]:
    return transaction.atomic()


def go(run: Run, actor: Actor, step: Step = _transaction) -> Run:
    """Do a run to its end, from wherever it stands. Raises Overtaken, and what refuses the whole of it."""
    obj, work = registry.get(run.object), Work(run.verb, run.values, run.action)
    check(actor := renewed(actor), obj, work)
    if run.state == State.QUEUED:
        with step(0, run.total):
            _move(run, State.QUEUED, state=State.RUNNING)
            if run.total is None:
                _choose_found(run, actor, obj)
    while ids := _next(run):
        with step(run.done + len(ids), run.total):
            # The fence first: a second worker waits here for the first, and finds that the run has moved on.
            _move(run, State.RUNNING, place=ids[-1])
            check(actor := renewed(actor), obj, work)
            _note(run, each(actor.during(run.pk), obj, work, ids))
    with step(run.done, run.total):
        _move(run, State.RUNNING, state=State.DONE, finished_at=now())
    return run


def _next(run: Run) -> list[int]:
    rows = RunRecord.objects.filter(run_id=run.pk)
    if run.place is not None:
        rows = rows.filter(record_id__gt=run.place)
    return list(rows.order_by("record_id").values_list("record_id", flat=True)[:STEP])


def _move(run: Run, where: str, **values: Any) -> None:
    """Move the run on, only from where this worker left it."""
    if not Run.objects.filter(pk=run.pk, state=where, place=run.place).update(**values):
        raise Overtaken(f"run {run.pk}")
    for key, value in values.items():
        setattr(run, key, value)


def _note(run: Run, fates: Sequence[Fate]) -> None:
    """Write the fates down: a statement for each outcome and reason."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for fate in fates:
        alike[fate.outcome, fate.reason].append(fate.record_id)
    for (outcome, reason), ids in alike.items():
        RunRecord.objects.filter(run_id=run.pk, record_id__in=ids).update(outcome=outcome, reason=reason)
    for outcome in (CHANGED, UNCHANGED, REFUSED):
        number = sum(fate.outcome == outcome for fate in fates)
        setattr(run, outcome, getattr(run, outcome) + number)
    run.save(update_fields=[CHANGED, UNCHANGED, REFUSED])


@jobs.stepwise_job("runs.run")
def run_work(actor: Actor, job: jobs.Run, *, run_id: int) -> dict[str, Any] | None:
    """Change many records, step by step."""
    run = Run.objects.filter(pk=run_id, state__in=(State.QUEUED, State.RUNNING)).first()
    if run is None:
        return None
    try:
        go(run, actor, job.step)
    except (ValidationError, PermissionDenied, NotFound, jobs.Cancelled) as refusal:
        words = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        Run.objects.filter(pk=run.pk).update(state=State.FAILED, message=words[:4_000], finished_at=now())
        raise
    return {"run_id": run.pk, "done": run.changed, "left_out": run.unchanged + run.refused}
