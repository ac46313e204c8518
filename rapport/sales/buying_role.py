"""Buying role: a person's part in a customer's decision, with what they decide by. The buying committee of a deal.

Criteria change on the way; every change is an Event, so what somebody wanted in spring is still known in autumn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from rapport.platform.fields import Choice, LongText, Option, Reference
from rapport.platform.objects import Object, Section, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from rapport.parties.party import Party
    from rapport.sales.opportunity import Opportunity

ROLES = (
    Option("decides", _("Decides"), "accent"),
    Option("pays", _("Pays")),
    Option("influences", _("Influences")),
    Option("uses", _("Uses it")),
    Option("buys", _("Buys")),
    Option("champion", _("Speaks for us"), "good"),
    Option("blocks", _("Speaks against us"), "bad"),
    Option("gatekeeper", _("Opens doors")),
)
STANCES = (
    Option("for", _("For us"), "good"),
    Option("neutral", _("Neutral")),
    Option("against", _("Against us"), "bad"),
    Option("unknown", _("Not known")),
)


class BuyingRole(Record):
    """One person's part in one deal."""

    opportunity: Reference[Opportunity] = Reference(_("Opportunity"), "sales.Opportunity", required=True)
    person: Reference[Party] = Reference(_("Person"), "parties.Party", required=True, kinds=("person",))
    role = Choice(_("Role"), ROLES, default="influences", required=True)
    stance = Choice(_("Stance"), STANCES, default="unknown")
    criteria = LongText(_("Decides by"), max=2_000)

    opportunity_id: int | None
    person_id: int | None
    objects: ClassVar[models.Manager[BuyingRole]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["opportunity", "person", "role"], name="buying_role_once"),)


BUYING_ROLE = register(
    Object(
        key="buying_role",
        label=_("Buying role"),
        plural=_("Buying roles"),
        model_class=BuyingRole,
        slug="buying-roles",
        icon="user-round-check",
        name="role",
        subtitle=("person",),
        columns=("person", "role", "stance", "opportunity"),
        sections=(Section(_("Part in the decision"), ("opportunity", "person", "role", "stance", "criteria")),),
        quick=("person", "role", "stance"),
        sort="-updated_at",
        parents=("opportunity",),
    )
)
