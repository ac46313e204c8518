"""What Settings → Outgoing shows: what waits, what could not leave, what is unclear, which destinations rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Min

from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox import queue
from rapport.platform.outbox.models import Effect, Hold, Lane, State

SHOWN = 50


@dataclass(frozen=True)
class Overview:
    """`longest_wait` is how long the first due effect has waited."""

    counts: Mapping[str, int]
    longest_wait: timedelta
    held: Hold | None
    unclear: list[Effect]
    failed: list[Effect]
    waiting: list[Effect]
    sent: list[Effect]
    resting: list[Lane]


def overview() -> Overview:
    """Eight queries. For those who keep the house: the caller asks."""
    moment = database_now()
    due = Effect.objects.filter(state=State.QUEUED, not_before__lte=moment)
    first = due.aggregate(first=Min("not_before"))["first"]
    return Overview(
        counts=queue.counts(),
        longest_wait=moment - first if first else timedelta(0),
        held=Hold.objects.first(),
        unclear=_latest(State.UNCERTAIN),
        failed=_latest(State.FAILED),
        waiting=list(Effect.objects.filter(state__in=(State.QUEUED, State.SENDING)).order_by("not_before")[:SHOWN]),
        sent=_latest(State.SENT),
        resting=list(Lane.objects.filter(paused_until__gt=moment).order_by("paused_until")[:SHOWN]),
    )


def _latest(state: State) -> list[Effect]:
    return list(Effect.objects.filter(state=state).order_by("-settled_at", "-id")[:SHOWN])
