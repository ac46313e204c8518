"""Django's entry for interactions."""

from django.apps import AppConfig


class InteractionsConfig(AppConfig):
    """Contacts and tasks."""

    name = "rapport.interactions"
    label = "interactions"
    default_auto_field = "django.db.models.BigAutoField"
