"""Retention rule: which records end, so and so long after which of their days, and how.

Always: it does nothing before somebody who handles privacy has confirmed what it would do; every change of what it
means takes that back. What may never end by a rule is what the house itself stands on (people of the house, set-up).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.platform import query, records
from rapport.platform.access import Actor, system
from rapport.platform.access.keepers import require_privacy
from rapport.platform.actions import action
from rapport.platform.fields import Choice, DateTime, LongText, Number, Option, Reference, Text
from rapport.platform.guards import guard
from rapport.platform.objects import Object, Section, View, register, registry
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.accounts.models import User
    from rapport.platform.fields import Field

ENDINGS = (
    ("archive", _("Put it away")),
    ("empty", _("Empty fields")),
    ("erase", _("Erase it")),
)
STATES = (
    Option("draft", _("Not confirmed"), "warn"),
    Option("confirmed", _("Confirmed"), "good"),
    Option("stopped", _("Stopped"), "bad"),
)
MEANING = ("object", "condition", "since", "days", "ending", "fields")
NEVER = frozenset({"user", "team", "file", "own_field", "own_object", "webhook", "retention_rule"})
LONGEST = 36_500


class RetentionRule(Record):
    """One rule."""

    name = Text(_("Name"), required=True, max=120)
    object = Text(_("Kind of record"), required=True, max=40, help=_("Its key, such as interaction or person."))
    condition = LongText(_("Only where"), max=5_000, help=_("A filter: kind = note and outcome is empty."))
    since = Text(_("Since the day in"), required=True, max=60, help=_("The key of a date: occurred_at, updated_at."))
    days = Number(_("Days"), required=True, min=1, max=LONGEST, help=_("So many days after that day."))
    ending = Choice(_("Then"), ENDINGS, required=True, default="archive")
    fields = Text(_("Which fields"), max=500, help=_("Keys separated by commas; only for “Empty fields”."))
    because = LongText(_("Why so long"), max=2_000, help=_("The law or the reason, for the record of processing."))
    state = Choice(_("State"), STATES, default="draft", read_only=True)
    confirmed_at = DateTime(_("Confirmed at"), read_only=True)
    confirmed_by: Reference[User] = Reference(_("Confirmed by"), "platform.User", read_only=True, panel=False)
    expected = Number(_("Meant when confirmed"), read_only=True)
    ran_at = DateTime(_("Last carried out"), read_only=True)
    problem = Text(_("Problem"), max=300, read_only=True)

    objects: ClassVar[models.Manager[RetentionRule]] = models.Manager()

    @property
    def text(self) -> str:
        """What it means, as a Query."""
        old = f"{self.since} < {self.days} days ago"
        return f"({self.condition}) and {old}" if self.condition.strip() else old

    @property
    def keys(self) -> tuple[str, ...]:
        """The fields it empties."""
        return tuple(key.strip() for key in self.fields.split(",") if key.strip())


def settle(rule: RetentionRule) -> None:
    """What means something else than was confirmed waits for another confirmation."""
    rule.state = rule.state or "draft"


def check_rule(rule: RetentionRule) -> None:
    """The kind of record, the day, the filter and the fields exist. Raises ValidationError by field."""
    obj = registry.get(rule.object) if registry.has(rule.object) else None
    if obj is None or obj.base.key in NEVER:
        raise ValidationError({"object": _now("Records of this kind do not end by a rule.")})
    day = obj.fields.get(rule.since)
    if day is None or day.family not in ("date", "datetime") or day.formula:
        raise ValidationError({"since": _now("Name a date or a moment of this kind of record.")})
    try:
        query.parse(system("retention"), obj, rule.text)
    except query.QueryError as error:
        raise ValidationError({"condition": error.message}) from error
    if rule.ending == "empty":
        _check_fields(obj, rule.keys)


def _check_fields(obj: Object, keys: tuple[str, ...]) -> None:
    wrong = [key for key in keys if key not in obj.editable or not _can_be_empty(obj, obj.editable[key])]
    if wrong or not keys:
        words = _now("Name fields that may be empty.") if not wrong else _now("It cannot be emptied: %(key)s.")
        raise ValidationError({"fields": words % {"key": wrong[0][:60] if wrong else ""}})


def _can_be_empty(obj: Object, field: Field[Any]) -> bool:
    verb = obj.set_by.get(field.key) or obj.base.set_by.get(field.key)
    return not (field.required or field.formula or field.outside or verb or field.key == obj.name)


@guard("retention_rule.create", "retention_rule.archive", "retention_rule.restore", "retention_rule.undo")
def kept_by_privacy(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """For those who answer for what is kept."""
    if actor.user_id is not None:
        require_privacy(actor)


@guard("retention_rule.update", "retention_rule.undo")
def confirmed_as_it_is(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """A rule that acts is stopped before it comes to mean something else."""
    if actor.user_id is not None:
        require_privacy(actor)
    changes = [key for key in MEANING if key in values and values[key] != getattr(record, key)]
    if changes and record.state == "confirmed":
        raise ValidationError(_now("Stop this rule before you change what it means."))


@action(
    label=_("Confirm"),
    icon="check",
    event="confirmed",
    many=False,
    when=lambda rule: rule.state != "confirmed" and not rule.is_archived,
)
def confirm(
    actor: Actor,
    retention_rule: RetentionRule,
    *,
    expected: Annotated[int, Number(_("How many it would end, as its preview says"), required=True, min=0)],
) -> RetentionRule:
    """Let it act every night from now on; the number must be what its preview says now."""
    from rapport.platform.privacy.retention.due import number_due

    require_privacy(actor)
    number = number_due(retention_rule)
    if number != expected:
        words = _now("It would end %(n)s records now. Look at the preview again.")
        raise ValidationError({"expected": words % {"n": number}})
    facts = {"confirmed_at": now(), "confirmed_by": actor.user_id, "expected": number, "problem": ""}
    told: RetentionRule = records.write(
        actor, retention_rule, {"state": "confirmed", **facts}, action="confirm", event="confirmed"
    )
    return told


@action(label=_("Stop"), icon="circle-x", event="stopped", many=False, when=lambda rule: rule.state == "confirmed")
def stop(actor: Actor, retention_rule: RetentionRule) -> RetentionRule:
    """Let it end nothing any more."""
    require_privacy(actor)
    told: RetentionRule = records.write(actor, retention_rule, {"state": "stopped"}, action="stop", event="stopped")
    return told


RETENTION_RULE = register(
    Object(
        key="retention_rule",
        label=_("Retention rule"),
        plural=_("Retention rules"),
        model_class=RetentionRule,
        slug="retention-rules",
        icon="timer",
        subtitle=("object", "ending"),
        columns=("name", "object", "condition", "since", "days", "ending", "state", "ran_at", "problem"),
        sections=(
            Section(_("Rule"), ("name", "object", "condition", "since", "days", "ending", "fields", "because")),
            Section(_("Confirmation"), ("state", "confirmed_at", "confirmed_by", "expected", "ran_at", "problem")),
        ),
        quick=("name", "object", "condition", "since", "days", "ending", "fields"),
        search=("name",),
        match=(("name",),),
        sort="name",
        views=(View("all", _("All")), View("confirmed", _("Confirmed"), "state = confirmed")),
        actions=(confirm, stop),
        derive=settle,
        check=check_rule,
        help=_("Which records end, how long after which of their days, and how."),
    )
)
