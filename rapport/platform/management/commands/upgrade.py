"""`rapport upgrade`: look, back up, hold, migrate. Says what was done, and refuses before anything is touched."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform import upgrading
from rapport.platform.backup.errors import BackupError


class Command(BaseCommand):
    """Bring the database to this version, with a verified backup before."""

    help = "Bring the database to this version: pre-flight checks, a verified backup, then the migrations."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only look: what would be done, and what forbids it")
        parser.add_argument("--without-backup", action="store_true", help="you have made a backup by other means")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = upgrading.plan()
            for name in found.pending:
                self.stdout.write(f"to do: {name}")
            if options["check"]:
                self.stdout.write(f"{len(found.pending)} migrations are to be done; nothing forbids it.")
                return
            made = upgrading.upgrade(found, without_backup=options["without_backup"])
        except (upgrading.Refused, BackupError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if made is not None:
            self.stdout.write(f"Backed up before as {made.backup.folder}, restored for trial and found good.")
        done = f"{len(found.pending)} migrations done." if found.pending else "The database is of this version already."
        self.stdout.write(done)
