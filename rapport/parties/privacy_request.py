"""Privacy request: what somebody asked about their data, by when the law wants an answer, and what it was.

Always: it is answered within a month of its receipt, or within three where they were told so in the first one (Article
12, paragraph 3 GDPR). Anybody may write one down; only who handles privacy extends, answers or refuses one. It stays
when its person is erased, without a word of theirs, for it proves that they were answered.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now, today
from rapport.base.periods import month_add
from rapport.parties.choices import CHANNELS
from rapport.platform import records
from rapport.platform.access import Actor, system
from rapport.platform.access.keepers import require_privacy
from rapport.platform.actions import action
from rapport.platform.events.reactions import on
from rapport.platform.fields import AutoNumber, Boolean, Choice, Date, DateTime, LongText, Option, Reference, Text
from rapport.platform.guards import guard
from rapport.platform.objects import Calendar, Object, Section, Story, View, register
from rapport.platform.privacy.models import Erasure
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import own_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.parties.party import Party
    from rapport.platform.accounts.models import User
    from rapport.platform.events.models import Event

KINDS = (
    ("access", _("What is held (Article 15)")),
    ("portability", _("A copy to take along (Article 20)")),
    ("rectification", _("Put something right (Article 16)")),
    ("erasure", _("Erase (Article 17)")),
    ("restriction", _("Restrict (Article 18)")),
    ("objection", _("Object (Article 21)")),
    ("complaint", _("Complaint")),
    ("other", _("Other")),
)
STATES = (
    Option("open", _("Open"), "warn"),
    Option("answered", _("Answered"), "good"),
    Option("refused", _("Refused"), "bad"),
    Option("withdrawn", _("Taken back")),
)
ASKED = ("channel", "asker", "identified")
MONTHS, MONTHS_EXTENDED = 1, 3
ERASED = own_reason("Erased as asked for")


class PrivacyRequest(Record):
    """One request."""

    number = AutoNumber(_("Number"), pattern="P-{:04d}", start=1)
    party: Reference[Party] = Reference(_("Of"), "parties.Party", help=_("Empty for somebody unknown here."))
    kind = Choice(_("Asks for"), KINDS, required=True, default="access")
    received_on = Date(_("Received"), required=True, default=today, indexed=True)
    due_on = Date(_("Due by law"), read_only=True, indexed=True)
    channel = Choice(_("Through"), CHANNELS)
    words = LongText(_("In their words"), max=20_000, sensitivity="personal")
    asker = Text(_("Who asked"), max=200, sensitivity="personal", help=_("Where somebody asked for them."))
    identified = Boolean(_("Identity checked"))
    state = Choice(_("State"), STATES, default="open", read_only=True)
    extended_because = Text(_("Extended because"), max=500, read_only=True)
    answer = LongText(_("Answer"), max=20_000, read_only=True, sensitivity="personal")
    answered_at = DateTime(_("Answered at"), read_only=True)
    answered_by: Reference[User] = Reference(_("Answered by"), "platform.User", read_only=True, panel=False)
    receipt = Text(_("Receipt of the erasure"), max=40, read_only=True)

    party_id: int | None
    objects: ClassVar[models.Manager[PrivacyRequest]] = models.Manager()

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def is_overdue(self) -> bool:
        return bool(self.is_open and self.due_on and self.due_on < today())


def settle(request: PrivacyRequest) -> None:
    """By when the law wants an answer: the same day of the month after, of its last day where it has none."""
    request.state = request.state or "open"
    if request.received_on is not None:
        months = MONTHS_EXTENDED if request.extended_because else MONTHS
        request.due_on = month_add(request.received_on, months)


def check_request(request: PrivacyRequest) -> None:
    """Nothing is received tomorrow. Raises ValidationError."""
    if request.pk is None and request.received_on and request.received_on > today():
        raise ValidationError({"received_on": _now("This day has not come yet.")})


@guard("privacy_request.update", "privacy_request.undo", "privacy_request.archive")
def stays_as_answered(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """What was answered is proof: only words about who looks after it change afterwards."""
    if not record.is_open and set(values) - {"owner", "team", "tags"}:
        raise ValidationError(_now("This request was answered and stays as it is. Enter a new one."))


def _is_open(request: PrivacyRequest) -> bool:
    return request.is_open


Why = Annotated[str, LongText(_("Answer"), max=20_000, required=True, help=_("What they were told."))]


@action(label=_("Answered"), icon="check", event="answered", primary=True, many=False, when=_is_open)
def answer(actor: Actor, privacy_request: PrivacyRequest, *, answer: Why) -> PrivacyRequest:
    """Say that they were answered, and how."""
    return _close(actor, privacy_request, "answered", answer)


@action(label=_("Refuse"), icon="circle-x", event="refused", many=False, when=_is_open)
def refuse(actor: Actor, privacy_request: PrivacyRequest, *, answer: Why) -> PrivacyRequest:
    """Say that it was refused, and the reasons they were told."""
    return _close(actor, privacy_request, "refused", answer)


@action(label=_("They took it back"), icon="rotate-ccw", event="taken_back", many=False, when=_is_open)
def take_back(actor: Actor, privacy_request: PrivacyRequest) -> PrivacyRequest:
    """Say that they do not ask any more."""
    return _close(actor, privacy_request, "withdrawn", "")


def _can_be_extended(request: PrivacyRequest) -> bool:
    return request.is_open and not request.extended_because


@action(label=_("Extend by two months"), icon="calendar", event="extended", many=False, when=_can_be_extended)
def extend(
    actor: Actor,
    privacy_request: PrivacyRequest,
    *,
    reason: Annotated[str, Text(_("Extended because"), max=500, required=True)],
) -> PrivacyRequest:
    """Take two more months, because it is complex; they must be told why within the first one."""
    require_privacy(actor)
    if privacy_request.is_overdue:
        raise ValidationError(_now("The first month is over: it can be extended no more."))
    told: PrivacyRequest = records.write(
        actor, privacy_request, {"extended_because": reason}, action="extend", event="extended"
    )
    return told


def _close(actor: Actor, request: PrivacyRequest, state: str, words: str, **more: Any) -> PrivacyRequest:
    require_privacy(actor)
    values = {"state": state, "answer": words, "answered_at": now(), "answered_by": actor.user_id, **more}
    events = {"answered": "answered", "refused": "refused", "withdrawn": "taken_back"}
    told: PrivacyRequest = records.write(actor, request, values, action=events[state], event=events[state])
    return told


@on("party.erased")
def answered_by_erasure(event: Event) -> None:
    """An erasure answers the open requests for it; the receipt stands on them."""
    erasures = Erasure.objects.filter(object=event.object, record_id=event.record_id)
    done = erasures.order_by("-asked_at").first()
    waiting = PrivacyRequest.objects.filter(party=event.record_id, kind="erasure", state="open")
    for request in waiting if done is not None else ():
        _close(system(ERASED, "job"), request, "answered", "", receipt=str(done.uid) if done else "")


def overdue(day: date) -> Any:
    """Open requests that were due before a day."""
    return PrivacyRequest.objects.filter(state="open", due_on__lt=day, archived_at=None)


PRIVACY_REQUEST = register(
    Object(
        key="privacy_request",
        label=_("Privacy request"),
        plural=_("Privacy requests"),
        model_class=PrivacyRequest,
        slug="privacy-requests",
        icon="shield-check",
        name="number",
        subtitle=("party", "kind"),
        columns=("number", "kind", "party", "received_on", "due_on", "state", "answered_by", "receipt"),
        sections=(
            Section(_("Request"), ("number", "kind", "party", "received_on", "due_on", *ASKED)),
            Section(_("In their words"), ("words",)),
            Section(
                _("Answer"), ("state", "extended_because", "answer", "answered_at", "answered_by", "receipt", "owner")
            ),
        ),
        quick=("kind", "party", "received_on", "channel", "words"),
        search=("number",),
        sort="due_on",
        views=(
            View("open", _("Open"), "state = open", sort="due_on"),
            View("overdue", _("Overdue"), "state = open and due_on < today", sort="due_on"),
            View("all", _("All"), sort="-received_on"),
        ),
        story=Story(at="created_at", party=("party",), title="number", kind="privacy_request"),
        calendar=Calendar("due_on"),
        actions=(answer, refuse, extend, take_back),
        derive=settle,
        check=check_request,
        parents=("party",),
        path="party",
        keeps=_("It proves that they were answered in time; it stays without a word of theirs."),
        despite_restriction=True,
        help=_("What somebody asked about their data, by when the law wants an answer, and what it was."),
    )
)
