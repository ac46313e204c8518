"""What waits today: tasks that are due, contacts to prepare or to confirm, messages that are owed a reply."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from rapport.base.clock import now
from rapport.interactions.channel import channel
from rapport.interactions.interaction import INTERACTION, Interaction
from rapport.interactions.replies import owed
from rapport.interactions.task import TASK, Task
from rapport.platform import today
from rapport.platform.access import visible
from rapport.platform.accounts.models import TeamClosure, User
from rapport.platform.fields import Ref, Tone
from rapport.platform.today import Found, Item
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rapport.platform.access import Actor

PRIORITY = {"high": 20.0, "normal": 0.0, "low": -20.0}
ICONS = {"call": "phone", "email": "mail", "meeting": "users", "visit": "map-pin", "letter": "file-text"}
# Counting stops here: the page says how much it left out, not how long the list of the negligent is.
COUNTED = 1_000
# How late something is before whoever leads hears of it.
ENTRUSTED = timedelta(days=2)
today.start_with("task")


def end_of_day(actor: Actor, days: int = 0) -> datetime:
    """Midnight after today (or `days` later) in the actor's zone."""
    zone = actor.culture.tz
    day = now().astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


@today.provider(_("Tasks"))
def tasks(actor: Actor, limit: int) -> Found:
    """My open tasks that are overdue, due today, or of which I wanted to be reminded; not the snoozed ones."""
    moment = now()
    mine = Q(assignee_id=actor.user_id) | Q(assignee=None, owner_id=actor.user_id)
    rests = Q(snoozed_until=None) | Q(snoozed_until__lte=moment)
    due = Q(due_at__lt=end_of_day(actor)) | Q(reminder_at__lte=moment)
    rows = visible(actor, TASK).filter(mine, rests, due, done_at=None, archived_at=None)
    # High priority first within the cut, then the longest overdue.
    chosen = [*rows.filter(priority="high").order_by("due_at", "pk")[:limit], *rows.order_by("due_at", "pk")[:limit]]
    return Found([_task(task, moment) for task in dict.fromkeys(chosen)], _counted(rows))


def _task(task: Task, moment: datetime) -> Item:
    weight = PRIORITY.get(task.priority, 0.0)
    reason, tone = _now("Reminder"), "info"
    if task.due_at is not None and task.due_at <= moment:
        days = (moment - task.due_at).days
        weight += 100.0 + min(days, 30) / 3
        late = ngettext("Overdue for {n} day", "Overdue for {n} days", days).format(n=days)
        reason, tone = (late, "bad") if days else (_now("Due today"), "warn")
    elif task.due_at is not None:
        weight += 80.0
        reason, tone = (_now("Due today"), "warn") if not task.reminder_at else (_now("Reminder"), "info")
    else:
        weight += 82.0
    shown: Tone = tone  # type: ignore[assignment]  # one of the words above
    return Item(
        Ref("task", task.pk),
        task.subject,
        reason,
        weight,
        at=task.due_at or task.reminder_at,
        icon=ICONS.get(task.kind, "square-check"),
        tone=shown,
        who=_customer(task),
        done="done_and_schedule_next",
        snooze="snooze",
        assign="delegate",
    )


@today.provider(_("Planned contacts"))
def planned(actor: Actor, limit: int) -> Found:
    """Calls, meetings and visits of mine until the end of tomorrow: to prepare, or to say how they went."""
    moment = now()
    since = moment - timedelta(days=30)
    rows = _mine(actor).filter(done_at=None, archived_at=None, occurred_at__gte=since)
    rows = rows.filter(occurred_at__lt=end_of_day(actor, days=1)).order_by("occurred_at", "pk")
    tonight = end_of_day(actor)
    return Found([_contact(one, moment, tonight) for one in rows[:limit]], _counted(rows))


