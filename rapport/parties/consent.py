"""Consent: what a party allowed or took back, for which purpose and channel, in which words, with proof.

Always: append-only. What holds is the latest entry for (party, purpose, channel); "every channel" covers those without
an entry of their own. A change of mind is a new entry, never an edit: the proof of the old one must stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.parties.choices import CHANNELS
from rapport.platform.fields import Choice, DateTime, LongText, Option, Reference, Text
from rapport.platform.guards import guard
from rapport.platform.objects import Object, Section, Story, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.parties.party import Party
    from rapport.platform.access import Actor

PURPOSES = (
    ("marketing", _("Marketing")),
    ("newsletter", _("Newsletter")),
    ("service", _("Service messages")),
    ("research", _("Surveys and research")),
    ("profiling", _("Analysis of behaviour")),
    ("sharing", _("Sharing with partners")),
    ("reference", _("Naming as a reference")),
    ("recording", _("Recording of calls")),
)
STATES = (Option("given", _("Given"), "good"), Option("withdrawn", _("Withdrawn"), "bad"))
ALL_CHANNELS = "any"


class Consent(Record):
    """One entry of the list."""

    party: Reference[Party] = Reference(_("Of"), "parties.Party", required=True)
    purpose = Choice(_("For"), PURPOSES, required=True)
    channel = Choice(_("Through"), ((ALL_CHANNELS, _("Every channel")), *CHANNELS), default=ALL_CHANNELS)
    state = Choice(_("Consent"), STATES, required=True)
    at = DateTime(_("At"), required=True, default=now)
    wording = LongText(_("Wording"), max=10_000, help=_("The very words they agreed to."))
    source = Text(_("Where"), max=300, help=_("The form, call or paper on which it stands."))
    title = Text(_("In short"), max=120, read_only=True)

    party_id: int | None
    objects: ClassVar[models.Manager[Consent]] = models.Manager()

    class Meta:
        indexes = (models.Index(fields=["party", "purpose", "channel", "at"], name="consent_latest"),)


def allows(party_id: int, purpose: str, channel: str) -> bool:
    """Whether the party's latest word allows `purpose` through `channel`; silence is no consent."""
    entries = Consent.objects.filter(party_id=party_id, purpose=purpose, archived_at=None)
    own = entries.filter(channel=channel).order_by("-at", "-pk").first()
    latest = own or entries.filter(channel=ALL_CHANNELS).order_by("-at", "-pk").first()
    return latest is not None and latest.state == "given"


def entitle(consent: Consent) -> None:
    """The purpose and the state as one line."""
    purpose = dict(PURPOSES).get(consent.purpose, consent.purpose)
    state = next((option.label for option in STATES if option.key == consent.state), consent.state)
    consent.title = f"{purpose}: {state}"


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
        columns=("party", "purpose", "channel", "state", "at", "source"),
        sections=(
            Section(_("Consent"), ("party", "purpose", "channel", "state", "at")),
            Section(_("Proof"), ("wording", "source")),
        ),
        quick=("party", "purpose", "channel", "state", "source"),
        sort="-at",
        views=(View("all", _("All")), View("withdrawn", _("Withdrawn"), "state = withdrawn", sort="-at")),
        story=Story(at="at", party=("party",), title="title", kind="consent"),
        derive=entitle,
        parents=("party",),
        path="party",
        help=_("What somebody allowed or took back, with the words and the place that prove it."),
    )
)
