"""Reminders: at the moment a record names, whoever it is for is told, once. Looked for every minute."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapport.base.clock import now
from rapport.platform.access import actor_for, visible
from rapport.platform.jobs.registry import job
from rapport.platform.notifications.reaction import add, left_out
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs.run import Run
    from rapport.platform.objects import Object

# A worker that stood still for longer has lost its reminders' point; they are still on the records.
LATE = timedelta(days=7)
MOST = 5_000


@job("notifications.remind", every=timedelta(minutes=1))
def remind(actor: Actor, job: Run) -> int:
    """Tell people about reminders that are due."""
    return sum(_remind(obj) for obj in registry.all() if obj.reminder is not None)


def _remind(obj: Object) -> int:
    spoken = obj.reminder
    if spoken is None:
        return 0
    moment = now()
    window = {f"{spoken.at}__gt": moment - LATE, f"{spoken.at}__lte": moment, "archived_at": None}
    open_ones = {**window, **({f"{spoken.done}": None} if spoken.done else {})}
    rows = obj.model._default_manager.filter(**obj.where, **open_ones).order_by(spoken.at)[:MOST]
    return sum(_tell(obj, record) for record in rows)


def _tell(obj: Object, record: Any) -> bool:
    assert obj.reminder is not None  # noqa: S101  # asked by the caller
    people = (getattr(record, f"{key}_id", None) for key in obj.reminder.who)
    user_id = next((pk for pk in people if pk is not None), None)
    actor = actor_for(user_id, "web") if user_id is not None else None
    if actor is None or user_id is None or "reminder" in left_out(user_id):
        return False
    if not visible(actor, obj).filter(pk=record.pk).exists():
        return False
    at = getattr(record, obj.reminder.at)
    return add(
        user_id, "reminder", obj.base, record.pk, key=f"remind:{obj.base.key}:{record.pk}:{at.timestamp():.0f}", at=at
    )
