"""What Settings → Jobs shows: what waits, runs and failed, and what happens by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Min

from rapport.platform.jobs import queue, registry
from rapport.platform.jobs import upkeep as _upkeep  # noqa: F401  # its jobs are periodic ones
from rapport.platform.jobs.control import may_see_all
from rapport.platform.jobs.models import Job, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from rapport.platform.access import Actor

SHOWN = 50


@dataclass(frozen=True)
class Periodic:
    """A job that runs by itself."""

    key: str
    sentence: str
    words: str
    last_slot: datetime | None
    next_slot: datetime


@dataclass(frozen=True)
class Overview:
    """`longest_wait` is how long the first due job has waited; `is_attended` whether a worker shows signs of life."""

    counts: Mapping[str, int]
    longest_wait: timedelta
    is_attended: bool
    running: list[Job]
    waiting: list[Job]
    dead: list[Job]
    recent: list[Job]
    periodic: list[Periodic]


def overview(actor: Actor) -> Overview:
    """The jobs this actor may see: all for those who keep the house, otherwise one's own. Seven queries."""
    moment = queue.database_now()
    jobs = _visible(actor)
    first_due = jobs.filter(state=State.QUEUED, run_after__lte=moment).aggregate(first=Min("run_after"))["first"]
    return Overview(
        counts=dict.fromkeys(State.values, 0) | dict(jobs.values_list("state").annotate(number=Count("id"))),
        longest_wait=moment - first_due if first_due else timedelta(0),
        is_attended=first_due is None or moment - first_due < timedelta(minutes=1) or _is_busy(moment),
        running=list(jobs.filter(state=State.RUNNING).order_by("started_at")[:SHOWN]),
        waiting=list(jobs.filter(state=State.QUEUED).order_by("run_after")[:SHOWN]),
        dead=list(jobs.filter(state=State.DEAD).order_by("-finished_at", "-id")[:SHOWN]),
        recent=list(jobs.filter(state__in=(State.DONE, State.CANCELLED)).order_by("-finished_at", "-id")[:SHOWN]),
        periodic=_periodic(moment),
    )


def _visible(actor: Actor) -> QuerySet[Job]:
    if may_see_all(actor):
        return Job.objects.all()
    return Job.objects.filter(actor_id=actor.user_id) if actor.user_id else Job.objects.none()


def _is_busy(moment: datetime) -> bool:
    return Job.objects.filter(state=State.RUNNING, leased_until__gte=moment).exists()


def _periodic(moment: datetime) -> list[Periodic]:
    last = dict(Job.objects.filter(slot__isnull=False).values_list("key").annotate(last=Max("slot")))
    return [
        Periodic(
            key=known.key,
            sentence=known.sentence,
            words=known.schedule.words,
            last_slot=last.get(known.key),
            next_slot=known.schedule.following(known.schedule.latest(moment)),
        )
        for known in sorted(registry.definitions(), key=lambda known: known.key)
        if known.schedule
    ]