def _contact(one: Interaction, moment: datetime, tonight: datetime) -> Item:
    kind, at = str(channel(one.kind).label), one.occurred_at or moment
    if at < moment:
        weight, tone, reason = 88.0, "warn", _now("{kind}: did it take place?").format(kind=kind)
    elif at < tonight:
        soon = at - moment < timedelta(hours=2)
        weight, tone, reason = (98.0 if soon else 86.0), "accent", _now("{kind} today: prepare").format(kind=kind)
    else:
        weight, tone, reason = 60.0, "", _now("{kind} tomorrow: prepare").format(kind=kind)
    shown: Any = tone
    return Item(
        Ref("interaction", one.pk),
        one.subject,
        reason,
        weight,
        at=one.occurred_at,
        icon=channel(one.kind).icon,
        tone=shown,
        who=_customer(one),
        done="held",
        snooze="reschedule",
    )


@today.provider(_("Replies owed"))
def replies(actor: Actor, limit: int) -> Found:
    """Messages that wait for an answer of mine, and those nobody looks after."""
    whose = Q(owner_id=actor.user_id) | Q(customer__owner_id=actor.user_id) | Q(owner=None, customer__owner=None)
    rows = owed(visible(actor, INTERACTION).filter(whose)).order_by("occurred_at", "pk")
    moment = now()
    return Found([_reply(one, moment) for one in rows[:limit]], _counted(rows))


def _reply(one: Interaction, moment: datetime) -> Item:
    days = (moment - (one.occurred_at or moment)).days
    waits = ngettext("waits for an answer for {n} day", "waits for an answer for {n} days", days).format(n=days)
    reason = f"{channel(one.kind).label}: {waits if days else _now('came today, waits for an answer')}"
    return Item(
        Ref("interaction", one.pk),
        one.subject,
        reason,
        90.0 + min(days, 14),
        at=one.occurred_at,
        icon="reply",
        tone="bad" if days >= 2 else "warn",
        who=_customer(one),
        done="no_reply_needed",
    )


@today.provider(_("Late at my people's"))
def entrusted(actor: Actor, limit: int) -> Found:
    """What has been overdue for two days with those I lead: to ask, to help, to hand to somebody else."""
    people = charges(actor)
    if not people:
        return Found()
    moment = now()
    rows = visible(actor, TASK).filter(assignee__in=people, done_at=None, archived_at=None)
    rows = rows.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=moment), due_at__lt=moment - ENTRUSTED)
    first = rows.order_by("due_at", "pk").select_related("assignee")[:limit]
    return Found([_entrusted(task, moment) for task in first], _counted(rows))


def _entrusted(task: Task, moment: datetime) -> Item:
    days = (moment - (task.due_at or moment)).days
    late = ngettext("Overdue for {n} day at {who}", "Overdue for {n} days at {who}", days)
    return Item(
        Ref("task", task.pk),
        task.subject,
        late.format(n=days, who=task.assignee.name if task.assignee else ""),
        40.0 + min(days, 30) / 4 + PRIORITY.get(task.priority, 0.0) / 10,
        at=task.due_at,
        icon=ICONS.get(task.kind, "square-check"),
        tone="info",
        who=_customer(task),
        done="done_and_schedule_next",
        assign="delegate",
    )


def charges(actor: Actor) -> list[int]:
    """Those I am the manager of, and everybody in teams I lead and in those below them."""
    led = TeamClosure.objects.filter(ancestor__lead=actor.user_id).values("descendant")
    mine = Q(manager=actor.user_id) | Q(memberships__team__in=led)
    people = User.objects.filter(mine, archived_at=None).exclude(pk=actor.user_id).order_by("pk")
    return list(people.values_list("pk", flat=True).distinct()[:1_000]) if actor.user_id is not None else []


def _mine(actor: Actor) -> QuerySet[Any]:
    mine = Q(owner_id=actor.user_id) | Q(parts__user_id=actor.user_id)
    return visible(actor, INTERACTION).filter(mine).distinct()


def _customer(record: Task | Interaction) -> Ref | None:
    return Ref("party", record.customer_id) if record.customer_id else None


def _counted(rows: QuerySet[Any]) -> int:
    return rows.order_by()[:COUNTED].count()
