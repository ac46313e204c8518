"""Verbs of parties that need several of their nouns; gathered here so that importing the models makes them known."""

from __future__ import annotations

from typing import Annotated

from rapport.base.clock import now
from rapport.parties import employment as _employment  # noqa: F401  # verbs of persons
from rapport.parties.consent import ALL_CHANNELS, CONSENT, EVERY_CHANNEL, STATES, Consent
from rapport.parties.contact_point import CONTACT_POINT, KINDS, LABELS, ContactPoint
from rapport.parties.party import Party  # actions read their hints at run time
from rapport.parties.purpose import Purpose, Wording  # as above
from rapport.platform import records
from rapport.platform.access import Actor  # as above
from rapport.platform.actions import action
from rapport.platform.fields import Boolean, Choice, LongText, Reference, Text
from rapport.platform.objects import registry
from rapport.platform.words import gettext_lazy as _

For = Annotated[Purpose, Reference(_("For"), "parties.Purpose", required=True)]


@action(label=_("Record consent"), icon="shield-check", event="consented", many=False)
def record_consent(
    actor: Actor,
    party: Party,
    *,
    purpose: For,
    state: Annotated[str, Choice(_("Consent"), STATES, required=True)],
    channel: Annotated[str, Choice(_("Through"), EVERY_CHANNEL)] = ALL_CHANNELS,
    edition: Annotated[Wording | None, Reference(_("Version of the wording"), "parties.Wording")] = None,
    wording: Annotated[str, LongText(_("Wording"), max=10_000)] = "",
    source: Annotated[str, Text(_("Where"), max=300)] = "",
    by_whom: Annotated[str, Text(_("By whom"), max=200)] = "",
    address: Annotated[str, Text(_("IP address"), max=45)] = "",
) -> Consent:
    """Add an entry about what somebody allowed, took back or objected to; earlier entries stay."""
    proof = {"wording": wording, "source": source, "by_whom": by_whom, "address": address}
    values = {"party": party.pk, "purpose": purpose.pk, "state": state, "channel": channel, "at": now()}
    made: Consent = records.create(
        actor, CONSENT, {**values, **proof, "edition": edition.pk if edition is not None else None}
    )
    return made


@action(label=_("Add contact point"), icon="at-sign", event="contact_point_added", many=False)
def add_contact_point(
    actor: Actor,
    party: Party,
    *,
    kind: Annotated[str, Choice(_("Kind"), KINDS, required=True)],
    value: Annotated[str, Text(_("Address or number"), max=500, required=True)],
    label: Annotated[str, Choice(_("Use"), LABELS)] = "",
    primary: Annotated[bool, Boolean(_("Primary"))] = False,
) -> ContactPoint:
    """Add one more address, number or account."""
    values = {"party": party.pk, "kind": kind, "value": value, "label": label, "primary": primary}
    made: ContactPoint = records.create(actor, CONTACT_POINT, values)
    return made


for verb in (record_consent, add_contact_point):
    registry.add_action("party", verb)
