"""What must hold for vehicles. Run inside of Rapport: see docs/guides/plugins.md."""

from django.core.exceptions import ValidationError
from django.test import TestCase

from rapport.interactions.task import Task
from rapport.parties.party import Party
from rapport.platform import access, actions, records
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport_vehicles import shown
from rapport_vehicles.service import plan_service
from rapport_vehicles.vehicle import VEHICLE, Vehicle

SYSTEM = access.system("test")


class Vehicles(TestCase):
    """A firm with one car."""

    def setUp(self) -> None:
        self.firm: Party = records.create(SYSTEM, registry.get("organisation"), {"name": "Acme"})
        values = {"plate": "B-XY 12", "customer": self.firm.pk, "mileage": 14_000, "service_at": 15_000}
        self.car: Vehicle = records.create(SYSTEM, VEHICLE, values)

    def test_the_mileage_never_runs_backwards(self) -> None:
        with self.assertRaises(ValidationError):
            actions.run(SYSTEM, VEHICLE, self.car, "note_mileage", {"mileage": 13_999})
        self.car.refresh_from_db()
        self.assertEqual(self.car.mileage, 14_000)

    def test_a_car_that_has_run_its_kilometres_becomes_one_task(self) -> None:
        actions.run(SYSTEM, VEHICLE, self.car, "note_mileage", {"mileage": 15_000})
        event = Event.objects.get(kind="vehicle.driven")
        plan_service(event)
        plan_service(event)
        task = Task.objects.get()
        self.assertEqual((task.subject, task.customer_id), ("Book a service for B-XY 12", self.firm.pk))

    def test_the_customer_shows_the_pool(self) -> None:
        panel = shown.pool(SYSTEM, self.firm)
        self.assertEqual([line.text for line in panel.rows] if panel else [], ["B-XY 12"])
