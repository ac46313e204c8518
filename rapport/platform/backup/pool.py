"""The pool: attached files and files brought for import, each sealed once however many backups hold it.

A file is named by a keyed hash of its content, so that the folder does not tell which files a house has. What lies
there is never changed; what no backup lists any more goes when backups are rotated.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from rapport.base.crash import point
from rapport.base.disk import flush_folder
from rapport.platform import sealing
from rapport.platform.backup import folder, parts
from rapport.platform.backup.errors import torn
from rapport.platform.backup.parts import Opener
from rapport.platform.files import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True)
class Pooled:
    """A file in the pool: the name it has there, the hash of what lies there, its place in a house, its own hash."""

    name: str
    sealed_sha256: str
    place: str
    sha256: str

    @property
    def path(self) -> Path:
        return path_of(self.name)


def path_of(name: str) -> Path:
    return folder.pool() / name[:2] / name


def house_files() -> Path:
    return Path(settings.MEDIA_ROOT)


def fill(hashes: Iterable[str], recipients: Sequence[str], known: dict[str, str]) -> tuple[list[Pooled], list[str]]:
    """Bring these files and those of imports into the pool; what is there, and hashes of what the house has lost.

    `known` says what earlier backups wrote, so that only new files are read.
    """
    kept, lost = [], []
    for sha256 in hashes:
        path = places.place_of(sha256)
        if not path.is_file() or (_name_of(sha256, recipients) not in known and parts.hash_of(path) != sha256):
            lost.append(sha256)
            continue
        kept.append(_pooled(path, sha256, recipients, known))
    for path in sorted((house_files() / "imports").glob("*")):
        if path.is_file() and (sha256 := parts.hash_of(path)):
            kept.append(_pooled(path, sha256, recipients, known))
    return kept, lost


def _pooled(path: Path, sha256: str, recipients: Sequence[str], known: dict[str, str]) -> Pooled:
    name, place = _name_of(sha256, recipients), path.relative_to(house_files()).as_posix()
    sealed = known.get(name, "")
    if not sealed or not path_of(name).is_file():
        sealed = known[name] = _bring(path, name, sha256, recipients)
    return Pooled(name, sealed, place, sha256)


def _name_of(sha256: str, recipients: Sequence[str]) -> str:
    """Another one for other keys: a file sealed for an old key is sealed anew for a new one."""
    told = " ".join([sha256, *sorted(recipients)])
    return hmac.new(sealing.secret_for("files of backups"), told.encode(), hashlib.sha256).hexdigest() + ".age"


def _bring(path: Path, name: str, sha256: str, recipients: Sequence[str]) -> str:
    target = path_of(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(target.name + folder.HALF)
    with path.open("rb") as source, parts.writing(half, recipients) as out:
        parts.copy(source, out)
    with parts.reading(half, Opener(file_keys={half.name: out.file_key})) as written:
        if parts.hash_in(written) != sha256:
            raise torn(name)
    point("backup.file")
    half.replace(target)
    flush_folder(target.parent)
    return out.part.sha256


def known_files() -> dict[str, str]:
    """Name and hash of every pooled file that some whole backup lists."""
    return {name: sealed for path in folder.root().glob(f"*/{folder.FILES}") for name, sealed in listed(path.parent)}


def listed(backup: Path) -> Iterator[tuple[str, str]]:
    """What the list of one backup names."""
    try:
        lines = (backup / folder.FILES).read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise torn(folder.FILES) from error
    for line in lines:
        name, _space, sealed = line.partition(" ")
        yield name, sealed


def damaged(backup: Path) -> list[str]:
    """Pooled files of a backup that are missing or not what was written. A damaged one is moved out of the way, so
    that the next backup writes it anew."""
    found = []
    for name, sealed in listed(backup):
        there = parts.hash_of(path_of(name))
        if there != sealed:
            found.append(name)
            if there:
                path_of(name).replace(path_of(name).with_suffix(".damaged"))
    return found


def sweep() -> int:
    """Take away what no backup lists; how many files."""
    wanted, gone = known_files(), 0
    for path in folder.pool().glob("??/*"):
        if path.name not in wanted:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def put_back(found: Sequence[Pooled], opener: Opener, target: Path) -> int:
    """Write the files to their places in a house; those that lie there already, whole, stay. How many were written."""
    written = 0
    for one in found:
        place = target / one.place
        if not place.resolve().is_relative_to(target.resolve()):
            raise torn(one.place)
        if parts.hash_of(place) == one.sha256:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        half = place.with_name(f"incoming-{place.name}")
        with parts.reading(one.path, opener) as source, half.open("wb") as out:
            parts.copy(source, out)
        if parts.hash_of(half) != one.sha256:
            half.unlink()
            raise torn(one.name)
        half.replace(place)
        written += 1
    return written
