"""`rapport restore`: put a backup in the place of the database, held back and with nobody signed in."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform.backup import folder
from rapport.platform.backup.errors import BackupError
from rapport.platform.backup.parts import Opener
from rapport.platform.backup.restore import Restored, restore
from rapport.platform.jobs.worker import load_everything
from rapport.platform.management.commands.verify_backup import identity_from


class Command(BaseCommand):
    """Restore a backup while Rapport is stopped. What was there before is kept beside it."""

    help = "Put a backup in the place of the database: nothing leaves until released, erasures are done again."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", default="", help="its name or folder; the newest one when left out")
        parser.add_argument("--key", required=True, help="file with the secret key; - reads it from the standard input")
        parser.add_argument("--replace", action="store_true", help="also where the database in use is not empty")

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        try:
            opener = Opener(identity_from(options["key"], sys.stdin))
            done = restore(folder.find(options["backup"]), opener, replace=options["replace"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in _told(done):
            self.stdout.write(line)


def _told(done: Restored) -> list[str]:
    lines = [
        f"Restored {done.backup.name} ({done.backup.rows} rows) and {done.files} files in {done.seconds} s.",
        f"Nothing leaves the house: {done.waiting} messages are held. Let them leave under Settings → Outgoing.",
        f"{done.erased} people were erased again, as the ledger of erasures says.",
        f"{done.sessions} sessions and {done.tokens} tokens have ended: everybody signs in once more.",
    ]
    if done.kept:
        lines.append(f"The database before is kept as {done.kept}: remove it when you no longer need it.")
    if not done.same_ring:
        lines.append(
            "The key ring here is not the one of the backup: put its keys.json (or RAPPORT_KEY_RING) back, or what was "
            "sealed (secrets of webhooks, second factors) stays shut."
        )
    return lines
