"""Django's entry for the engine."""

from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The engine: it knows no noun."""

    name = "rapport.platform"
    label = "platform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of declarations."""
        from rapport.platform import checks, plugins  # noqa: F401  # they register themselves
