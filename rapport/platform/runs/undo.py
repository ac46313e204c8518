"""Taking a run back: what it changed is put back newest first; what somebody changed since is left, and says why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import batch, jobs
from rapport.platform.access import renewed
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.runs.back import put_back
from rapport.platform.runs.models import Run, RunRecord, State
from rapport.platform.runs.run import NOW, STEP, Overtaken
from rapport.platform.runs.work import reason

if TYPE_CHECKING:
    from rapport.platform.access import Actor

Step = Callable[[int, int | None], AbstractContextManager[Any]]


def undo(actor: Actor, run: Run) -> Run:
    """Take it back, at once or by a job. Raises ValidationError where there is nothing to take back."""
    if run.user_id != actor.user_id:
        raise PermissionDenied(_("Only who made this change takes it back."))
    with transaction.atomic():
        begun = Run.objects.filter(pk=run.pk, state__in=(State.DONE, State.FAILED)).update(
            state=State.UNDOING, place=None, undone=0, left=0
        )
        if not begun:
            raise ValidationError(_("There is nothing to undo: it is not done yet, or was undone already."))
        run.refresh_from_db()
        if _events(run).count() > NOW:
            run.job_id = jobs.enqueue(actor, undo_work, {"run_id": run.pk}, unique=str(run.pk)).pk
            run.save(update_fields=["job_id"])
        else:
            go_back(run, actor)
    return run


def _transaction(_done: int, _total: int | None) -> AbstractContextManager[Any]:
    return transaction.atomic()


def go_back(run: Run, actor: Actor, step: Step = _transaction) -> Run:
    """Put everything back, from wherever it stands. An undo is a change like any other, outside of the run."""
    total = _events(run).count()
    while events := _next(run):
        with step(run.undone + run.left + len(events), total):
            if not Run.objects.filter(pk=run.pk, state=State.UNDOING, place=run.place).update(place=events[-1].pk):
                raise Overtaken(f"run {run.pk}")
            run.place = events[-1].pk
            _put_back(run, actor := renewed(actor), events)
    with step(run.undone + run.left, total):
        run.state, run.undone_at = State.UNDONE, now()
        run.save(update_fields=["state", "undone_at"])
    return run


def _events(run: Run) -> Any:
    return Event.objects.filter(run_id=run.pk)


def _next(run: Run) -> list[Event]:
    found = _events(run) if run.place is None else _events(run).filter(pk__lt=run.place)
    return list(found.order_by("-pk")[:STEP])


def _put_back(run: Run, actor: Actor, events: Sequence[Event]) -> None:
    left: dict[str, list[int]] = defaultdict(list)
    fates = put_back(actor, events)
    for event in events:
        fate = fates[event.pk]
        if isinstance(fate, batch.REFUSALS):
            run.left += 1
            base = registry.get(event.object)
            if base.key == registry.get(run.object).base.key:
                left[reason(base, fate)[:500]].append(event.record_id)
        else:
            run.undone += 1
    for words, ids in left.items():
        RunRecord.objects.filter(run_id=run.pk, record_id__in=ids).update(left=words)
    run.save(update_fields=["undone", "left"])


@jobs.stepwise_job("runs.undo")
def undo_work(actor: Actor, job: jobs.Run, *, run_id: int) -> dict[str, Any] | None:
    """Take a change of many records back, step by step."""
    run = Run.objects.filter(pk=run_id, state=State.UNDOING).first()
    if run is None:
        return None
    go_back(run, actor, job.step)
    return {"run_id": run.pk, "done": run.undone, "left_out": run.left}
