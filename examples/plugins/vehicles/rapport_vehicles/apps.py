"""Django's entry for vehicles."""

from django.apps import AppConfig


class VehiclesConfig(AppConfig):
    """The cars of a customer's pool."""

    name = "rapport_vehicles"
    label = "vehicles"
    default_auto_field = "django.db.models.BigAutoField"
