"""After an upgrade: long texts that were written before they were searched are read by a job while everybody works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from rapport.platform import access, jobs
from rapport.platform.install import installer
from rapport.platform.search.bodies import CHUNK, searched, store
from rapport.platform.search.body_models import Body

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run


@installer
def plan() -> None:
    """Have the texts read where there are records and not one of their words is known."""
    if not Body.objects.exists() and any(obj.model._default_manager.exists() for obj in searched()):
        jobs.enqueue(access.system("upgrade"), catch_up, {}, unique="all")


@jobs.stepwise_job("search.catch_up", retries=10)
def catch_up(actor: Actor, job: Run) -> int:
    """Read the long texts of records that are not known yet; how many records were looked at."""
    looked = 0
    for obj in searched():
        known = Body.objects.filter(object=obj.key, record_id=OuterRef("pk"))
        waiting = obj.model._default_manager.filter(~Exists(known)).order_by("pk")
        last = 0
        while some := list(waiting.filter(pk__gt=last)[:CHUNK]):
            with job.step():
                store(obj, some, fresh=True)
            last, looked = some[-1].pk, looked + len(some)
    return looked
