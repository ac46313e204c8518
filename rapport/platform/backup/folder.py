"""Where backups lie, and what each says about itself without being opened.

<RAPPORT_BACKUP_DIR>/20261128-023000-3f2a/    one backup: appears under this name when it is whole, by a rename
    backup.json        what it is made of, with the SHA-256 of each part; nothing about customers
    *.age              its parts, sealed
    files.list         which files of the pool belong to it
    verified.json      when it was restored for trial, and what came of that
<RAPPORT_BACKUP_DIR>/files/ab/<name>.age      the pool: attached files, each sealed once, shared by all backups
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.base.disk import flush_folder
from rapport.platform.backup.errors import BackupError, busy, torn

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
ABOUT, FILES, VERIFIED = "backup.json", "files.list", "verified.json"
HALF = ".part"
STAMP = "%Y%m%d-%H%M%S"


@dataclass(frozen=True)
class Part:
    """One sealed file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Verified:
    """What came of a restore for trial: `problems` is empty when it is what was backed up. `notes` are about the house
    itself: a faithful backup of something untrue is a good backup."""

    at: datetime
    seconds: float
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class Backup:
    """A whole backup, as `backup.json` tells of it. `notes` say what the house lacked when it was made."""

    name: str
    made_at: datetime
    version: str
    vendor: str
    seconds: float
    rows: int
    tables: int
    files: int
    size: int
    recipients: list[str]
    parts: list[Part]
    notes: list[str]
    format: int = FORMAT

    @property
    def folder(self) -> Path:
        return root() / self.name

    @property
    def verified(self) -> Verified | None:
        return read_verified(self.folder)


def root() -> Path:
    return Path(settings.BACKUP_DIR)


def pool() -> Path:
    return root() / "files"


def every() -> list[Backup]:
    """Every whole backup, the newest first; what cannot be read is none."""
    found = []
    for path in sorted(root().glob(f"*/{ABOUT}"), reverse=True):
        if not path.parent.name.endswith(HALF):
            try:
                found.append(read(path.parent))
            except BackupError:
                continue
    return found


def latest_verified() -> Backup | None:
    """The newest backup that was restored for trial and found good."""
    return next((one for one in every() if one.verified is not None and one.verified.is_good), None)


def find(name: str) -> Backup:
    """A backup by its name or its path; "" means the newest. Raises BackupError."""
    if not name:
        newest = next(iter(every()), None)
        if newest is None:
            raise BackupError(_("There is no backup in {folder}.").format(folder=root()))
        return newest
    path = Path(name)
    return read(path if path.is_dir() else root() / path.name)


def read(folder: Path) -> Backup:
    """What a folder holds. Raises BackupError for no backup, or one of a later format."""
    try:
        told: dict[str, Any] = json.loads((folder / ABOUT).read_text())
        if told["format"] > FORMAT:
            words = _("{folder} was made by a newer version of Rapport ({version}). Use that one.")
            raise BackupError(words.format(folder=folder, version=told["version"]))
        told["parts"] = [Part(**one) for one in told["parts"]]
        told["made_at"] = datetime.fromisoformat(told["made_at"])
        return Backup(**told)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise torn(str(folder)) from error


def write(folder: Path, backup: Backup) -> None:
    write_whole(folder / ABOUT, json.dumps(asdict(backup), default=_iso, indent=1))


def read_verified(folder: Path) -> Verified | None:
    try:
        told = json.loads((folder / VERIFIED).read_text())
        return Verified(
            datetime.fromisoformat(told["at"]), float(told["seconds"]), list(told["problems"]), told["notes"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_verified(folder: Path, verified: Verified) -> None:
    write_whole(folder / VERIFIED, json.dumps(asdict(verified), default=_iso))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def write_whole(path: Path, text: str) -> None:
    """Written beside, flushed, moved into place."""
    made = path.with_name(path.name + HALF)
    with made.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)
    flush_folder(path.parent)


@contextmanager
def locked() -> Iterator[None]:
    """One at a time, over all processes of the machine; what a killed one left is taken away. Raises BackupError."""
    root().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (root() / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise busy() from error
        _sweep()
        yield


def _sweep() -> None:
    for left in (*root().glob(f"*{HALF}"), *scratch_folder().glob("*")):
        shutil.rmtree(left, ignore_errors=True)
    for left in pool().glob(f"*/*{HALF}"):
        left.unlink(missing_ok=True)


def scratch_folder() -> Path:
    """Where a database stands in the open for a while: in the data folder, guarded as the database itself."""
    return Path(settings.DATA_DIR) / "scratch"


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards; a killed process's is taken away by the next one."""
    path = scratch_folder() / clock.now().strftime(STAMP)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
