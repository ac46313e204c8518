"""One value sealed and opened: AES-256-GCM with a random nonce of 96 bits, bound to its cell.

A seal is `v1.<key id>.<base64url of nonce, cipher text, tag>`. The cell (table, column, uid of the record) is the
associated data: a value copied into another row or column does not open there. With random nonces one key is good for
2^32 seals (NIST SP 800-38D §8.3); a house writes fewer between two rotations.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from rapport.platform.sealing.keyring import ring, secret_for

if TYPE_CHECKING:
    from rapport.platform.sealing.keyring import Ring

SEAL = re.compile(r"v1\.(k\d{1,9})\.([A-Za-z0-9_-]+={0,2})")
NONCE = 12
BLIND_LENGTH = 32


class Broken(Exception):
    """A seal that does not open: changed, moved to another cell, or no seal at all. Says nothing of its content."""


@dataclass(frozen=True, slots=True)
class Place:
    """The cell a value belongs to; `uid` never changes and never returns."""

    table: str
    column: str
    uid: str = ""

    @property
    def bound(self) -> bytes:
        return "\x1f".join((self.table, self.column, self.uid)).encode()


def seal(text: str, place: Place, *, using: Ring | None = None) -> str:
    """The text as only its own cell opens it; "" stays "", so that a column says whether something is there."""
    if not text:
        return ""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    found = using or ring()
    nonce = os.urandom(NONCE)
    closed = AESGCM(found.key(found.newest)).encrypt(nonce, text.encode(), place.bound)
    return f"v1.{found.newest}.{base64.urlsafe_b64encode(nonce + closed).decode()}"


def unseal(sealed: str, place: Place, *, using: Ring | None = None) -> str:
    """The text. Raises Broken, or BadRing where its key is gone."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not sealed:
        return ""
    match = SEAL.fullmatch(sealed)
    if match is None:
        raise Broken(f"What stands in {place.table}.{place.column} is not sealed.")
    key = (using or ring()).key(match[1])
    try:
        raw = base64.urlsafe_b64decode(match[2])
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], place.bound).decode()
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise Broken(f"A value in {place.table}.{place.column} was changed outside of Rapport.") from error


def is_sealed(text: str) -> bool:
    return SEAL.fullmatch(text) is not None


def key_of(sealed: str) -> str:
    """The id of the key a value is sealed with; "" where it is not."""
    match = SEAL.fullmatch(sealed)
    return match[1] if match else ""


def blind(text: str, table: str, column: str) -> str:
    """What exact search compares: HMAC-SHA256 under a key of this column's own, 128 bits of it, "" for nothing.

    Equal texts are seen to be equal, by whoever reads the database; nothing else is.
    """
    if not text:
        return ""
    key = secret_for(f"blind index {table}.{column}")
    return hmac.new(key, text.encode(), sha256).hexdigest()[:BLIND_LENGTH]
