"""The keys of the chain. They stay outside the database: in RAPPORT_AUDIT_KEYS, or in a file of the data folder.

One key a line (or separated by commas), the oldest first; the last one seals, the others prove what they sealed. A key
is named by the start of its own SHA-256, which tells nothing about it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

SHORTEST = 32


class NoKey(Exception):
    """There is no key, or not the one that sealed; says what to do."""


@dataclass(frozen=True)
class Keys:
    """Every key by its name; `current` names the one that seals."""

    known: dict[str, bytes] = field(repr=False)
    current: str

    @property
    def secret(self) -> bytes:
        return self.known[self.current]


def keys(*, make: bool = False) -> Keys:
    """The keys of this house. Raises NoKey; with `make`, a house without any gets its first."""
    lines = _given()
    if not lines and make:
        _append(secrets.token_urlsafe(48))
        lines = _given()
    if not lines:
        raise NoKey(f"There is no audit key: neither RAPPORT_AUDIT_KEYS nor {path()}.")
    if any(len(line) < SHORTEST for line in lines):
        raise NoKey(f"An audit key has at least {SHORTEST} random characters.")
    named = {name_of(line.encode()): line.encode() for line in lines}
    return Keys(named, name_of(lines[-1].encode()))


def rotate() -> str:
    """A new key for what is sealed from now on; its name. Raises NoKey where the environment holds the keys."""
    if settings.AUDIT_KEYS:
        raise NoKey("The keys come from RAPPORT_AUDIT_KEYS: add a new one there, at the end, and keep the old ones.")
    _append(secrets.token_urlsafe(48))
    return keys().current


def name_of(secret: bytes) -> str:
    return hashlib.sha256(b"audit key " + secret).hexdigest()[:12]


def path() -> Path:
    return Path(settings.DATA_DIR) / "audit_keys"


def _given() -> list[str]:
    if settings.AUDIT_KEYS:
        return list(settings.AUDIT_KEYS)
    try:
        return path().read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []


def _append(line: str) -> None:
    """One write at the end: two processes that come here first leave two keys, and both know both."""
    path().parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{line}\n".encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)
