"""What a run would do, seen by doing it and taking it back: the same rights, rules and refusals as the real one.

It is one transaction, so that each record meets what the ones before it left, and it goes on for as long as somebody
may be kept waiting (on SQLite other writers wait too): all of some thousands where fields are set, some hundreds where
an Action does its work on each. How many were looked at is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.base import clock
from rapport.platform import query
from rapport.platform.access import scope_sql
from rapport.platform.events.models import Event
from rapport.platform.query.sql import all_of
from rapport.platform.runs.work import CHANGED, REFUSED, UNCHANGED, Fate, Work, check, each

if TYPE_CHECKING:
    from rapport.platform.access import Actor, Fragment
    from rapport.platform.objects import Object

# The first step is always looked at; no further one is begun after so many seconds.
STEP, SECONDS = 200, 2.0
MOST = 20_000
SAMPLES = 5
# No run has this number, and nothing that bears it is ever committed.
TRIAL = -1


@dataclass(frozen=True, slots=True)
class Sample:
    """A record that would change: plain values before and after, by field."""

    record_id: int
    changes: dict[str, tuple[Any, Any]]


@dataclass
class Preview:
    """`total` records are chosen, `out_of_reach` of them may not be changed by this actor; the rest is what became of
    the first `looked`."""

    total: int
    out_of_reach: int
    looked: int
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    reasons: list[tuple[str, int]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every record was looked at."""
        return self.looked >= self.total


def preview(actor: Actor, obj: Object, work: Work, *, ids: Sequence[int] = (), text: str = "") -> Preview:
    """Raises PermissionDenied, NotFound, ValidationError and QueryError like `begin`. Writes nothing."""
    check(actor, obj, work)
    plan = None if ids else query.plan(actor, obj, text)
    total = query.count(actor, plan) if plan else len(ids)
    some = query.ids(actor, plan, MOST) if plan else list(ids[:MOST])
    with transaction.atomic():
        fates = _tried(actor.during(TRIAL), obj, work, some)
        samples = _samples(obj, [fate.record_id for fate in fates if fate.outcome == CHANGED])
        transaction.set_rollback(True)
    outcomes = Counter(fate.outcome for fate in fates)
    found = Preview(
        total,
        out_of_reach=0,
        looked=len(fates),
        changed=outcomes[CHANGED],
        unchanged=outcomes[UNCHANGED],
        refused=outcomes[REFUSED],
        reasons=Counter(fate.reason for fate in fates if fate.outcome == REFUSED).most_common(5),
        samples=samples,
    )
    # Where all were looked at, those out of reach are among the refused, with their reason.
    if plan and not found.is_complete:
        found.out_of_reach = total - query.count(actor, plan.with_extra(_able(actor, obj, work)))
    return found


def _tried(actor: Actor, obj: Object, work: Work, ids: Sequence[int]) -> list[Fate]:
    """What became of the first records, of as many as there is time for."""
    begun, fates = clock.monotonic(), list[Fate]()
    for start in range(0, len(ids), STEP):
        if start and clock.monotonic() - begun > SECONDS:
            break
        fates += each(actor, obj, work, ids[start : start + STEP])
    return fates


def _able(actor: Actor, obj: Object, work: Work) -> Any:
    """The rows the actor may change together, as SQL over an alias."""
    action = obj.action(work.action) if work.verb == "act" else None
    needed = action.needs if action else "delete" if work.verb in ("archive", "restore") else "edit"

    def able(alias: str) -> Fragment:
        return all_of([scope_sql(actor, obj, "mass", alias), scope_sql(actor, obj, needed, alias)])

    return able


def _samples(obj: Object, ids: Sequence[int]) -> list[Sample]:
    """What differs in the first few; a record's later changes go on from its earlier ones."""
    few = list(ids[:SAMPLES])
    merged: dict[int, dict[str, tuple[Any, Any]]] = {pk: {} for pk in few}
    events = Event.objects.filter(run_id=TRIAL, object=obj.access_key, record_id__in=few).order_by("id")
    for pk, changes in events.values_list("record_id", "changes"):
        for key, (before, after) in changes.items():
            first = merged[pk][key][0] if key in merged[pk] else before
            merged[pk][key] = (first, after)
    return [Sample(pk, merged[pk]) for pk in few]
