"""The keys of the chain, derived from the root of the key ring and counted there: outside the database.

Houses of before keep theirs in the file `audit_keys` of the data folder, which prove what they sealed and seal until
`rapport audit rotate` makes the first one of the ring. RAPPORT_AUDIT_KEYS holds them instead where it is given: one key
a line (or separated by commas), the oldest first. The last one seals. A key is named by the start of its own SHA-256,
which tells nothing about it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from rapport.platform.sealing import keyring

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
    secrets = _given() or [*_former(), *_derived()]
    if not secrets and make:
        _count_one_more()
        secrets = _derived()
    if not secrets:
        raise NoKey(f"There is no audit key: neither RAPPORT_AUDIT_KEYS nor one of the key ring nor {path()}.")
    if any(len(one) < SHORTEST for one in secrets):
        raise NoKey(f"An audit key has at least {SHORTEST} random characters.")
    named = {name_of(one): one for one in secrets}
    return Keys(named, name_of(secrets[-1]))


def rotate() -> str:
    """A new key for what is sealed from now on; its name. Raises NoKey where the environment holds the keys."""
    if settings.AUDIT_KEYS:
        raise NoKey("The keys come from RAPPORT_AUDIT_KEYS: add a new one there, at the end, and keep the old ones.")
    if keyring.is_in_environment():
        number = keyring.ring().audit + 1
        raise NoKey(f'The keys come from RAPPORT_KEY_RING: write "audit": {number} there.')
    _count_one_more()
    return keys().current


def name_of(secret: bytes) -> str:
    return hashlib.sha256(b"audit key " + secret).hexdigest()[:12]


def path() -> Path:
    return Path(settings.DATA_DIR) / "audit_keys"


def _given() -> list[bytes]:
    return [line.encode() for line in settings.AUDIT_KEYS]


def _former() -> list[bytes]:
    """Keys of before the key ring, in their file."""
    try:
        return path().read_bytes().split()
    except FileNotFoundError:
        return []


def _derived() -> list[bytes]:
    """Those of the key ring, in order. One that the environment gives has at least one."""
    if not (keyring.is_in_environment() or keyring.place().exists()):
        return []  # asking must not make a ring
    count = keyring.ring().audit
    if keyring.is_in_environment() and not _former():
        count = max(count, 1)
    return [keyring.secret_for(f"audit chain {number}") for number in range(1, count + 1)]


def _count_one_more() -> None:
    """Two processes that come here first count the same key, for it is derived."""
    keyring.keep(keyring.ring().with_audit_key())
