"""What a run would do, seen by doing it and taking it back: the same rights, rules and refusals as the real one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.platform import query
from rapport.platform.access import scope_sql
from rapport.platform.events.models import Event
from rapport.platform.query.sql import all_of
from rapport.platform.runs.work import CHANGED, REFUSED, UNCHANGED, Work, check, each

if TYPE_CHECKING:
    from rapport.platform.access import Actor, Fragment
    from rapport.platform.objects import Object

LOOKED = 200
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
    if ids:
        total, looked, out_of_reach = len(ids), list(ids[:LOOKED]), 0
    else:
        plan = query.plan(actor, obj, text)
        total, looked = query.count(actor, plan), query.ids(actor, plan, LOOKED)
        out_of_reach = total - query.count(actor, plan.with_extra(_able(actor, obj, work))) if total > LOOKED else 0
    found = Preview(total, out_of_reach, len(looked))
    with transaction.atomic():
        fates = each(actor.during(TRIAL), obj, work, looked)
        found.samples = _samples(obj, [fate.record_id for fate in fates if fate.outcome == CHANGED])
        transaction.set_rollback(True)
    outcomes = Counter(fate.outcome for fate in fates)
    found.changed, found.unchanged, found.refused = outcomes[CHANGED], outcomes[UNCHANGED], outcomes[REFUSED]
    found.reasons = Counter(fate.reason for fate in fates if fate.outcome == REFUSED).most_common(5)
    if found.is_complete:
        found.out_of_reach = 0  # they are among the refused, with their reason
    return found


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
