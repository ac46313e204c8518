"""What the house does for itself every day: forget what has served, and let SQLite look after its statistics."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from rapport.platform.jobs import queue
from rapport.platform.jobs.models import Job, State
from rapport.platform.jobs.registry import job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs.run import Run

KEPT = timedelta(days=30)


@job("jobs.tidy", every=timedelta(days=1))
def forget_old_jobs(actor: Actor, job: Run) -> int:
    """Forget jobs that were done or cancelled more than 30 days ago; failed ones stay until somebody decides."""
    ended = Job.objects.filter(state__in=(State.DONE, State.CANCELLED), finished_at__lt=queue.database_now() - KEPT)
    return ended.delete()[0]


@job("database.tend", every=timedelta(days=1))
def tend_database(actor: Actor, job: Run) -> None:
    """Renew what SQLite knows about its indexes; PostgreSQL does this by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
