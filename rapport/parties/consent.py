"""Consent: what a party allowed, took back or objected to, for which purpose and channel, in which words, with proof.

Always: append-only. A change of mind is a new entry, never an edit: the proof of the old one must stay. `current` marks
the entry that holds of a party, purpose and channel; `standing` says what follows from them, now or on any past day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.parties.choices import CHANNELS
from rapport.parties.purpose import BASES, Purpose, Wording
from rapport.platform.fields import Boolean, Choice, DateTime, LongText, Option, Reference, Text
from rapport.platform.guards import guard
from rapport.platform.objects import Object, Section, Story, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.parties.party import Party
    from rapport.platform.access import Actor

STATES = (
    Option("given", _("Given"), "good"),
    Option("withdrawn", _("Withdrawn"), "bad"),
    Option("objected", _("Objected"), "bad"),
)
ALL_CHANNELS = "any"
EVERY_CHANNEL = ((ALL_CHANNELS, _("Every channel")), *CHANNELS)


class Consent(Record):
    """One entry of the list."""

    party: Reference[Party] = Reference(_("Of"), "parties.Party", required=True)
    purpose: Reference[Purpose] = Reference(_("For"), "parties.Purpose", required=True, panel=False)
    channel = Choice(_("Through"), EVERY_CHANNEL, default=ALL_CHANNELS)
    state = Choice(_("Consent"), STATES, required=True)
    at = DateTime(_("At"), required=True, default=now)
    basis = Choice(_("Lawful basis"), BASES, read_only=True, help=_("That of the purpose when the entry was made."))
    edition: Reference[Wording] = Reference(
        _("Version of the wording"), "parties.Wording", panel=False, help=_("Fills in the very words.")
    )
    wording = LongText(_("Wording"), max=10_000, help=_("The very words they agreed to."))
    source = Text(_("Where"), max=300, help=_("The form, call or paper on which it stands."))
    by_whom = Text(
        _("By whom"), max=200, sensitivity="personal", help=_("Who said so, where it was not they themselves.")
    )
    address = Text(_("IP address"), max=45, sensitivity="personal", help=_("Where a form kept it."))
    current = Boolean(_("Holds now"), read_only=True)
    title = Text(_("In short"), max=160, read_only=True)

    party_id: int | None
    purpose_id: int | None
    objects: ClassVar[models.Manager[Consent]] = models.Manager()

    class Meta:
        indexes = (
            models.Index(fields=["party", "purpose", "channel", "at"], name="consent_latest"),
            models.Index(
                fields=["purpose", "channel", "state"], condition=models.Q(current=True), name="consent_holding"
            ),
        )


def settle(consent: Consent) -> None:
    """The purpose and the state as one line, the basis of the moment, the words of the version."""
    if consent.purpose is not None:
        state = next((option.label for option in STATES if option.key == consent.state), consent.state)
        consent.title = f"{consent.purpose.name}: {state}"[:160]
        consent.basis = consent.basis or consent.purpose.basis
    if consent.edition is not None and not consent.wording:
        consent.wording = consent.edition.text


def check_consent(consent: Consent) -> None:
    """The version is one of this purpose. Raises ValidationError."""
    if consent.edition is not None and consent.edition.purpose_id != consent.purpose_id:
        raise ValidationError({"edition": _now("This is a wording of another purpose.")})


@guard("consent.update", "consent.archive", "consent.undo")
def consent_stays(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """Entries are never changed or put away."""
    raise ValidationError(_now("An entry about consent stays as it is. Add a new one that says what holds now."))


CONSENT = register(
    Object(
        key="consent",
        label=_("Consent"),
        plural=_("Consents"),
        model_class=Consent,
        icon="shield-check",
        name="title",
        subtitle=("party", "channel"),
        columns=("party", "purpose", "channel", "state", "current", "at", "source"),
        sections=(
            Section(_("Consent"), ("party", "purpose", "channel", "state", "at", "basis", "current")),
            Section(_("Proof"), ("edition", "wording", "source", "by_whom", "address")),
        ),
        quick=("party", "purpose", "channel", "state", "edition", "source"),
        sort="-at",
        views=(
            View("all", _("All")),
            View("current", _("What holds now"), "current", sort="-at"),
            View("withdrawn", _("Withdrawn"), "state != given", sort="-at"),
        ),
        story=Story(at="at", party=("party",), title="title", kind="consent"),
        derive=settle,
        check=check_consent,
        fetch=("purpose", "edition"),
        parents=("party",),
        path="party",
        despite_restriction=True,
        help=_("What somebody allowed, took back or objected to, with the words and the place that prove it."),
    )
)
