"""Party: a person, an organisation or a household; one table, so that anybody can be customer and supplier at once.

Always: a name; a kind that never changes; a parent ("belongs to") that is not below itself, however far. E-mail and
phone shown here are the primary contact points (`in_step`); the pairs above and below stand in `closure`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now

from rapport.base.clock import today
from rapport.base.text import clean_line
from rapport.parties import choices
from rapport.parties.contact_point import further_values
from rapport.parties.household import HouseholdFields, name_household
from rapport.parties.layout import sections
from rapport.parties.organisation import OrganisationFields, name_organisation
from rapport.parties.person import NAME_PARTS, PersonFields, name_person
from rapport.platform import records
from rapport.platform.access import Actor
from rapport.platform.accounts.models import Team, User
from rapport.platform.actions import action
from rapport.platform.fields import (
    Address,
    Choice,
    Date,
    DateTime,
    Email,
    LongText,
    MultiChoice,
    Phone,
    Reference,
    ReferenceMany,
    Text,
)
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import PRESENT, Record, Steps
from rapport.platform.words import gettext_lazy as _

# What `derive` compares with, to tell a field somebody changed from one that stood there before.
TOLD = ("name", *NAME_PARTS, "language", "website", "domain", "kind", "parent_id")


class Knowledge(models.Model):
    """What we know about how to treat them: preferences, needs, how they decide. Each with its date and source."""

    preferred_channels = MultiChoice(_("Preferred channels"), choices.CHANNELS, provenance=True)
    preferred_times = MultiChoice(_("Preferred times"), choices.TIMES, provenance=True)
    time_note = Text(_("Best reached"), help=_("In words, such as: Tuesdays after 10, never on Fridays."))
    interests = Text(_("Interests"), max=1000, provenance=True, help=_("Words, separated by commas."))
    needs = LongText(_("Needs"), max=10_000, provenance=True, help=_("What they want to get done, in their words."))
    loyalty_drivers = MultiChoice(_("Stays because of"), choices.DRIVERS, provenance=True)
    buying_process = LongText(_("How they buy"), max=10_000, provenance=True)
    decision_criteria = LongText(_("Decides by"), max=10_000, provenance=True)

    class Meta:
        abstract = True


class Party(Steps, PersonFields, OrganisationFields, HouseholdFields, Knowledge, Record):
    """Anybody we deal with."""

    kind = Choice(_("Kind"), choices.KINDS, required=True, sensitivity="public")
    name = Text(_("Name"), indexed=True, sorted_as="sort_name")
    sort_name = Text(_("Sorted as"), read_only=True)
    parent: Reference[Party] = Reference(
        _("Belongs to"), "parties.Party", help=_("Main employer, parent company or household.")
    )
    lifecycle = Choice(_("Life-cycle"), choices.LIFECYCLE, default="stranger")
    kinds = MultiChoice(_("Is our"), choices.ROLES)
    rating = Choice(_("Rating"), choices.RATINGS)
    source = Choice(_("Source"), choices.SOURCES)
    source_detail = Text(_("Source in detail"))
    customer_since = Date(_("Customer since"))
    customer_until = Date(_("Customer until"))
    email = Email(_("E-mail"), indexed=True)
    phone = Phone(_("Phone"), indexed=True)
    address = Address(_("Postal address"))
    visiting_address = Address(_("Visiting address"))
    language = Choice(_("Language"), choices.LANGUAGES)
    competitors: ReferenceMany = ReferenceMany(
        _("Competitors in use"), "parties.Party", kinds=("organisation",), provenance=True
    )
    description = LongText(_("Description"), max=20_000)
    external_id = Text(_("External number"), max=80, help=_("The number in the system it came from."))
    restricted_at = DateTime(
        _("Processing restricted"), read_only=True, help=_("Since then what is held is kept and not worked with.")
    )
    restriction = Text(_("Why restricted"), max=300, read_only=True)

    parent_id: int | None
    objects: ClassVar[models.Manager[Party]] = models.Manager()
    _told: dict[str, Any]

    class Meta:
        indexes = (
            # Lists show what is not archived, so that is what these hold. With the name in it, "name contains" reads
            # the index alone until a row fits.
            models.Index(fields=["kind", "sort_name", "id", "name"], condition=PRESENT, name="party_by_name"),
            models.Index(Lower("name"), "kind", "id", condition=PRESENT, name="party_by_lower_name"),
            models.Index(fields=["kind", "updated_at", "id"], condition=PRESENT, name="party_by_change"),
            models.Index(fields=["kind", "lifecycle", "sort_name", "id"], condition=PRESENT, name="party_by_lifecycle"),
            models.Index(fields=["owner", "kind", "sort_name", "id"], condition=PRESENT, name="party_of_owner"),
            models.Index(
                fields=["kind", "sort_name", "id"], condition=models.Q(archived_at__isnull=False), name="party_archived"
            ),
            models.Index(
                fields=["restricted_at"], condition=models.Q(restricted_at__isnull=False), name="party_restricted"
            ),
            # SQLite finds nothing by the index of the constraint below, whose condition no look-up repeats.
            models.Index(fields=["external_id"], name="party_external"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="party_external_once"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="party_has_name"),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="party_not_its_own_parent"),
        )

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Party:
        party: Party = super().from_db(db, field_names, values)
        if set(TOLD) <= set(field_names):
            party.remember()
        return party

    @property
    def told(self) -> dict[str, Any]:
        """What stood in the database in the fields of TOLD; {} for a new party."""
        return getattr(self, "_told", {})

    def remember(self) -> None:
        """From now on these values count as told."""
        self._told = {key: getattr(self, key) for key in TOLD}

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_customer(self) -> bool:
        return self.lifecycle == "customer"


NAMED = {"person": name_person, "organisation": name_organisation, "household": name_household}


def settle(party: Party) -> None:
    """Derive names and domain by kind."""
    party.name = clean_line(party.name)
    naming = NAMED.get(party.kind)
    if naming is not None:
        naming(party)


def check_party(party: Party) -> None:
    """A name, a kind that stays, a parent that is not below. Raises ValidationError."""
    if not party.name:
        raise ValidationError({"name": _now("Enter a name.")})
    if party.told and party.told["kind"] != party.kind:
        raise ValidationError({"kind": _now("A record does not change between person, organisation and household.")})
    if party.parent_id is not None and party.pk is not None and party.parent_id != party.told.get("parent_id"):
        _refuse_cycle(party)
    party.remember()


def _refuse_cycle(party: Party) -> None:
    from rapport.parties.closure import PartyClosure

    below = PartyClosure.objects.filter(ancestor_id=party.pk, descendant_id=party.parent_id)
    if party.parent_id == party.pk or below.exists():
        raise ValidationError({"parent": _now("Nobody can belong to themselves or to somebody below them.")})


@action(label=_("Change life-cycle"), icon="refresh-cw", event="lifecycle_changed")
def change_lifecycle(
    actor: Actor,
    party: Party,
    *,
    lifecycle: Annotated[str, Choice(_("Life-cycle"), choices.LIFECYCLE, required=True)],
    on: Annotated[date | None, Date(_("On"))] = None,
) -> Party:
    """Move to another phase of the life-cycle; becoming a customer and ceasing to be one keep their day."""
    return _enter_phase(actor, party, lifecycle, on, event="lifecycle_changed")


@action(
    label=_("Became a customer"), icon="handshake", event="became_customer", when=lambda party: not party.is_customer
)
def become_customer(actor: Actor, party: Party, *, on: Annotated[date | None, Date(_("On"))] = None) -> Party:
    """Say that they bought: customer from this day on."""
    return _enter_phase(actor, party, "customer", on, event="became_customer")


@action(label=_("Is a former customer"), icon="log-out", event="became_former", when=lambda who: who.is_customer)
def mark_former(
    actor: Actor,
    party: Party,
    *,
    on: Annotated[date | None, Date(_("On"))] = None,
    reason: Annotated[str, Text(_("Why"), max=300)] = "",
) -> Party:
    """Say that they left: former customer from this day on."""
    return _enter_phase(actor, party, "former", on, event="became_former", reason=reason)


def _enter_phase(actor: Actor, party: Party, phase: str, on: date | None, *, event: str, reason: str = "") -> Party:
    if phase == party.lifecycle:
        return party
    values = phase_values(party, phase, on or today(actor.culture.tz))
    told: Party = records.write(actor, party, values, action="change_lifecycle", event=event, reason=reason)
    return told


def phase_values(party: Party, phase: str, day: date) -> dict[str, Any]:
    """What stands on a party that enters a phase of the life-cycle on a day."""
    values: dict[str, Any] = {"lifecycle": phase}
    if phase == "customer":
        kinds = [key for key in party.kinds if key != "customer"]
        values |= {"customer_since": party.customer_since or day, "customer_until": None, "kinds": ["customer", *kinds]}
    if phase == "former":
        values["customer_until"] = day
    return values


@action(label=_("Assign"), icon="user-check", needs="assign", event="assigned")
def assign(
    actor: Actor,
    party: Party,
    *,
    owner: Annotated[User | None, Reference(_("Owner"), "platform.User", panel=False)] = None,
    team: Annotated[Team | None, Reference(_("Team"), "platform.Team", panel=False)] = None,
) -> Party:
    """Give the record to a colleague (and, if named, a team); nobody owns it when none is named."""
    values = {"owner": owner.pk if owner else None, **({"team": team.pk} if team else {})}
    given: Party = records.write(actor, party, values, action="assign", event="assigned")
    return given


COLUMNS = ("name", "kind", "parent", "lifecycle", "email", "phone", "next_step", "owner", "updated_at")

PARTY = register(
    Object(
        key="party",
        label=_("Party"),
        plural=_("Everybody"),
        model_class=Party,
        slug="parties",
        icon="users",
        subtitle=("parent", "email"),
        columns=COLUMNS,
        sections=sections(Section(_("Name and contact"), ("kind", "name", "email", "phone", "parent"))),
        quick=("kind", "name", "email", "phone"),
        search=("name", "legal_name", "email", "phone", "domain", "external_id"),
        search_bodies=("description", "needs", "buying_process", "decision_criteria"),
        also_found_by=further_values,
        match=(("external_id",), ("email",), ("domain",), ("name",)),
        views=(
            View("all", _("Everybody")),
            View("mine", _("Mine"), "owner = me"),
            View("customers", _("Customers"), "lifecycle = customer", sort="name"),
            View("restricted", _("Restricted"), "archived and restricted_at is not empty", sort="-restricted_at"),
        ),
        actions=(become_customer, mark_former, change_lifecycle, assign),
        set_by={"lifecycle": change_lifecycle, "owner": assign},
        derive=settle,
        check=check_party,
        path="id",
        restricted="restricted_at",
        help=_("Anybody we deal with: a person, an organisation or a household."),
    )
)
