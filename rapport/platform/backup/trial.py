"""A trial: the backup is read from the disk, restored beside the house, and compared with what it should hold.

Right after a backup was made this needs no secret key: the keys of its parts are still in memory. Later it does;
without it only the wholeness of what lies on the disk can be told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.platform import invariants
from rapport.platform.backup import folder, manifest, parts, pool
from rapport.platform.backup.databases import engine, standing_in
from rapport.platform.backup.errors import BackupError, Damaged
from rapport.platform.backup.folder import Verified

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.backup.folder import Backup
    from rapport.platform.backup.parts import Opener


def run(backup: Backup, opener: Opener) -> Verified:
    """Restore it for trial and keep what came of that beside it. Raises BackupError for another's key."""
    began = clock.monotonic()
    problems, notes = on_the_disk(backup), list[str]()
    if not problems:
        try:
            problems, notes = _restored(backup, opener)
        except (Damaged, DatabaseError) as error:
            problems = [str(error).strip()]
    verified = Verified(clock.now(), round(clock.monotonic() - began, 1), problems, notes)
    folder.write_verified(backup.folder, verified)
    return verified


def on_the_disk(backup: Backup) -> list[str]:
    """Parts and files that are not what was written."""
    lines = [
        _("{name} is missing or was changed.").format(name=part.name)
        for part in backup.parts
        if parts.hash_of(backup.folder / part.name) != part.sha256
    ]
    if lines:
        return lines
    broken = pool.damaged(backup.folder)
    words = _("{n} sealed files are missing or were changed; the next backup writes them anew.")
    return [words.format(n=len(broken))] if broken else []


def _restored(backup: Backup, opener: Opener) -> tuple[list[str], list[str]]:
    if backup.vendor != engine().vendor:
        raise BackupError(_("This is a backup of another kind of database: {name}.").format(name=backup.vendor))
    told = manifest.read(backup.folder, opener)
    with folder.scratch() as scratch, engine().restored(backup.folder, told, opener, scratch) as database:
        problems = engine().broken(database) or manifest.differences(told["rows"], engine().rows(database))
        with standing_in(database):
            return problems, [] if problems or _is_older(told) else _untrue()


def _is_older(told: Mapping[str, Any]) -> bool:
    """A backup made before an upgrade: what must be true of this version cannot be asked of an older one."""
    return not set(MigrationLoader(None).disk_migrations) <= {(app, name) for app, name in told["migrations"]}


def _untrue() -> list[str]:
    """What the invariants of a house say about the database at hand."""
    asked = [one for one in invariants.every() if not one.beside]
    found = [one for one in invariants.run(asked) if one.number]
    return [f"{one.invariant.says} ({one.number}: {', '.join(one.examples)})" for one in found]
