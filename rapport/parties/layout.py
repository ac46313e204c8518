"""What the three kinds of party show alike: the fields they share and the groups every page of theirs ends with."""

from rapport.platform.objects import Section
from rapport.platform.words import gettext_lazy as _

SHARED = (
    "kind",
    "name",
    "sort_name",
    "parent",
    "lifecycle",
    "kinds",
    "rating",
    "source",
    "source_detail",
    "customer_since",
    "customer_until",
    "email",
    "phone",
    "address",
    "visiting_address",
    "language",
    "competitors",
    "description",
    "external_id",
    "next_step",
    "next_step_at",
    "preferred_channels",
    "preferred_times",
    "time_note",
    "interests",
    "needs",
    "loyalty_drivers",
    "buying_process",
    "decision_criteria",
    "restricted_at",
    "restriction",
)
RESTRICTED = ("restricted_at", "restriction")


def sections(*first: Section) -> tuple[Section, ...]:
    """The groups of fields: those of the kind, then those of every party."""
    return (
        *first,
        Section(_("Standing"), ("lifecycle", "kinds", "rating", "owner", "team", "customer_since", "customer_until")),
        Section(_("Preferences"), ("language", "preferred_channels", "preferred_times", "time_note", "interests")),
        Section(
            _("Needs and decisions"),
            ("needs", "loyalty_drivers", "buying_process", "decision_criteria", "competitors"),
        ),
        Section(_("Addresses"), ("address", "visiting_address"), open=False),
        Section(_("More"), ("description", "source", "source_detail", "external_id", "tags", *RESTRICTED), open=False),
    )
