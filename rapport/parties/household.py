"""What a household has. Its members are persons that belong to it, or are joined to it by relationships."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from rapport.base.text import fold
from rapport.parties.layout import SHARED, sections
from rapport.platform.fields import Choice, Number
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.parties.party import Party

DWELLINGS = (("house", _("House")), ("flat", _("Flat")), ("farm", _("Farm")), ("shared", _("Shared or home")))


class HouseholdFields(models.Model):
    """The columns only households use."""

    household_size = Number(_("People in the household"), min=1, max=100, sensitivity="personal", provenance=True)
    dwelling = Choice(_("Lives in"), DWELLINGS, sensitivity="personal", provenance=True)

    class Meta:
        abstract = True


HOUSEHOLD_FIELDS = tuple(HouseholdFields._own_fields)  # type: ignore[attr-defined]  # see person.PERSON_FIELDS


def name_household(household: Party) -> None:
    """The name households are sorted by."""
    household.sort_name = fold(household.name)[:200]


HOUSEHOLD = register(
    Object(
        key="household",
        label=_("Household"),
        plural=_("Households"),
        of="party",
        where={"kind": "household"},
        slug="households",
        icon="house",
        subtitle=("address",),
        only=(*HOUSEHOLD_FIELDS, *SHARED),
        columns=("name", "lifecycle", "email", "phone", "next_step", "owner", "updated_at"),
        sections=sections(Section(_("Contact"), ("email", "phone", "parent", "household_size", "dwelling"))),
        quick=("name", "phone", "address"),
        search=("name", "email", "phone", "external_id"),
        match=(("external_id",), ("email",), ("name",)),
        views=(
            View("all", _("All households"), sort="sort_name"),
            View("mine", _("Mine"), "owner = me", sort="sort_name"),
        ),
        navigation=25,
        letter="h",
        help=_("People who live and decide together."),
    )
)
