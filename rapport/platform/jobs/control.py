"""What people do with jobs: try a failed one again, or stop one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound
from rapport.platform.jobs import queue
from rapport.platform.jobs.models import Job, State

if TYPE_CHECKING:
    from rapport.platform.access import Actor


def may_see_all(actor: Actor) -> bool:
    """Whether the jobs of others are this actor's business: who may delete any record keeps the house."""
    return actor.rights.scope("job", "delete") == "all"


def find(actor: Actor, job_id: int) -> Job:
    """One's own job, or any for those who keep the house. Raises NotFound alike for missing and foreign ones."""
    found = Job.objects.filter(pk=job_id).first()
    if found is None or not (may_see_all(actor) or (found.actor_id is not None and found.actor_id == actor.user_id)):
        raise NotFound(_("There is no such job, or you may not see it."))
    return found


def retry(actor: Actor, job_id: int) -> Job:
    """Put a failed or cancelled job back into the queue, with all its tries."""
    if not may_see_all(actor):
        raise PermissionDenied(_("Only an administrator may try a failed job again."))
    found = find(actor, job_id)
    fresh = {
        "state": State.QUEUED,
        "attempts": 0,
        "run_after": queue.database_now(),
        "finished_at": None,
        "cancel_asked": False,
    }
    try:
        with transaction.atomic():
            moved = Job.objects.filter(pk=found.pk, state__in=(State.DEAD, State.CANCELLED)).update(**fresh)
    except IntegrityError as error:
        raise ValidationError(_("The same job is waiting already.")) from error
    if not moved:
        raise ValidationError(_("Only a failed or cancelled job can be tried again."))
    return find(actor, job_id)


def cancel(actor: Actor, job_id: int) -> Job:
    """Stop a job: at once while it waits, at its next step while it runs."""
    found = find(actor, job_id)
    ended = {"state": State.CANCELLED, "finished_at": queue.database_now()}
    if Job.objects.filter(pk=found.pk, state=State.QUEUED).update(**ended):
        return find(actor, job_id)
    if not Job.objects.filter(pk=found.pk, state=State.RUNNING).update(cancel_asked=True):
        raise ValidationError(_("This job has ended already."))
    return find(actor, job_id)
