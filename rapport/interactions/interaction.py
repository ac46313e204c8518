"""Interaction: one contact with a party, planned or done, on any channel.

Always: it has a moment and a line to be called by; one that lies in the past when it is written is done, one that lies
ahead is planned; an inbound one on a channel that expects an answer stays owed until somebody of us replies.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from django.db import models

from rapport.base.clock import now
from rapport.base.text import clean_line, truncate
from rapport.interactions.channel import KINDS, channel
from rapport.interactions.participant import Took
from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.access import Actor
from rapport.platform.actions import action
from rapport.platform.fields import (
    Choice,
    DateTime,
    Duration,
    File,
    LongText,
    Option,
    Reference,
    ReferenceAny,
    Text,
)
from rapport.platform.objects import Calendar, Object, Section, Story, View, register, registry
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.interactions.thread import Thread
    from rapport.parties.purpose import Purpose

DIRECTIONS = (("in", _("They came to us")), ("out", _("We went to them")), ("internal", _("Among us")))
OUTCOMES = (
    Option("reached", _("Reached"), "good"),
    Option("no_answer", _("No answer"), "warn"),
    Option("message", _("Left a message")),
    Option("agreed", _("Agreed"), "good"),
    Option("interested", _("Interested"), "good"),
    Option("undecided", _("Undecided")),
    Option("declined", _("Declined"), "bad"),
    Option("complaint", _("Complaint"), "bad"),
    Option("solved", _("Solved"), "good"),
    Option("cancelled", _("Did not take place"), "warn"),
)
DELIVERY = (
    Option("draft", _("Draft"), "warn"),
    Option("queued", _("Waiting to be sent")),
    Option("sent", _("Sent"), "good"),
    Option("failed", _("Not sent"), "bad"),
    Option("uncertain", _("Unclear whether it was sent"), "warn"),
)


class Interaction(Record):
    """One contact."""

    kind = Choice(_("Channel"), KINDS, required=True, indexed=True)
    subject = Text(_("Subject"), max=300)
    direction = Choice(_("Direction"), DIRECTIONS)
    occurred_at = DateTime(_("When"), required=True, default=now, indexed=True)
    duration = Duration(_("How long"))
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party", help=_("Whose story it belongs to."))
    about = ReferenceAny(_("About"), help=_("The deal, case or other record it was about."))
    people: Took = Took(_("People"), "parties.Party")
    colleagues: Took = Took(_("Colleagues"), "platform.User")
    outcome = Choice(_("Outcome"), OUTCOMES)
    body = LongText(_("What was said"))
    next_step = Text(_("Agreed next step"), max=300)
    done_at = DateTime(_("Done"), help=_("Empty while it is planned."))
    purpose: Reference[Purpose] = Reference(
        _("Purpose"), "parties.Purpose", panel=False, help=_("For what it is sent; empty for one person's own matter.")
    )
    thread: Reference[Thread] = Reference(_("Conversation"), "interactions.Thread")
    answered_at = DateTime(_("Answered"), read_only=True)
    delivery = Choice(_("Delivery"), DELIVERY, read_only=True)
    message_id = Text(_("Message ID"), max=300, sensitivity="standard")
    original = File(_("Original"))
    problem = Text(
        _("Problem"), max=500, read_only=True, help=_("What could not be read of it, or why it was not sent.")
    )
    external_id = Text(_("External number"), max=80, help=_("The number in the system it came from."))

    about_object: str
    about_id: int | None
    customer_id: int | None
    thread_id: int | None
    original_id: int | None
    objects: ClassVar[models.Manager[Interaction]] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=["customer", "occurred_at"], name="interaction_of_customer"),
            models.Index(fields=["thread", "occurred_at"], name="interaction_of_thread"),
            models.Index(
                fields=["about_object", "about_id", "occurred_at"],
                condition=models.Q(about_id__isnull=False),
                name="interaction_about",
            ),
            # SQLite finds nothing by the indexes of the constraints below, whose conditions no look-up repeats.
            models.Index(fields=["external_id"], name="interaction_external"),
            models.Index(fields=["message_id"], name="interaction_message"),
            models.Index(
                fields=["occurred_at"],
                condition=models.Q(direction="in", answered_at=None),
                name="interaction_unanswered",
            ),
            models.Index(fields=["occurred_at"], condition=models.Q(done_at=None), name="interaction_planned"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["message_id"], condition=~models.Q(message_id=""), name="interaction_message_once"
            ),
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="interaction_external_once"
            ),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def is_planned(self) -> bool:
        return self.done_at is None

    @property
    def is_owed_a_reply(self) -> bool:
        return self.direction == "in" and self.answered_at is None and channel(self.kind).expects_reply


def settle(interaction: Interaction) -> None:
    """A line to be called by, whether it is done, and the customer of what it is about."""
    interaction.about_object = base_key(interaction.about_object)
    if not interaction.subject:
        first = clean_line(interaction.body.lstrip()[:400].partition("\n")[0])
        interaction.subject = truncate(first, 120) or str(channel(interaction.kind).label)
    if interaction.pk is None and interaction.done_at is None and interaction.occurred_at <= now():
        interaction.done_at = interaction.occurred_at
    if interaction.customer_id is None:
        interaction.customer_id = customer_of(interaction.about_object, interaction.about_id)


def base_key(key: str) -> str:
    """The key under which references are kept: that of the family."""
    return registry.get(key).base.key if key and registry.has(key) else key


def customer_of(key: str, record_id: int | None) -> int | None:
    """The party whose story a record belongs to, by the Object's `path`; None where it has none."""
    if record_id is None or not registry.has(key):
        return None
    base = registry.get(key).base
    if base.path == "id":
        return record_id
    if not base.path:
        return None
    found: int | None = (
        base.model._default_manager.filter(pk=record_id).values_list(f"{base.path}_id", flat=True).first()
    )
    return found


