"""Django's entry for parties."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """People, organisations and households."""

    name = "rapport.parties"
    label = "parties"
    default_auto_field = "django.db.models.BigAutoField"
