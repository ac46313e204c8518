"""The key ring: the keys values are sealed with, newest first, and the root other secrets are derived from.

It lives outside the database, so that a copy of the database alone reads nothing: in `RAPPORT_KEY_RING`, or in the file
`keys.json` of the data folder, readable by its owner only, made at the first need. Losing it is losing what was sealed:
`docs/security/privacy.md` says how to keep it. Old keys stay until nothing is sealed with them.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from rapport.base.disk import flush_folder

KEY_BYTES = 32
NAME = "keys.json"


class BadRing(Exception):
    """The key ring is missing a key, cannot be read, or is readable by others."""


@dataclass(frozen=True, slots=True)
class Ring:
    """`keys` by id, the newest first; `root` is never rotated, for what was derived from it must stay the same.

    `audit` counts the keys of the audit trail that were derived from the root so far.
    """

    keys: dict[str, bytes]
    root: bytes
    audit: int = 0

    @property
    def newest(self) -> str:
        return next(iter(self.keys))

    def key(self, key_id: str) -> bytes:
        """Raises BadRing for a key that is not here (any more)."""
        found = self.keys.get(key_id)
        if found is None:
            raise BadRing(f"The key {key_id[:20]} is not in the key ring.")
        return found

    def text(self) -> str:
        """The ring as the file and the environment have it."""
        shown = {key_id: _written(key) for key_id, key in self.keys.items()}
        return json.dumps({"keys": shown, "root": _written(self.root), "audit": self.audit})

    def with_new_key(self) -> Ring:
        number = max(int(key_id[1:]) for key_id in self.keys) + 1
        return replace(self, keys={f"k{number}": secrets.token_bytes(KEY_BYTES), **self.keys})

    def with_audit_key(self) -> Ring:
        return replace(self, audit=self.audit + 1)

    def without(self, key_id: str) -> Ring:
        self.key(key_id)
        if key_id == self.newest:
            raise BadRing(f"{key_id} is the newest key: make a new one first.")
        return replace(self, keys={name: key for name, key in self.keys.items() if name != key_id})


def new_ring() -> Ring:
    return Ring({"k1": secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def read(text: str) -> Ring:
    """Raises BadRing for anything but a ring."""
    try:
        found: Any = json.loads(text)
        keys = {str(key_id): _read_key(key) for key_id, key in found["keys"].items()}
        root = _read_key(found["root"])
        audit = int(found.get("audit", 0))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadRing("The key ring cannot be read: it is not what `rapport keys` wrote.") from error
    if not keys or not all(key_id[:1] == "k" and key_id[1:].isdigit() for key_id in keys):
        raise BadRing("The key ring holds no keys.")
    return Ring(keys, root, audit)


def ring() -> Ring:
    """The ring in use. Another process may have added a key: the file is read again when it changed."""
    given = str(getattr(settings, "KEY_RING", ""))
    if given:
        return _read_text(given)
    path = place()
    try:
        found = path.stat()
    except FileNotFoundError:
        _make(path)
        found = path.stat()
    return _read_file(path, found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode)


def secret_for(purpose: str, *, length: int = 32) -> bytes:
    """A secret of its own for one purpose, the same for ever (HKDF-SHA256 of the root, RFC 5869)."""
    return _derived(ring().root, purpose, length)


def is_in_environment() -> bool:
    return bool(getattr(settings, "KEY_RING", ""))


def place() -> Path:
    return Path(settings.DATA_DIR) / NAME


def keep(found: Ring) -> None:
    """Replace the file by this ring: written beside, flushed, moved into place, so that no crash leaves half a ring."""
    path = place()
    made = _written_beside(path, found)
    made.replace(path)
    flush_folder(path.parent)


def _make(path: Path) -> None:
    """Web and worker may both come here first, and must agree: the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = _written_beside(path, new_ring())
    try:
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    flush_folder(path.parent)


def _written_beside(path: Path, found: Ring) -> Path:
    made = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(found.text())
        file.flush()
        os.fsync(file.fileno())
    return made


@lru_cache(maxsize=4)
def _read_file(path: Path, _changed: int, _size: int, _inode: int, mode: int) -> Ring:
    if mode & 0o077:
        raise BadRing(f"{path} can be read by others: `chmod 600 {path}`, and rotate the keys if somebody did.")
    return read(path.read_text())


@lru_cache(maxsize=4)
def _read_text(text: str) -> Ring:
    return read(text)


@lru_cache(maxsize=256)
def _derived(root: bytes, purpose: str, length: int) -> bytes:
    # Imported here, as in `seals`: OpenSSL's bindings weigh on the start of a command that seals nothing.
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"rapport {purpose}".encode()).derive(root)


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _read_key(text: str) -> bytes:
    key = base64.b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise ValueError("a key has 32 bytes")
    return key
