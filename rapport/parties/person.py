"""What a person has: the parts of the name, how to address them, work, birthday, demographics.

The display name follows the parts, in the order of the person's own culture. A name given in one piece is read into
parts (`base.person_name`, which loses no word); parts given beside it win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base import person_name
from rapport.base.person_name import PersonName
from rapport.parties.choices import ADDRESSING, EDUCATION, GENDERS, INCOME, MARITAL
from rapport.parties.layout import SHARED, sections
from rapport.platform.fields import Choice, Date, Number, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.words import gettext_lazy as _
from rapport.platform.words import said

if TYPE_CHECKING:
    from rapport.parties.party import Party

NAME_PARTS = ("prefix", "given", "middle", "family", "suffix")


LONGEST = {"prefix": 60, "given": 100, "middle": 100, "family": 120, "suffix": 60}


class PersonFields(models.Model):
    """The columns only persons use."""

    prefix = Text(_("Title"), max=LONGEST["prefix"], help=_("Forms of address and titles before the name, such as Dr."))
    given = Text(_("Given name"), max=LONGEST["given"])
    middle = Text(_("Middle names"), max=LONGEST["middle"])
    family = Text(_("Family name"), max=LONGEST["family"])
    suffix = Text(_("Suffix"), max=LONGEST["suffix"])
    nickname = Text(_("Called"), max=60)
    salutation = Text(_("Salutation"), max=120, help=_("How a letter begins, when it is not the usual form."))
    addressing = Choice(_("Addressed"), ADDRESSING)
    job_title = Text(_("Job title"), max=120, provenance=True)
    department = Text(_("Department"), max=120)
    birthday = Date(_("Birthday"), sensitivity="personal", provenance=True)
    gender = Choice(_("Gender"), GENDERS, sensitivity="sensitive", provenance=True)
    marital_status = Choice(_("Marital status"), MARITAL, sensitivity="sensitive", provenance=True)
    education = Choice(_("Education"), EDUCATION, sensitivity="personal", provenance=True)
    occupation = Text(_("Occupation"), max=120, sensitivity="personal", provenance=True)
    children = Number(_("Children"), min=0, max=50, sensitivity="sensitive", provenance=True)
    income_band = Choice(_("Yearly income"), INCOME, sensitivity="sensitive", provenance=True)

    class Meta:
        abstract = True


PERSON_FIELDS = tuple(PersonFields._own_fields)  # type: ignore[attr-defined]  # filled by Field.contribute_to_class


def name_person(person: Party) -> None:
    """Parts from a newly given full name, else the full name from the parts. Raises ValidationError for no name."""
    given = {part for part in NAME_PARTS if getattr(person, part) != person.told.get(part, "")}
    renamed = bool(person.name) and person.name != person.told.get("name", "")
    if renamed and not {"given", "family"} <= given:
        _read_name(person, keep=given)
    parts = PersonName(*(getattr(person, part) for part in NAME_PARTS))
    person.name = parts.full(person.language or "en")[:200]
    person.sort_name = parts.sort_key[:200]


def _read_name(person: Party, *, keep: set[str]) -> None:
    """Parts of the full name; a part the same write gives beside it stays as given."""
    try:
        found = person_name.parse(person.name)
    except ValueError as error:
        raise ValidationError({"name": said(error)}) from error
    for part in NAME_PARTS:
        if part not in keep:
            setattr(person, part, getattr(found, part))
        if len(getattr(person, part)) > LONGEST[part]:
            raise ValidationError({"name": _now("A part of this name is too long to be kept.")})


PERSON = register(
    Object(
        key="person",
        label=_("Person"),
        plural=_("People"),
        of="party",
        where={"kind": "person"},
        slug="people",
        icon="user",
        subtitle=("job_title", "parent", "email"),
        only=(*PERSON_FIELDS, *SHARED),
        columns=("name", "parent", "job_title", "email", "phone", "lifecycle", "owner"),
        sections=sections(
            Section(_("Contact"), ("email", "phone", "parent", "job_title", "department")),
            Section(
                _("Name"),
                ("prefix", "given", "middle", "family", "suffix", "nickname", "addressing", "salutation"),
                open=False,
            ),
            Section(
                _("Personal"),
                ("birthday", "gender", "marital_status", "children", "education", "occupation", "income_band"),
                open=False,
            ),
        ),
        quick=("name", "email", "phone", "parent", "job_title"),
        search=("name", "nickname", "email", "phone", "job_title", "external_id"),
        match=(("external_id",), ("email",), ("name", "parent")),
        views=(
            View("all", _("All people"), sort="sort_name"),
            View("mine", _("Mine"), "owner = me", sort="sort_name"),
            View("customers", _("Customers"), "lifecycle = customer", sort="sort_name"),
            View("no_step", _("Customers without next step"), "lifecycle = customer and next_step_at is empty"),
            View("recent", _("Lately changed"), "updated_at in last 7 days", sort="-updated_at"),
        ),
        navigation=10,
        letter="p",
        help=_("A human being: a customer of our own, or somebody at a firm or in a household."),
    )
)
