"""`rapport check`: the declarations, the settings, the database, and that derived values equal the records."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import CommandError, CommandParser
from django.core.management.commands.check import Command as DjangoCheck
from django.db import OperationalError, connection

from rapport.platform import derived
from rapport.platform.custom import current
from rapport.platform.custom.models import DefinitionsStamp
from rapport.platform.events.models import Event
from rapport.platform.jobs.worker import load_everything


class Command(DjangoCheck):
    """Django's check, and on request the proof of what is derived from the records."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--derived", action="store_true", help="compare derived values with the records")
        parser.add_argument("--repair", action="store_true", help="and make the wrong ones anew")

    def handle(self, *app_labels: Any, **options: Any) -> None:
        super().handle(*app_labels, **options)
        for plugin in getattr(settings, "PLUGINS", ()):
            self.stdout.write(f"Plug-in {plugin}{'' if plugin.is_on else ': switched off by RAPPORT_PLUGINS_OFF'}")
        self._tell_definitions()
        if options["derived"] or options["repair"]:
            self._prove(repair=options["repair"])

    def _tell_definitions(self) -> None:
        """What of the own fields is not in use as it was defined, and why; nothing where no database is there."""
        try:
            tables = connection.introspection.table_names()
        except OperationalError:
            return
        if DefinitionsStamp._meta.db_table in tables:
            current.follow()
            for problem in current.problems():
                self.stdout.write(self.style.WARNING(problem))

    def _prove(self, *, repair: bool) -> None:
        load_everything()
        if Event._meta.db_table not in connection.introspection.table_names():
            self.stdout.write("The database is empty: run `rapport migrate`.")
            return
        wrong = 0
        for finding in derived.prove(repair=repair):
            self.stdout.write(str(finding))
            wrong += bool(finding.ids) and not finding.repaired
        if wrong and repair:
            raise CommandError("What was found beside the repaired ones needs somebody to look at it.")
        if wrong:
            raise CommandError("Some derived values deviate: `rapport check --repair` makes them anew.")
