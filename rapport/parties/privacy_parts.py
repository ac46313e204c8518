"""What the privacy page of a party says: what they allow, on any day, and what they asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _now

from rapport.parties.consent import EVERY_CHANNEL
from rapport.parties.privacy_request import PRIVACY_REQUEST, PrivacyRequest
from rapport.parties.purpose import BASES, Purpose
from rapport.parties.standing import Standing, all_of
from rapport.platform import culture
from rapport.platform.access import visible
from rapport.platform.fields import Ref
from rapport.platform.panels import Chip, Line
from rapport.platform.privacy import about
from rapport.platform.privacy.processing import tables
from rapport.platform.words import gettext_lazy as _
from rapport.ui import formats

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.parties.party import Party
    from rapport.platform.access import Actor

MOST = 100
CHANNELS = dict(EVERY_CHANNEL)


@about.part("consents", label=_("What they allow"), order=10, empty=_("No purpose is in use."), dated=True)
def consents(actor: Actor, party: Party, at: datetime | None) -> list[Line]:
    """For each purpose and channel somebody spoke of: whether it is allowed, by which basis and which entry."""
    return [_line(one) for one in all_of(party.pk, at=at)]


def _line(one: Standing) -> Line:
    words = [str(CHANNELS.get(one.channel, one.channel)), str(dict(BASES).get(one.purpose.basis, ""))]
    if one.entry is not None:
        words += [formats.moment(one.entry.at) if one.entry.at else "", one.entry.source]
    chip = Chip(_now("allowed"), "good") if one.is_allowed else Chip(_now("not allowed"), "bad", one.reason)
    ref = Ref("consent", one.entry.pk) if one.entry is not None else None
    return Line(one.purpose.name, ref, note=" · ".join(word for word in words if word), chip=chip)


@about.part("requests", label=_("What they asked for"), order=20, empty=_("They asked for nothing yet."))
def requests(actor: Actor, party: Party, at: datetime | None) -> list[Line]:
    """Their requests, newest first, with the day the law wants an answer by."""
    rows = visible(actor, PRIVACY_REQUEST).filter(party=party.pk, archived_at=None).order_by("-received_on", "-pk")
    return [_request(one) for one in rows[:MOST]]


def _request(one: PrivacyRequest) -> Line:
    reading = culture.current()
    kind, state = (PRIVACY_REQUEST.field(key).format(getattr(one, key), reading) for key in ("kind", "state"))
    due = _now("due {day}").format(day=formats.date_text(one.due_on)) if one.is_open and one.due_on else ""
    chip = Chip(_now("overdue"), "bad") if one.is_overdue else Chip(state, "warn" if one.is_open else "good")
    return Line(f"{one.number} {kind}", Ref("privacy_request", one.pk), note=due, chip=chip)


@tables.table("purposes", label=_("Purposes"), order=20)
def purposes() -> tuple[tables.Row, list[tables.Row]]:
    """For the record of processing."""
    head = (_now("Purpose"), _now("Lawful basis"), _now("What for"), _now("Why it may be so"))
    rows = Purpose.objects.filter(archived_at=None, in_use=True).order_by("name")
    return head, [(one.name, str(dict(BASES).get(one.basis, "")), one.description, one.weighing) for one in rows]


about.keep_list("privacy_request", "open")
about.keep_list("purpose")
about.keep_list("wording")
about.keep_list("consent", "current")
