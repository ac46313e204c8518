"""Task: something one of us is to do, for a party or any other record.

Always: a done one has the moment it was done; completing a repeating one makes the next exactly once (`follows` is
unique); its due moments keep the hour of the day in the zone of whoever does it, summer or winter.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.interactions import checklist, recurrence
from rapport.interactions.interaction import base_key, customer_of
from rapport.interactions.repeats import Repeats
from rapport.parties.consequence import consequence
from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.actions import action
from rapport.platform.fields import Choice, DateTime, LongText, Number, Option, Reference, ReferenceAny, Text
from rapport.platform.objects import Object, Reminder, Section, Story, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

PRIORITIES = (Option("high", _("High"), "bad"), Option("normal", _("Normal")), Option("low", _("Low")))
KINDS = (
    ("todo", _("To do")),
    ("call", _("Call")),
    ("email", _("E-mail")),
    ("meeting", _("Meeting")),
    ("visit", _("Visit")),
    ("letter", _("Letter")),
)


Taker = Annotated[User, Reference(_("To"), "platform.User", required=True)]


class Task(Record):
    """One thing to do."""

    subject = Text(_("What"), max=300, required=True)
    kind = Choice(_("Kind"), KINDS, default="todo")
    about = ReferenceAny(_("About"))
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party")
    assignee: Reference[User] = Reference(_("Who does it"), "platform.User")
    due_at = DateTime(_("Due"), indexed=True)
    reminder_at = DateTime(_("Remind at"), indexed=True)
    priority = Choice(_("Priority"), PRIORITIES, default="normal")
    recurrence = Repeats(_("Repeats"), max=300, help=_("A rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO."))
    series_start = DateTime(_("Series began"), read_only=True)
    checklist = LongText(_("Checklist"), max=20_000, help=_("One line each; a done one begins with [x]."))
    note = LongText(_("Note"), max=50_000)
    done_at = DateTime(_("Done"), read_only=True)
    snoozed_until = DateTime(_("Snoozed until"), read_only=True)
    follows: Reference[Task] = Reference(_("Follows"), "interactions.Task", read_only=True, panel=False)
    external_id = Text(_("External number"), max=80)

    about_object: str
    about_id: int | None
    customer_id: int | None
    assignee_id: int | None
    follows_id: int | None
    objects: ClassVar[models.Manager[Task]] = models.Manager()
    _told_rule = ""

    class Meta:
        indexes = (
            models.Index(fields=["assignee", "due_at"], condition=models.Q(done_at=None), name="task_open_of_assignee"),
            models.Index(fields=["about_object", "about_id"], condition=models.Q(done_at=None), name="task_open_about"),
            models.Index(fields=["customer", "due_at"], condition=models.Q(done_at=None), name="task_open_of_customer"),
            models.Index(fields=["external_id"], name="task_external"),
        )
        constraints = (
            models.UniqueConstraint(fields=["follows"], name="task_followed_once"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="task_external_once"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Task:
        task: Task = super().from_db(db, field_names, values)
        # A new rule begins a new series: `settle` must know the old one.
        task._told_rule = task.__dict__.get("recurrence", "")
        return task

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < now()


def settle(task: Task) -> None:
    """The customer of what it is about, somebody to do it, the rule in normal form."""
    task.about_object = base_key(task.about_object)
    if task.customer_id is None:
        task.customer_id = customer_of(task.about_object, task.about_id)
    if task.assignee_id is None:
        task.assignee_id = task.owner_id
    try:
        task.recurrence = recurrence.normal(task.recurrence)
    except ValidationError as error:
        raise ValidationError({"recurrence": error.messages}) from error
    if task.recurrence != task._told_rule and not task.follows_id:
        task.series_start = task.due_at if task.recurrence else None
    task.checklist = checklist.normal(task.checklist)


def check_task(task: Task) -> None:
    """A repeating task has a due moment, and its rule comes at least once."""
    if not task.recurrence:
        return
    if task.due_at is None:
        raise ValidationError({"due_at": _now("A repeating task needs a due date.")})
    start = task.series_start or task.due_at
    if recurrence.next_after(task.recurrence, start=start, after=start - timedelta(days=1), zone=UTC) is None:
        raise ValidationError({"recurrence": _now("There is no day on which this repeat comes.")})


def zone_of(user: User | None) -> tzinfo:
    """The time zone somebody works in."""
    try:
        return ZoneInfo(user.time_zone) if user else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@action(label=_("Done"), icon="check", event="done", when=lambda task: task.is_open, primary=True)
def done(actor: Actor, task: Task, *, note: Annotated[str, LongText(_("Note"), max=5_000)] = "") -> Task:
    """Say that it is done; a repeating task makes its next one, once."""
    values: dict[str, Any] = {"done_at": now(), "snoozed_until": None}
    if note:
        values["note"] = f"{task.note}\n\n{note}".strip()
    finished: Task = records.write(actor, task, values, action="done", event="done")
    _repeat(actor, finished)
    return finished


@action(
    label=_("Done, and next"),
    icon="calendar-plus",
    event="done",
    when=lambda task: task.is_open,
    primary=True,
    many=False,
)
def done_and_schedule_next(
    actor: Actor,
    task: Task,
    *,
    subject: Annotated[str, Text(_("What next"), max=300, help=_("Leave it empty when nothing follows."))] = "",
    due_at: Annotated[datetime | None, DateTime(_("When"))] = None,
    kind: Annotated[str, Choice(_("Kind"), KINDS)] = "",
) -> Task:
    """Say that it is done and plan what follows for the same record, in one go.

    Returns what follows, or the finished task when nothing does.
    """
    if due_at is not None and not subject:
        raise ValidationError({"subject": _now("Say what is to be done then.")})
    finished: Task = done(actor, task)
    if not subject:
        return finished
    same = {"about": TASK.field("about").read(task), "customer": task.customer_id, "assignee": task.assignee_id}
    values = {"subject": subject, "due_at": due_at, "kind": kind or task.kind, "priority": task.priority}
    made: Task = records.create(actor, TASK, {**values, **same})
    return made


@action(label=_("Snooze"), icon="alarm-clock", event="snoozed", when=lambda task: task.is_open)
def snooze(actor: Actor, task: Task, *, until: Annotated[datetime | None, DateTime(_("Until"))] = None) -> Task:
    """Keep it out of Today until then; tomorrow at eight when no time is named. The due date stays."""
    moment = until or tomorrow_at_eight(actor.culture.tz)
    if moment <= now():
        raise ValidationError({"until": _now("Name a time that is still to come.")})
    rested: Task = records.write(actor, task, {"snoozed_until": moment}, action="snooze", event="snoozed")
    return rested


@action(label=_("Hand over"), icon="user-check", event="delegated", when=lambda task: task.is_open)
def delegate(
    actor: Actor,
    task: Task,
    *,
    assignee: Taker,
    note: Annotated[str, Text(_("Note"), max=300)] = "",
) -> Task:
    """Give it to a colleague to do; whoever owns it still sees it."""
    values = {"assignee": assignee.pk, "snoozed_until": None}
    given: Task = records.write(actor, task, values, action="delegate", event="delegated", reason=note)
    return given


@action(label=_("Reopen"), icon="rotate-ccw", event="reopened", when=lambda task: not task.is_open)
def reopen(actor: Actor, task: Task) -> Task:
    """Say that it is not done after all; a next one it made stays."""
    opened: Task = records.write(actor, task, {"done_at": None}, action="reopen", event="reopened")
    return opened


@action(label=_("Tick"), icon="list-checks", event="ticked", many=False, when=lambda task: bool(task.checklist))
def tick(actor: Actor, task: Task, *, item: Annotated[int, Number(_("Line"), min=1, max=500, required=True)]) -> Task:
    """Tick a line of the checklist, or take the tick back."""
    ticked: Task = records.write(actor, task, {"checklist": checklist.ticked(task.checklist, item)}, action="tick")
    return ticked


def tomorrow_at_eight(zone: tzinfo) -> datetime:
    """Eight in the morning of the next day in that zone."""
    tomorrow = now().astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(8), tzinfo=zone).astimezone(UTC)


def _repeat(actor: Actor, task: Task) -> None:
    """The next task of a series, unless it was made already or the series has ended."""
    if not task.recurrence or task.due_at is None or Task.objects.filter(follows=task).exists():
        return
    start = task.series_start or task.due_at
    zone = zone_of(task.assignee or task.owner)
    # Missed ones do not pile up: the next one lies ahead of both the due moment and now.
    due = recurrence.next_after(task.recurrence, start=start, after=max(task.due_at, now()), zone=zone)
    if due is None:
        return
    kept = (
        "subject",
        "kind",
        "about",
        "customer",
        "assignee",
        "priority",
        "recurrence",
        "note",
        "owner",
        "team",
        "tags",
    )
    values = {key: TASK.field(key).read(task) for key in kept}
    reminder = due - (task.due_at - task.reminder_at) if task.reminder_at else None
    fresh = {"checklist": checklist.fresh(task.checklist), "series_start": start, "follows": task.pk}
    records.create(consequence(actor), TASK, {**values, **fresh, "due_at": due, "reminder_at": reminder})


TASK = register(
    Object(
        key="task",
        label=_("Task"),
        plural=_("Tasks"),
        model_class=Task,
        icon="square-check",
        name="subject",
        subtitle=("due_at", "assignee", "customer"),
        columns=("subject", "customer", "due_at", "priority", "assignee", "done_at"),
        sections=(
            Section(_("Task"), ("subject", "kind", "due_at", "priority", "assignee", "customer", "about", "done_at")),
            Section(_("Plan"), ("reminder_at", "recurrence", "checklist", "snoozed_until", "note")),
            Section(_("More"), ("owner", "team", "follows", "external_id", "tags"), open=False),
        ),
        quick=("subject", "due_at", "customer", "assignee"),
        search=("subject",),
        search_bodies=("note", "checklist"),
        match=(("external_id",),),
        sort="due_at",
        views=(
            View("open", _("All open"), "done_at is empty", sort="due_at"),
            View("mine", _("Mine"), "assignee = me and done_at is empty", sort="due_at"),
            View("overdue", _("Overdue"), "done_at is empty and due_at < 1 minute ago", sort="due_at"),
            View("done", _("Done"), "done_at is not empty", sort="-done_at"),
        ),
        story=Story(at="due_at", party=("customer",), title="subject", kind="task", body="note", done="done_at"),
        reminder=Reminder(at="reminder_at", who=("assignee", "owner"), done="done_at"),
        actions=(done, done_and_schedule_next, snooze, delegate, reopen, tick),
        derive=settle,
        check=check_task,
        parents=("customer",),
        mine=("owner", "assignee"),
        path="customer",
        navigation=50,
        letter="k",
        help=_("Something one of us is to do by a certain time."),
    )
)
