"""Rotation: backups that need not stay are taken away, and files that no backup lists any more."""

from __future__ import annotations

import shutil

from django.conf import settings

from rapport.platform.backup import folder, pool
from rapport.platform.backup.kept import kept, parse


def rotate() -> list[str]:
    """Take away what need not stay; their names. The newest one stays, and the newest verified one, whatever is set."""
    found = folder.every()
    stay = kept((one.made_at for one in found), parse(settings.BACKUP_KEEP))
    good = [one for one in found if one.verified is not None and one.verified.is_good]
    spared = {one.name for one in (*found[:1], *good[:1])}
    gone = [one for one in found if one.made_at not in stay and one.name not in spared]
    for one in gone:
        half = one.folder.with_name(one.name + folder.HALF)
        one.folder.rename(half)  # it is no backup any more from here on, whatever happens
        shutil.rmtree(half, ignore_errors=True)
    if gone:
        pool.sweep()
    return [one.name for one in gone]
