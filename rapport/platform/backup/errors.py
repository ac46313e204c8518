"""What can go wrong with a backup, said as one can act on it. Shown on the page and on the command line."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from pathlib import Path


class BackupError(Exception):
    """Says what happened, what was kept and what to do."""


class Damaged(BackupError):
    """A backup that is not what was written."""


def no_key() -> BackupError:
    return BackupError(
        _("There is no key for backups yet: make one under Settings → Backups or with “rapport backup --new-key”.")
    )


def busy() -> BackupError:
    return BackupError(_("Another backup is being made, verified or restored. This one was not begun."))


def wrong_key() -> BackupError:
    return BackupError(_("This backup was not sealed for the key that was given. Nothing was changed."))


def torn(name: str) -> Damaged:
    return Damaged(_("{name} is damaged: it was cut short or changed. Take another backup.").format(name=name))


def no_room(folder: Path, needed: int, free: int) -> BackupError:
    words = _("There is too little room in {folder}: {needed} MB are needed, {free} MB are free. Nothing was written.")
    return BackupError(words.format(folder=folder, needed=needed // 1_000_000 + 1, free=free // 1_000_000))


def of_the_disk(error: OSError, folder: Path) -> BackupError:
    """A fault of the disk in words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        words = _("The disk is full: {folder}. The unfinished backup was taken away; earlier ones are untouched.")
        return BackupError(words.format(folder=folder))
    return BackupError(
        _("{folder} cannot be used: {why}. No backup was made.").format(folder=folder, why=error.strerror or error)
    )
