"""Contact point: one address, number or account at which a party can be reached, with its state and good times.

Always: the value stands in normal form and once per party and kind. One point per kind is primary and shows on the
party's record; `in_step` keeps the two equal both ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base import email_address, phone
from rapport.base.errors import InputError
from rapport.base.text import clean_text
from rapport.parties.choices import TIMES
from rapport.parties.consequence import chunks
from rapport.platform import culture, records
from rapport.platform.access import Actor  # actions read their hints at run time
from rapport.platform.actions import action
from rapport.platform.fields import Boolean, Choice, MultiChoice, Option, Reference, Text, Url
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.parties.party import Party

KINDS = (
    ("email", _("E-mail")),
    ("phone", _("Phone")),
    ("fax", _("Fax")),
    ("web", _("Web or social")),
    ("messenger", _("Messenger")),
    ("postal", _("Postal address")),
)
LABELS = (
    ("work", _("Work")),
    ("home", _("Home")),
    ("mobile", _("Mobile")),
    ("billing", _("Billing")),
    ("delivery", _("Delivery")),
    ("holiday", _("Holiday")),
    ("other", _("Other")),
)
STATES = (
    Option("active", _("Active"), "good"),
    Option("bounced", _("Bounced"), "warn"),
    Option("wrong", _("Wrong"), "bad"),
    Option("opted_out", _("Does not want to be reached here"), "bad"),
)


class ContactPoint(Record):
    """One way to reach a party."""

    party: Reference[Party] = Reference(_("Of"), "parties.Party", required=True)
    kind = Choice(_("Kind"), KINDS, required=True)
    value = Text(_("Address or number"), max=500, required=True, indexed=True, sensitivity="personal")
    label = Choice(_("Use"), LABELS)
    primary = Boolean(_("Primary"), help=_("Shown on the record; one per kind."))
    state = Choice(_("State"), STATES, default="active")
    preferred_times = MultiChoice(_("Good times"), TIMES)
    note = Text(_("Note"))

    party_id: int | None
    objects: ClassVar[models.Manager[ContactPoint]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["party", "kind", "value"], name="contact_point_once"),)
        indexes = (models.Index(fields=["kind", "value"], name="contact_point_by_value"),)

    @property
    def usable(self) -> bool:
        """Whether one should still try it."""
        return self.state == "active" and not self.is_archived


def normalise(point: ContactPoint) -> None:
    """The value in the one form in which it is stored and looked up. Raises ValidationError on `value`."""
    try:
        point.value = normal_value(point.kind, point.value)
    except InputError as error:
        raise ValidationError({"value": said(error)}) from error
    except ValidationError as error:
        raise ValidationError({"value": error.messages}) from error
    if not point.value:
        raise ValidationError({"value": _now("Enter an address or a number.")})


def normal_value(kind: str, value: str) -> str:
    """E-mail in lower case, numbers as E.164 read in the reader's region, web with scheme, the rest without excess."""
    if kind == "email":
        return str(email_address.parse(value))
    if kind in {"phone", "fax"}:
        return str(phone.parse(value, culture.current().region))
    if kind == "web" and not value.startswith("@"):
        return Url("").clean(value) or ""
    return ", ".join(line.strip() for line in clean_text(value).splitlines() if line.strip())


def further_values(party_ids: Sequence[int]) -> dict[int, list[str]]:
    """Addresses and numbers of parties that do not stand on their records; what else they are found by."""
    found: dict[int, list[str]] = {}
    for ids in chunks(party_ids):
        rows = ContactPoint.objects.filter(party_id__in=ids, primary=False, archived_at=None)
        for party_id, value in rows.values_list("party_id", "value"):
            found.setdefault(party_id or 0, []).append(value)
    return found


@action(
    label=_("Make primary"), icon="star", event="made_primary", when=lambda point: not point.primary and point.usable
)
def make_primary(actor: Actor, contact_point: ContactPoint) -> ContactPoint:
    """Show this one on the record; the one shown so far stays as a further one."""
    done: ContactPoint = records.write(
        actor, contact_point, {"primary": True}, action="make_primary", event="made_primary"
    )
    return done


CONTACT_POINT = register(
    Object(
        key="contact_point",
        label=_("Contact point"),
        plural=_("Contact points"),
        model_class=ContactPoint,
        slug="contact-points",
        icon="at-sign",
        name="value",
        subtitle=("kind", "label", "party"),
        columns=("value", "kind", "label", "primary", "state", "party"),
        sections=(
            Section(_("Reach"), ("party", "kind", "value", "label", "primary", "state", "preferred_times", "note")),
        ),
        quick=("party", "kind", "value", "label"),
        match=(("party", "kind", "value"),),
        sort="-primary",
        views=(
            View("all", _("All")),
            View("bounced", _("Bounced or wrong"), "state = bounced or state = wrong"),
        ),
        actions=(make_primary,),
        derive=normalise,
        parents=("party",),
        path="party",
        help=_("One address, number or account at which somebody can be reached."),
    )
)
