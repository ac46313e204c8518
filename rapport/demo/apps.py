"""Django's entry for the demonstration; it brings a command and no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The story of one company."""

    name = "rapport.demo"
    label = "demo"
