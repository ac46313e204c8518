"""The Django application that carries templates and static files of the look."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates and static files; no models."""

    name = "rapport.ui"
    label = "ui"
