"""The application that serves streams to open pages."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
django.setup()

from rapport.platform.live.stream import Live  # noqa: E402  # needs the settings

application = Live()