@action(label=_("It took place"), icon="check", event="held", when=lambda contact: contact.is_planned, primary=True)
def held(
    actor: Actor,
    interaction: Interaction,
    *,
    outcome: Annotated[str, Choice(_("Outcome"), OUTCOMES)] = "",
    note: Annotated[str, LongText(_("What was said"), max=50_000)] = "",
    duration: Annotated[timedelta | None, Duration(_("How long"))] = None,
) -> Interaction:
    """Say that a planned contact took place, and how it went."""
    values: dict[str, Any] = {"done_at": now(), "outcome": outcome or interaction.outcome}
    if note:
        values["body"] = f"{interaction.body}\n\n{note}".strip()
    if duration is not None:
        values["duration"] = duration
    told: Interaction = records.write(actor, interaction, values, action="held", event="held")
    return told


@action(label=_("No reply needed"), icon="check", event="settled", when=lambda contact: contact.is_owed_a_reply)
def no_reply_needed(actor: Actor, interaction: Interaction) -> Interaction:
    """Take a message off the list of those that are owed an answer."""
    told: Interaction = records.write(
        actor, interaction, {"answered_at": now()}, action="no_reply_needed", event="settled"
    )
    return told


@action(label=_("Move"), icon="calendar", event="moved", when=lambda contact: contact.is_planned)
def reschedule(
    actor: Actor, interaction: Interaction, *, to: Annotated[datetime, DateTime(_("New time"), required=True)]
) -> Interaction:
    """Put a planned contact at another time."""
    moved: Interaction = records.write(actor, interaction, {"occurred_at": to}, action="reschedule", event="moved")
    return moved


INTERACTION = register(
    Object(
        key="interaction",
        label=_("Interaction"),
        plural=_("Interactions"),
        model_class=Interaction,
        icon="activity",
        name="subject",
        subtitle=("kind", "customer", "occurred_at"),
        columns=("subject", "kind", "direction", "customer", "occurred_at", "outcome", "owner"),
        sections=(
            Section(
                _("Contact"),
                (
                    "kind",
                    "direction",
                    "occurred_at",
                    "duration",
                    "done_at",
                    "delivery",
                    "outcome",
                    "next_step",
                    "purpose",
                ),
            ),
            Section(_("Who"), ("customer", "people", "colleagues", "about", "thread", "owner", "team")),
            Section(_("Content"), ("subject", "body", "original")),
            Section(_("More"), ("problem", "message_id", "external_id", "answered_at", "tags"), open=False),
        ),
        quick=("kind", "subject", "customer", "occurred_at", "body"),
        search=("subject",),
        search_bodies=("body", "next_step"),
        match=(("external_id",), ("message_id",)),
        sort="-occurred_at",
        views=(
            View("all", _("All"), sort="-occurred_at"),
            View("mine", _("Mine"), "owner = me", sort="-occurred_at"),
            View("planned", _("Planned"), "done_at is empty", sort="occurred_at"),
            View(
                "owed",
                _("Reply owed"),
                "direction = in and answered_at is empty and occurred_at in last 90 days",
                sort="occurred_at",
            ),
            View("problems", _("Could not be read"), "problem is not empty and delivery is empty", sort="-occurred_at"),
            View("unsent", _("Not sent or unclear"), "delivery = failed or delivery = uncertain", sort="-occurred_at"),
            View("calls", _("Calls"), "kind = call", sort="-occurred_at"),
        ),
        calendar=Calendar("occurred_at", length="duration"),
        story=Story(
            at="occurred_at",
            party=("customer",),
            title="subject",
            kind="kind",
            body="body",
            done="done_at",
            thread="thread",
        ),
        actions=(held, no_reply_needed, reschedule),
        derive=settle,
        parents=("customer",),
        path="customer",
        navigation=40,
        letter="i",
        help=_("One contact with somebody: a call, a meeting, a mail, a letter, a visit, a note."),
    )
)
