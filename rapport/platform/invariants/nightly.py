"""The check of every night: its result is kept with its job, so that the page and the status can tell of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from rapport.base import clock
from rapport.platform.invariants.asking import every, run
from rapport.platform.jobs import daily, stepwise_job
from rapport.platform.jobs.models import Job, State

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

KEY = "house.verify"


@stepwise_job(KEY, retries=2, every=daily(3, 30, zone=ZoneInfo(settings.TIME_ZONE)), longest=timedelta(hours=6))
def verify_house(actor: Actor, job: Run, *, asked: bool = False) -> dict[str, Any]:
    """Ask whether everything that must be true of the data is true."""
    began, findings = clock.monotonic(), []
    for place, finding in enumerate(run()):
        job.progress(place + 1, len(every()))
        if finding.number:
            findings.append({"key": finding.invariant.key, "number": finding.number, "examples": finding.examples})
    return {"checks": len(every()), "seconds": round(clock.monotonic() - began, 1), "findings": findings}


@dataclass(frozen=True)
class Last:
    """The last check that ended."""

    at: datetime
    checks: int
    seconds: float
    findings: list[dict[str, Any]]


def last() -> Last | None:
    found = Job.objects.filter(key=KEY, state=State.DONE).order_by("-finished_at", "-id").first()
    if found is None or found.finished_at is None or not isinstance(found.result, dict):
        return None
    return Last(found.finished_at, found.result["checks"], found.result["seconds"], found.result["findings"])
