"""Bytes without a record: a transaction that was rolled back after an upload, a process killed in between. Swept daily.

Bytes come to their place before their record is committed, so only those are swept that have lain there longer than
any upload and transaction takes. A file is first moved aside, then looked at again: equal bytes that are uploaded in
this very moment lie in a new place, or come back to it.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rapport.base.clock import now
from rapport.platform.files import places
from rapport.platform.files.models import StoredFile
from rapport.platform.jobs import job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

GRACE = timedelta(hours=24)
CHUNK = 500
ASIDE = ".orphan"


@job("files.sweep", every=timedelta(days=1))
def sweep(actor: Actor, job: Run) -> int:
    """Remove stored bytes and half uploads that no record speaks of and that are older than a day."""
    oldest = now().timestamp() - GRACE.total_seconds()
    swept = 0
    for path in places.folder().glob("incoming-*"):
        swept += _remove(path, oldest)
    # Left by a sweep that was killed between moving aside and removing.
    for path in places.folder().glob(f"??/??/*{ASIDE}"):
        swept += _remove(path, oldest)
    for chunk in _chunks(oldest):
        known = set(
            StoredFile.objects.filter(sha256__in=[path.name for path in chunk]).values_list("sha256", flat=True)
        )
        swept += sum(_sweep(path, oldest) for path in chunk if path.name not in known)
    return swept


def _chunks(oldest: float) -> Iterator[list[Path]]:
    """Old files of every folder, a few hundred at a time."""
    found: list[Path] = []
    for path in places.folder().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
        if len(path.name) == 64 and _is_old(path, oldest):
            found.append(path)
        if len(found) == CHUNK:
            yield found
            found = []
    if found:
        yield found


def _sweep(path: Path, oldest: float) -> bool:
    aside = path.with_name(path.name + ASIDE)
    try:
        path.rename(aside)
    except FileNotFoundError:
        return False
    if not _is_old(aside, oldest) or StoredFile.objects.filter(sha256=path.name).exists():
        aside.replace(path)
        return False
    return _remove(aside, oldest)


def _remove(path: Path, oldest: float) -> bool:
    if not _is_old(path, oldest):
        return False
    path.unlink(missing_ok=True)
    return True


def _is_old(path: Path, oldest: float) -> bool:
    try:
        return path.stat().st_mtime < oldest
    except FileNotFoundError:
        return False
