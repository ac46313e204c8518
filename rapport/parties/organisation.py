"""What an organisation has: legal name and form, industry, size, web site and domain, registrations."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base import email_address
from rapport.base.errors import InputError
from rapport.base.similarity import company_core
from rapport.parties.choices import INDUSTRIES
from rapport.parties.layout import SHARED, sections
from rapport.platform.fields import Choice, MoneyField, Number, Text, Url
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import said

if TYPE_CHECKING:
    from rapport.parties.party import Party


class OrganisationFields(models.Model):
    """The columns only organisations use."""

    legal_name = Text(_("Legal name"))
    legal_form = Text(_("Legal form"), max=60)
    industry = Choice(_("Industry"), INDUSTRIES, provenance=True)
    industry_detail = Text(_("Trade"), max=120, help=_("What exactly they do, in their words."))
    employees = Number(_("Employees"), min=0, provenance=True)
    revenue = MoneyField(_("Yearly revenue"), indexed=True, provenance=True)
    founded = Number(_("Founded in"), min=1000, max=2999, grouping=False)
    website = Url(_("Web site"), max=400)
    domain = Text(_("Domain"), max=253, indexed=True, help=_("The firm's own domain; mail from it is recognised."))
    vat_id = Text(_("VAT number"), max=40)
    registration_number = Text(_("Registration number"), max=60)

    class Meta:
        abstract = True


ORGANISATION_FIELDS = tuple(OrganisationFields._own_fields)  # type: ignore[attr-defined]  # see person.PERSON_FIELDS


def name_organisation(organisation: Party) -> None:
    """The name firms are sorted by (without legal form), and the domain of the web site."""
    organisation.sort_name = (company_core(organisation.name) or organisation.name.casefold())[:200]
    told = organisation.told
    if organisation.website and organisation.website != told.get("website") and not organisation.domain:
        with suppress(InputError):  # an address without a domain, such as a bare IP, leaves it empty
            organisation.domain = email_address.domain_of(organisation.website)
    if organisation.domain and organisation.domain != told.get("domain"):
        organisation.domain = normal_domain(organisation.domain)


def normal_domain(text: str) -> str:
    """The domain in normal form. Raises ValidationError on the field."""
    try:
        return email_address.domain_of(text)
    except InputError as error:
        raise ValidationError({"domain": _now("This is no domain: %(why)s") % {"why": said(error)}}) from error


ORGANISATION = register(
    Object(
        key="organisation",
        label=_("Organisation"),
        plural=_("Organisations"),
        of="party",
        where={"kind": "organisation"},
        slug="organisations",
        icon="building-2",
        subtitle=("industry", "domain", "parent"),
        only=(*ORGANISATION_FIELDS, *SHARED),
        columns=("name", "industry", "lifecycle", "employees", "revenue", "next_step", "owner", "updated_at"),
        sections=sections(
            Section(_("Contact"), ("email", "phone", "website", "domain", "parent")),
            Section(
                _("Firm"),
                ("legal_name", "legal_form", "industry", "industry_detail", "employees", "revenue", "founded"),
            ),
            Section(_("Registration"), ("vat_id", "registration_number"), open=False),
        ),
        quick=("name", "industry", "email", "phone", "website"),
        search=("name", "legal_name", "email", "phone", "domain", "vat_id", "external_id"),
        match=(("external_id",), ("domain",), ("name",)),
        views=(
            View("all", _("All organisations"), sort="sort_name"),
            View("mine", _("Mine"), "owner = me", sort="sort_name"),
            View("customers", _("Customers"), "lifecycle = customer", sort="sort_name"),
            View("suppliers", _("Suppliers and partners"), "kinds = supplier or kinds = partner", sort="sort_name"),
            View("no_step", _("Customers without next step"), "lifecycle = customer and next_step_at is empty"),
        ),
        navigation=20,
        letter="o",
        help=_("A firm, an authority, a charity; it can belong to another one."),
    )
)
