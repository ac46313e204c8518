"""Django's entry for the engine."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The engine: it knows no noun."""

    name = "rapport.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"
