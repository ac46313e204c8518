"""Logging what happened with a party and planning what comes next: one key and two fields.

Verbs on every party, the forms docked above its story, and the pictures of channels on timelines.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from rapport.base.clock import now
from rapport.interactions.channel import channels
from rapport.interactions.interaction import DIRECTIONS, INTERACTION, OUTCOMES, Interaction
from rapport.interactions.task import KINDS, PRIORITIES, TASK, Task
from rapport.parties.party import Party
from rapport.platform import panels, records, timeline
from rapport.platform.access import Actor
from rapport.platform.accounts.models import User
from rapport.platform.actions import action
from rapport.platform.fields import Choice, DateTime, Duration, LongText, Reference, Text
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy as _

Body = Annotated[str, LongText(_("What was said"), max=50_000)]
When = Annotated[datetime | None, DateTime(_("When"))]
Length = Annotated[timedelta | None, Duration(_("How long"))]


@action(label=_("Log a call"), icon="phone", needs="read", many=False)
def log_call(
    actor: Actor,
    party: Party,
    *,
    body: Annotated[str, LongText(_("What was said"), max=50_000, required=True)],
    outcome: Annotated[str, Choice(_("Outcome"), OUTCOMES)] = "",
    direction: Annotated[str, Choice(_("Direction"), DIRECTIONS)] = "out",
    occurred_at: When = None,
    duration: Length = None,
) -> Interaction:
    """Write down a call with this party."""
    values = {"kind": "call", "body": body, "outcome": outcome, "direction": direction, "duration": duration}
    return _log(actor, party, {**values, "occurred_at": occurred_at})


@action(label=_("Add a note"), icon="sticky-note", needs="read", many=False)
def add_note(
    actor: Actor, party: Party, *, body: Annotated[str, LongText(_("Note"), max=50_000, required=True)]
) -> Interaction:
    """Write something down that whoever deals with this party should know."""
    return _log(actor, party, {"kind": "note", "body": body, "direction": "internal"})


@action(label=_("Log or plan a meeting"), icon="users", needs="read", many=False)
def log_meeting(
    actor: Actor,
    party: Party,
    *,
    subject: Annotated[str, Text(_("Subject"), max=300, required=True)],
    occurred_at: When = None,
    duration: Length = None,
    body: Body = "",
    outcome: Annotated[str, Choice(_("Outcome"), OUTCOMES)] = "",
) -> Interaction:
    """Write down a meeting with this party; one that lies ahead is planned."""
    values = {"kind": "meeting", "subject": subject, "body": body, "outcome": outcome, "duration": duration}
    return _log(actor, party, {**values, "occurred_at": occurred_at})


@action(label=_("Plan a task"), icon="square-check", needs="read")
def plan_task(
    actor: Actor,
    party: Party,
    *,
    subject: Annotated[str, Text(_("What"), max=300, required=True)],
    due_at: Annotated[datetime | None, DateTime(_("Due"))] = None,
    kind: Annotated[str, Choice(_("Kind"), KINDS)] = "todo",
    priority: Annotated[str, Choice(_("Priority"), PRIORITIES)] = "normal",
    assignee: Annotated[User | None, Reference(_("Who does it"), "platform.User")] = None,
) -> Task:
    """Plan the next step with this party."""
    values: dict[str, Any] = {"subject": subject, "due_at": due_at, "kind": kind, "priority": priority}
    about = {"about": registry.ref(party), "customer": party.pk, "assignee": assignee.pk if assignee else None}
    made: Task = records.create(actor, TASK, {**values, **about})
    return made


def _log(actor: Actor, party: Party, values: dict[str, Any]) -> Interaction:
    """Write the interaction of a party; a person took part in it."""
    if values.get("occurred_at") is None:
        values["occurred_at"] = now()
    people = {"people": [party.pk]} if party.is_person else {}
    colleagues = {"colleagues": [actor.user_id]} if actor.user_id else {}
    made: Interaction = records.create(actor, INTERACTION, {"customer": party.pk, **people, **colleagues, **values})
    return made


for verb in (log_call, add_note, log_meeting, plan_task):
    registry.add_action("party", verb)

for on, link in (("party", "customer"), ("*", "about")):
    panels.composer(
        on,
        key="n",
        label=_("Note"),
        icon="sticky-note",
        object="interaction",
        link=link,
        preset={"kind": "note", "direction": "internal"},
        fields=("body",),
    )
    panels.composer(
        on,
        key="m",
        label=_("Mail"),
        icon="mail",
        object="interaction",
        link=link,
        preset={"kind": "email", "direction": "out"},
        fields=("subject", "body", "direction", "occurred_at"),
        verb="write_mail",
    )
    panels.composer(
        on,
        key="c",
        label=_("Call"),
        icon="phone",
        object="interaction",
        link=link,
        preset={"kind": "call", "direction": "out"},
        fields=("body", "outcome"),
    )
    panels.composer(
        on,
        key="t",
        label=_("Task"),
        icon="square-check",
        object="task",
        link=link,
        fields=("subject", "due_at"),
        plans=True,
    )

timeline.icons(task="square-check", consent="shield-check", **{one.key: one.icon for one in channels()})
