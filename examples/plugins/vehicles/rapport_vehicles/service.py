"""Service: a car that has run its kilometres becomes a task for whoever looks after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.interactions.task import TASK, Task
from rapport.platform import access, records
from rapport.platform.events.reactions import on
from rapport.platform.objects import registry
from rapport_vehicles.vehicle import Vehicle

if TYPE_CHECKING:
    from rapport.platform.events.models import Event

WITHIN = timedelta(days=14)


@on("vehicle.driven")
def plan_service(event: Event) -> None:
    """Plan the service once: called again, it finds the open task and does nothing."""
    vehicle = Vehicle.objects.filter(pk=event.record_id, archived_at=None).first()
    if vehicle is None or not vehicle.needs_service:
        return
    if Task.objects.filter(about_object="vehicle", about_id=vehicle.pk, done_at=None, archived_at=None).exists():
        return
    values = {
        "subject": _("Book a service for %(plate)s") % {"plate": vehicle.plate},
        "about": registry.ref(vehicle),
        "customer": vehicle.customer_id,
        "assignee": vehicle.owner_id,
        "due_at": now() + WITHIN,
    }
    records.create(access.system("vehicles"), TASK, values)
