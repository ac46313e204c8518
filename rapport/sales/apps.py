"""Django's entry for sales."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Pipelines, opportunities, products."""

    name = "rapport.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"
