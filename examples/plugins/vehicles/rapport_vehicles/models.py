"""Every table of vehicles, gathered for Django; what reacts and what shows comes along."""

from rapport_vehicles import service as _service  # noqa: F401  # reacts to mileage
from rapport_vehicles import shown as _shown  # noqa: F401  # the card on the customer's page
from rapport_vehicles.vehicle import Vehicle

__all__ = ["Vehicle"]
