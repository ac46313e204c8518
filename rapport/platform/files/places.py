"""Where bytes lie: `<data folder>/files/ab/cd/<sha256>`, written once, never changed.

A stream goes into a temporary file of the same folder while it is hashed and counted; only what arrived whole and
was
flushed to the disk gets its name, by an atomic rename. A crash leaves at worst a temporary file. Equal bytes lie once.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from typing import BinaryIO, Protocol

    class Readable(Protocol):
        """Anything bytes can be read from."""

        def read(self, size: int = ..., /) -> bytes: ...


CHUNK = 256 * 1024
HEAD = 8 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_PLACE = re.compile(r"^[0-9a-f/]+$")


class TooLarge(ValidationError):
    """The stream is longer than allowed; what had come of it is gone again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written: its hash, its length, its first bytes."""

    sha256: str
    size: int
    head: bytes


def keep(stream: Readable) -> Kept:
    """Write a stream to its place. Raises TooLarge when it is longer than allowed; then nothing is kept."""
    root = folder()
    root.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="incoming-", dir=root)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            kept = _copy(stream, out)
            out.flush()
            os.fsync(out.fileno())
        place = place_of(kept.sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(place)
        _sync(place.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return kept


def _copy(stream: Readable, out: BinaryIO) -> Kept:
    digest, size, head = hashlib.sha256(), 0, b""
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > settings.UPLOAD_BYTES:
            limit = settings.UPLOAD_BYTES // 1_000_000
            raise TooLarge(_("The file is larger than %(limit)s MB. Nothing of it was kept.") % {"limit": limit})
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
        digest.update(chunk)
        out.write(chunk)
    return Kept(digest.hexdigest(), size, head)


def folder() -> Path:
    return Path(settings.MEDIA_ROOT)


def place_of(sha256: str) -> Path:
    """The path of a hash. Raises ValueError for anything that is no hash, so that no other file can be named."""
    if not _HASH.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    relative = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    if not _PLACE.match(relative):
        raise ValueError(relative)
    return folder() / relative


def hash_at(sha256: str) -> str:
    """What the bytes that lie there have as their hash."""
    with place_of(sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(directory: Path) -> None:
    """Make the new name survive a power cut; a file system that cannot is left alone."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
