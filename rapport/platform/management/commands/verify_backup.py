"""`rapport verify-backup`: restore a backup for trial, and compare it with what it should hold."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform.backup import folder, keys, trial
from rapport.platform.backup.errors import BackupError
from rapport.platform.backup.parts import Opener

if TYPE_CHECKING:
    from typing import TextIO


class Command(BaseCommand):
    """Verify one backup. Ends with 1 when it is not good."""

    help = "Restore a backup for trial, compare every table and file with what it should hold, and say so in one line."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", nargs="?", default="", help="its name or folder; the newest one when left out")
        parser.add_argument("--key", default="", help="file with the secret key; - reads it from the standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup = folder.find(options["backup"])
            if not options["key"]:
                self._without(backup)
                return
            opener = Opener(identity_from(options["key"], sys.stdin))
            with folder.locked():
                verified = trial.run(backup, opener)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        if verified.problems:
            raise CommandError("\n".join([f"{backup.name} is not good:", *verified.problems]))
        self.stdout.write(f"{backup.name} is good: {backup.rows} rows in {backup.tables} tables, {backup.files} files.")

    def _without(self, backup: folder.Backup) -> None:
        if lines := trial.on_the_disk(backup):
            raise CommandError("\n".join([f"{backup.name} is not good:", *lines]))
        self.stdout.write(
            f"{backup.name} lies whole on the disk. Only with --key can it be restored for trial; "
            f"{'it was, right after it was made.' if backup.verified else 'it never was.'}"
        )


def identity_from(given: str, stdin: TextIO) -> str:
    """The secret key of a file, or of the standard input. Raises CommandError, BackupError."""
    try:
        return keys.read_identity(stdin.read() if given == "-" else Path(given).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The key file {given} cannot be read: {error}") from error
