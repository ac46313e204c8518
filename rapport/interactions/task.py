"""Task: something one of us is to do, for a party or any other record.

Always: a done one has the moment it was done; completing a repeating one makes the next exactly once (`follows` is
unique); its due moments keep the hour of the day in the zone of whoever does it, summer or winter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from rapport.base.clock import now
from rapport.interactions.interaction import customer_of
from rapport.platform.accounts.models import User
from rapport.platform.fields import Choice, DateTime, LongText, Option, Reference, ReferenceAny, Text
from rapport.platform.objects import Object, Section, Story, View, register
from rapport.platform.record import Record

if TYPE_CHECKING:
    from rapport.parties.party import Party

PRIORITIES = (Option("high", _("High"), "bad"), Option("normal", _("Normal")), Option("low", _("Low")))
KINDS = (
    ("todo", _("To do")),
    ("call", _("Call")),
    ("email", _("E-mail")),
    ("meeting", _("Meeting")),
    ("visit", _("Visit")),
    ("letter", _("Letter")),
)


class Task(Record):
    """One thing to do."""

    subject = Text(_("What"), max=300, required=True)
    kind = Choice(_("Kind"), KINDS, default="todo")
    about = ReferenceAny(_("About"))
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party")
    assignee: Reference[User] = Reference(_("Who does it"), "platform.User")
    due_at = DateTime(_("Due"), indexed=True)
    reminder_at = DateTime(_("Remind at"))
    priority = Choice(_("Priority"), PRIORITIES, default="normal")
    recurrence = Text(_("Repeats"), max=300, help=_("A rule of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO."))
    series_start = DateTime(_("Series began"), read_only=True)
    checklist = LongText(_("Checklist"), max=20_000, help=_("One line each; a done one begins with [x]."))
    note = LongText(_("Note"), max=50_000)
    done_at = DateTime(_("Done"), read_only=True)
    snoozed_until = DateTime(_("Snoozed until"), read_only=True)
    follows: Reference[Task] = Reference(_("Follows"), "interactions.Task", read_only=True, panel=False)
    external_id = Text(_("External number"), max=80)

    customer_id: int | None
    assignee_id: int | None
    follows_id: int | None
    objects: ClassVar[models.Manager[Task]] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=["assignee", "due_at"], condition=models.Q(done_at=None), name="task_open_of_assignee"),
            models.Index(fields=["about_object", "about_id"], condition=models.Q(done_at=None), name="task_open_about"),
            models.Index(fields=["customer", "due_at"], condition=models.Q(done_at=None), name="task_open_of_customer"),
        )
        constraints = (
            models.UniqueConstraint(fields=["follows"], name="task_followed_once"),
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="task_external_once"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        return self.done_at is None

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < now()


def settle(task: Task) -> None:
    """The customer of what it is about; somebody to do it."""
    if task.customer_id is None:
        task.customer_id = customer_of(task.about_object, task.about_id)
    if task.assignee_id is None:
        task.assignee_id = task.owner_id


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
        match=(("external_id",),),
        sort="due_at",
        views=(
            View("mine", _("Mine"), "assignee = me and done_at is empty", sort="due_at"),
            View("overdue", _("Overdue"), "done_at is empty and due_at < now", sort="due_at"),
            View("open", _("All open"), "done_at is empty", sort="due_at"),
            View("done", _("Done"), "done_at is not empty", sort="-done_at"),
        ),
        story=Story(at="due_at", party=("customer",), title="subject", kind="task", body="note", done="done_at"),
        derive=settle,
        parents=("customer",),
        mine=("owner", "assignee"),
        path="customer",
        navigation=50,
        letter="t",
        help=_("Something one of us is to do by a certain time."),
    )
)
