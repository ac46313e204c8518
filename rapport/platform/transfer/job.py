"""An import as a job: in steps, each one chunk; a worker that dies leaves it to the next, which goes on where it
stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform import jobs
from rapport.platform.transfer import run
from rapport.platform.transfer.errors import BadFile, BadMapping
from rapport.platform.transfer.models import Import, State

if TYPE_CHECKING:
    from rapport.platform.access import Actor


@jobs.stepwise_job("import.run", retries=5)
def bring_in(actor: Actor, job: jobs.Run, *, run_id: int) -> None:
    """Bring a file in, from wherever it stands."""
    found = Import.objects.filter(pk=run_id).exclude(state__in=(State.DONE, State.UNDONE, State.DRAFT)).first()
    if found is None:
        return
    try:
        run.go(found, actor.through("import"), step=job.step)
    except (BadFile, BadMapping) as error:
        raise jobs.GiveUp(str(error)) from error


def start(found: Import, actor: Actor) -> None:
    """Put a run into the queue. One transaction with the state that says so."""
    from django.db import transaction

    with transaction.atomic():
        Import.objects.filter(pk=found.pk).update(state=State.QUEUED, message="")
        jobs.enqueue(actor, bring_in, {"run_id": found.pk}, unique=str(found.pk))
    found.refresh_from_db()
