"""Making a backup: a snapshot into sealed parts, files into the pool, the manifest; whole under its name or not there.

Everything is written into `<name>.part` and flushed; the last step is a rename. A process killed before leaves a
`.part` that nobody takes for a backup and the next one removes. Then it is read from the disk again, restored for
trial, and older ones are rotated.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

import rapport
from rapport.base import clock
from rapport.base.crash import point
from rapport.base.disk import flush_folder
from rapport.platform.backup import folder, keys, manifest, pool, rotation, trial
from rapport.platform.backup.databases import engine
from rapport.platform.backup.errors import no_room, of_the_disk
from rapport.platform.backup.folder import Backup, Part, Verified
from rapport.platform.backup.parts import Opener, hash_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.backup.databases import Taken
    from rapport.platform.backup.pool import Pooled

ROOM = 50_000_000  # beside what the database takes


@dataclass
class Made:
    """A backup just made, and what came of its trial."""

    backup: Backup
    verified: Verified
    rotated: list[str] = field(default_factory=list)


def make() -> Made:
    """Back the house up, try the backup, rotate older ones. Raises BackupError; then no half backup stays."""
    recipients = keys.recipients()
    try:
        with folder.locked():
            _need_room()
            backup, opener = _written(recipients)
            verified = trial.run(backup, opener)
            return Made(backup, verified, rotation.rotate())
    except OSError as error:
        raise of_the_disk(error, folder.root()) from error


def _need_room() -> None:
    """Twice the database where it is restored for trial, once where backups lie: packed it takes less."""
    size = engine().size()
    for place, times in ((folder.root(), 1), (Path(settings.DATA_DIR), 2)):
        needed, free = size * times + ROOM, shutil.disk_usage(place).free
        if free < needed:
            raise no_room(place, needed, free)


def _written(recipients: Sequence[str]) -> tuple[Backup, Opener]:
    began, at = clock.monotonic(), clock.now()
    name = f"{at.strftime(folder.STAMP)}-{secrets.token_hex(2)}"
    work = folder.root() / f"{name}{folder.HALF}"
    work.mkdir(mode=0o700)
    try:
        with folder.scratch() as scratch:
            taken = engine().take(work, scratch, recipients)
        point("backup.database")
        files, lost = pool.fill(taken.files, recipients, pool.known_files())
        lines = "".join(f"{one.name} {one.sealed_sha256}\n" for one in _once(files))
        folder.write_whole(work / folder.FILES, lines)
        parts = [*taken.written, manifest.write(work, taken, files, recipients)]
        listed = [*(one.part for one in parts), _list_part(work)]
        backup = Backup(
            name=name,
            made_at=at,
            version=rapport.__version__,
            vendor=engine().vendor,
            seconds=round(clock.monotonic() - began, 1),
            rows=sum(rows.number for rows in taken.rows.values()),
            tables=len(taken.rows),
            files=len(files),
            size=sum(one.size for one in listed),
            recipients=list(recipients),
            parts=listed,
            notes=_notes(taken, lost),
        )
        folder.write(work, backup)
        point("backup.written")
        work.rename(backup.folder)
        flush_folder(folder.root())
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    point("backup.named")
    return backup, Opener(file_keys={one.part.name: one.file_key for one in parts})


def _once(files: Sequence[Pooled]) -> list[Pooled]:
    return list({one.name: one for one in files}.values())


def _list_part(work: Path) -> Part:
    path = work / folder.FILES
    return Part(path.name, path.stat().st_size, hash_of(path))


def _notes(taken: Taken, lost: Sequence[str]) -> list[str]:
    if not lost:
        return []
    words = _("{n} attached files are missing or damaged in the house itself: see Settings → System check.")
    return [words.format(n=len(lost))]
