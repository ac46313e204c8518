"""The next step of records: the earliest open task or planned contact, kept on every record with `Steps`.

A projection over tasks and interactions, set-wise: it gathers the records whose plans a batch touched (what it was
about and whose customer, before and after) and reads what stands planned for all of them at once. Lists, boards and
Today then need one column. The columns are derived, so they are written without an Event and without a new version.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from rapport.interactions.channel import channel
from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.parties.consequence import chunks
from rapport.platform import next_step
from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import NO, any_of
from rapport.platform.fields import DateTime, Ref
from rapport.platform.objects import Object, registry
from rapport.platform.record import Steps
from rapport.platform.records import Change, derived, projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor

AT = DateTime("at")
TASK_SAYS = ("subject", "due_at", "done_at", "archived_at", "about", "customer")
CONTACT_SAYS = ("subject", "occurred_at", "done_at", "archived_at", "about", "customer")


@dataclass(frozen=True, slots=True)
class Planned:
    """Something planned; sorted by its moment, undated last."""

    at: datetime | None
    subject: str

    @property
    def order(self) -> tuple[bool, str, str]:
        return (self.at is None, self.at.isoformat() if self.at else "", self.subject)


@projection("task", "interaction")
def keep_next_steps(actor: Actor, changes: Sequence[Change]) -> None:
    """Write the earliest plan on every record whose plans changed."""
    touched: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for ref in _touched(change):
            touched[ref.object].add(ref.id)
    for key, ids in touched.items():
        base = registry.get(key).base
        if issubclass(base.model, Steps):
            for some in chunks(sorted(ids)):
                _write(base, some, _earliest(base, some))


def _touched(change: Change) -> Iterator[Ref]:
    says = TASK_SAYS if isinstance(change.record, Task) else CONTACT_SAYS
    # History loaded as facts plans nothing.
    if change.is_new and change.record.done_at is not None:
        return
    if not change.is_new and not change.touches(*says):
        return
    before, record = change.before or {}, change.record
    for about in (before.get("about"), Ref(record.about_object, record.about_id) if record.about_id else None):
        if about is not None and registry.has(about.object):
            yield Ref(registry.get(about.object).base.key, about.id)
    for customer in (before.get("customer"), record.customer_id):
        if customer is not None:
            yield Ref("party", customer)


def _earliest(base: Object, ids: Sequence[int]) -> dict[int, Planned]:
    found: dict[int, Planned] = {}
    wanted = set(ids)
    concerns = Q(about_object=base.key, about_id__in=ids)
    if base.path == "id":
        concerns |= Q(customer_id__in=ids)
    tasks = Task.objects.filter(concerns, done_at=None, archived_at=None)
    contacts = Interaction.objects.filter(concerns, done_at=None, archived_at=None)
    columns = ("about_object", "about_id", "customer_id", "subject")
    rows = [
        *tasks.values_list(*columns, "due_at").order_by(),
        *contacts.values_list(*columns, "occurred_at").order_by(),
    ]
    for about_object, about_id, customer_id, subject, at in rows:
        plan = Planned(at, subject)
        concerned = {about_id if about_object == base.key else 0, customer_id if base.path == "id" else 0}
        for pk in wanted.intersection(concerned):
            if pk not in found or plan.order < found[pk].order:
                found[pk] = plan
    return found


def _write(base: Object, ids: Iterable[int], plans: dict[int, Planned]) -> None:
    everybody: Any = base.model._default_manager
    for (step, at), some in _differing(base, ids, plans).items():
        everybody.filter(pk__in=some).update(next_step=step, next_step_at=at)
        derived(base, ("next_step", "next_step_at"), some)


def _differing(
    base: Object, ids: Iterable[int], plans: dict[int, Planned]
) -> dict[tuple[str, datetime | None], list[int]]:
    """Records whose columns say otherwise than their plans, by what they should say."""
    everybody: Any = base.model._default_manager
    stands = everybody.filter(pk__in=ids).values_list("pk", "next_step", "next_step_at")
    by_plan: dict[tuple[str, datetime | None], list[int]] = defaultdict(list)
    for pk, step, at in stands:
        plan = plans.get(pk)
        becomes = (plan.subject[:200], plan.at) if plan else ("", None)
        if becomes != (step, at):
            by_plan[becomes].append(pk)
    return by_plan


def deviating(base: Object) -> list[int]:
    """Ids of records whose next step is not the earliest of their plans."""
    everybody: Any = base.model._default_manager
    found: list[int] = []
    for some in chunks(everybody.order_by("pk").values_list("pk", flat=True)):
        found += [pk for ids in _differing(base, some, _earliest(base, some)).values() for pk in ids]
    return sorted(found)


def repair(base: Object, ids: Sequence[int]) -> None:
    """Write the next step of these records anew."""
    for some in chunks(ids):
        _write(base, some, _earliest(base, some))


@next_step.provider()
def planned(actor: Actor, record: Any) -> Iterator[next_step.Step]:
    """What is planned for a record, for its next-step strip. One query."""
    about = registry.of_model(type(record))
    asked = (("task", "due_at", "''"), ("interaction", "occurred_at", "t.kind"))
    found = (_open_ones(actor, registry.get(key), at, kind, about, record.pk) for key, at, kind in asked)
    parts = [part for part in found if part is not None]
    if not parts:
        return
    text = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{place}" for place, part in enumerate(parts))  # noqa: S608  # as below
    with connection.cursor() as cursor:
        cursor.execute(text, [value for part in parts for value in part.params])
        for key, pk, subject, moment, kind in cursor.fetchall():
            icon, done = ("square-check", "done") if key == "task" else (channel(kind).icon, "held")
            yield next_step.Step(subject or "", AT.from_row(moment), Ref(key, pk), icon, done=done)


def _open_ones(actor: Actor, obj: Object, at: str, kind: str, about: Object, pk: int) -> Fragment | None:
    """The soonest of what one Object plans about a record; None where the actor may not read what and when."""
    scope = scope_sql(actor, obj, "read", "t")
    if scope is NO or not {"subject", at} <= set(readable(actor, obj)):
        return None
    concerns = Fragment("(t.about_object = %s AND t.about_id = %s)", (about.key, pk))
    if about.path == "id":
        concerns = any_of(concerns, Fragment("t.customer_id = %s", (pk,)))
    # Identifiers of the registry alone; values are bound.
    text = (
        f"SELECT '{obj.key}' AS object, t.id AS id, t.subject AS subject, t.{at} AS at, "  # noqa: S608  # as above
        f"{kind} AS kind FROM {obj.table} t "
        f"WHERE {concerns.sql} AND t.done_at IS NULL AND t.archived_at IS NULL AND {scope.sql} "
        f"ORDER BY t.{at} NULLS LAST, t.id LIMIT {next_step.MOST}"
    )
    return Fragment(text, (*concerns.params, *scope.params))
