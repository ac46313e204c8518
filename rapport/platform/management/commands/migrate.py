"""`rapport migrate`: bring the tables to this version, then add what a working house needs and lacks (roles, a
pipeline).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from rapport.platform import upgrading
from rapport.platform.audit import guard
from rapport.platform.install import install


class Command(Migrate):
    """Django's own command, followed by the installers."""

    def handle(self, *args: Any, **options: Any) -> None:
        if words := upgrading.newer(MigrationLoader(connection, ignore_no_migrations=True)):
            raise CommandError(words)
        super().handle(*args, **options)
        # A partial run (one app, a target, only a plan) leaves tables the installers may not find. Tests begin empty.
        if (
            settings.INSTALL_AFTER_MIGRATE
            and not options.get("app_label")
            and not options.get("plan")
            and not options.get("check_unapplied")
        ):
            guard.install()  # a table that was made anew on SQLite has lost its triggers
            install()
