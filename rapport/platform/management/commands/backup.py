"""`rapport backup`: back the house up now, list backups, make a key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform.backup import folder, keys, make, restore
from rapport.platform.backup.errors import BackupError
from rapport.platform.sealing import keyring

RING = (
    "The key ring ({ring}) is not inside, so that a backup alone opens nothing that is sealed. Keep a copy of it, and "
    "the secret key of the backups, apart from the backups: without them they cannot be used."
)


class Command(BaseCommand):
    """Back up the database and the files while Rapport runs; the backup is restored for trial at once."""

    help = "Back up the database and the files, restore the backup for trial, list backups, make a key for them."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="make a key; its secret half is shown once")
        parser.add_argument("--list", action="store_true", help="which backups there are, and which were verified")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["new_key"]:
                self._new_key()
            elif options["list"]:
                self._list()
            else:
                self._make()
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _new_key(self) -> None:
        public, secret = keys.make()
        self.stdout.write(f"# Rapport: opens backups sealed for {public}\n{secret}")
        self.stderr.write("Keep the line above apart from this machine. It is not kept here and not shown again.")

    def _list(self) -> None:
        for one in folder.every():
            seen = one.verified
            said = "not verified" if seen is None else "verified" if seen.is_good else "DAMAGED"
            self.stdout.write(
                f"{one.name}  {one.size / 1e6:>9.1f} MB  {one.rows:>10} rows  {one.files:>6} files  {said}"
            )

    def _make(self) -> None:
        made = make.make()
        restore.keep_ledger()
        for note in (*made.backup.notes, *made.verified.notes):
            self.stderr.write(self.style.WARNING(note))
        if made.verified.problems:
            raise CommandError("\n".join([f"{made.backup.name} is not good:", *made.verified.problems]))
        one = made.backup
        self.stdout.write(
            f"{one.folder}: {one.rows} rows in {one.tables} tables, {one.files} files, {one.size / 1e6:.1f} MB, made "
            f"in {one.seconds} s; restored for trial in {made.verified.seconds} s and found good."
        )
        self.stdout.write(RING.format(ring="RAPPORT_KEY_RING" if keyring.is_in_environment() else keyring.place()))
