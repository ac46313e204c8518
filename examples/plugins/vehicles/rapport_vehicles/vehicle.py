"""Vehicle: one car of a customer's pool.

Always: a number plate stands once; the mileage never runs backwards.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.parties.party import Party
from rapport.platform import records
from rapport.platform.access import Actor
from rapport.platform.actions import action
from rapport.platform.fields import Choice, Date, Number, Option, Reference, Text
from rapport.platform.objects import Object, Section, View, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

STATES = (
    Option("running", _("In use"), "good"),
    Option("workshop", _("In the workshop"), "warn"),
    Option("gone", _("Given back")),
)


class Vehicle(Record):
    """One car."""

    plate = Text(_("Number plate"), max=20, required=True, unique=True)
    make = Text(_("Make and model"), max=120)
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party", required=True)
    state = Choice(_("State"), STATES, default="running")
    mileage = Number(_("Mileage"), min=0, help=_("In kilometres, as last read."))
    service_at = Number(_("Next service at"), min=0, help=_("In kilometres."))
    inspection_on = Date(_("Inspection due"), indexed=True)

    customer_id: int
    objects: ClassVar[models.Manager[Vehicle]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["plate"], name="vehicle_plate_once"),)

    @property
    def needs_service(self) -> bool:
        """Whether it has run the kilometres after which it goes to the workshop."""
        if self.state == "gone" or self.mileage is None or self.service_at is None:
            return False
        return self.mileage >= self.service_at


@action(label=_("Note the mileage"), icon="trending-up", event="driven", primary=True)
def note_mileage(
    actor: Actor, vehicle: Vehicle, *, mileage: Annotated[int, Number(_("Mileage"), min=0, required=True)]
) -> Vehicle:
    """Keep what the clock shows now."""
    if vehicle.mileage is not None and mileage < vehicle.mileage:
        raise ValidationError({"mileage": _now("The clock showed %(km)s km already.") % {"km": vehicle.mileage}})
    noted: Vehicle = records.write(actor, vehicle, {"mileage": mileage}, action="note_mileage", event="driven")
    return noted


VEHICLE = register(
    Object(
        key="vehicle",
        label=_("Vehicle"),
        plural=_("Vehicles"),
        model_class=Vehicle,
        icon="truck",
        name="plate",
        subtitle=("make", "customer"),
        columns=("plate", "make", "customer", "state", "mileage", "inspection_on", "owner"),
        sections=(
            Section(_("Vehicle"), ("plate", "make", "customer", "state")),
            Section(_("Care"), ("mileage", "service_at", "inspection_on")),
        ),
        quick=("plate", "make", "customer"),
        search=("plate", "make"),
        match=(("plate",),),
        sort="plate",
        views=(
            View("running", _("In use"), "state = running"),
            View("soon", _("Inspection soon"), "inspection_on < in 60 days", sort="inspection_on"),
            View("all", _("All")),
        ),
        actions=(note_mileage,),
        set_by={"mileage": note_mileage},
        path="customer",
        navigation=65,
        pages=((_("Inspections"), "/vehicles/inspections", "calendar-check"),),
        help=_("A car of a customer's pool."),
    )
)
