"""Relationship: a typed, dated, directed fact between two parties, or between a party and one of us.

Always: it joins a party with exactly one other end, not itself; the kinds fit the type; it ends after it began; the
same one does not stand twice at a time. Strength (0 to 100) is computed from exchanges (`strength`), never typed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import today
from rapport.parties.relationship_types import BY_KEY, CHOICES, RelationshipType
from rapport.platform.fields import Boolean, Choice, Date, DateTime, LongText, Number, Reference, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import date

    from rapport.parties.party import Party
    from rapport.platform.accounts.models import User


class Relationship(Record):
    """One end is `party`; the other is `other` (a party) or `colleague` (one of us)."""

    type = Choice(_("How"), CHOICES, required=True)
    party: Reference[Party] = Reference(_("Who"), "parties.Party", required=True)
    other: Reference[Party] = Reference(_("With whom"), "parties.Party")
    colleague: Reference[User] = Reference(_("With whom of us"), "platform.User")
    title = Text(_("In short"), max=200, read_only=True)
    role = Text(_("Role"), max=120, help=_("In their words, such as Head of Purchasing."))
    since = Date(_("Since"))
    until = Date(_("Until"))
    main = Boolean(_("Main one"), help=_("For employment: where they belong."))
    strength = Number(_("Strength"), min=0, max=100, read_only=True, help=_("0 to 100, from two-way exchanges."))
    strength_at = DateTime(_("Strength computed"), read_only=True)
    note = LongText(_("Note"), max=5_000)

    party_id: int | None
    other_id: int | None
    colleague_id: int | None
    objects: ClassVar[models.Manager[Relationship]] = models.Manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(other=None) ^ models.Q(colleague=None), name="relationship_has_one_other_end"
            ),
            models.CheckConstraint(condition=~models.Q(party=models.F("other")), name="relationship_not_with_itself"),
            models.UniqueConstraint(
                fields=["type", "party", "other", "role"],
                condition=models.Q(until=None, archived_at=None, colleague=None),
                name="relationship_stands_once",
            ),
            models.UniqueConstraint(
                fields=["type", "party", "colleague", "role"],
                condition=models.Q(until=None, archived_at=None, other=None),
                name="relationship_with_us_once",
            ),
        )
        indexes = (models.Index(fields=["strength_at"], name="relationship_to_compute"),)

    @property
    def kind(self) -> RelationshipType:
        return BY_KEY.get(self.type, BY_KEY["other"])

    def stands_on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)

    @property
    def is_current(self) -> bool:
        return not self.is_archived and self.stands_on(today())

    def name_from(self, party_id: int) -> str:
        """What it is called seen from one of its ends."""
        return str(self.kind.forward if self.party_id == party_id else self.kind.backward)


def entitle(relationship: Relationship) -> None:
    """A short title without names: whoever sees one end need not see the other."""
    words = str(relationship.kind.forward)
    relationship.title = f"{words}: {relationship.role}" if relationship.role else words


def check_relationship(relationship: Relationship) -> None:
    """Two ends, kinds that fit, an order of dates. Raises ValidationError by field."""
    if (relationship.other_id is None) == (relationship.colleague_id is None):
        raise ValidationError({"other": _now("Name one other end: a party, or one of us.")})
    if relationship.other_id == relationship.party_id:
        raise ValidationError({"other": _now("Nobody has a relationship with themselves.")})
    if relationship.since and relationship.until and relationship.until < relationship.since:
        raise ValidationError({"until": _now("It cannot end before it began.")})
    _kinds_fit(relationship)


def _kinds_fit(relationship: Relationship) -> None:
    first: Any = relationship.party
    second: Any = relationship.other
    if first is not None and first.kind not in relationship.kind.first:
        raise ValidationError({"party": _mismatch(relationship)})
    if second is not None and second.kind not in relationship.kind.second:
        raise ValidationError({"other": _mismatch(relationship)})


def _mismatch(relationship: Relationship) -> str:
    return _now("“%(type)s” does not fit this kind of party.") % {"type": relationship.kind.forward}


RELATIONSHIP = register(
    Object(
        key="relationship",
        label=_("Relationship"),
        plural=_("Relationships"),
        model_class=Relationship,
        icon="network",
        name="title",
        subtitle=("party", "other"),
        columns=("party", "type", "other", "colleague", "role", "since", "until", "strength"),
        sections=(
            Section(_("Relationship"), ("type", "party", "other", "colleague", "role", "main", "since", "until")),
            Section(_("Strength"), ("strength", "strength_at", "note")),
        ),
        quick=("type", "party", "other", "role"),
        sort="-updated_at",
        views=(
            View("all", _("All")),
            View("current", _("Standing"), "until is empty"),
            View("ours", _("With our people"), "colleague is not empty", sort="-strength"),
        ),
        derive=entitle,
        check=check_relationship,
        fetch=("party", "other"),
        parents=("party", "other"),
        path="party",
        help=_("How two are connected: since when, in which role, how strongly."),
    )
)
