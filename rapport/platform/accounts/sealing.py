"""Secrets that we must be able to read again (a TOTP seed, a client secret), sealed with the key ring.

Each text is bound to what it is for: moved into another row or column it does not open. Those sealed before the ring
was used (AES-256-GCM under a key derived from the secret key of the installation) are still opened, and sealed anew
with every upgrade.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from django.conf import settings

from rapport.platform import sealing
from rapport.platform.sealing import BadRing, Broken, Place

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMER = "1."
NONCE = 12


class Unsealable(Exception):
    """The text was changed, belongs elsewhere, or was sealed under another key."""


def seal(text: str, purpose: str) -> str:
    """The sealed text; `purpose` names its table, column and owner."""
    return sealing.seal(text, _place(purpose))


def unseal(sealed: str, purpose: str) -> str:
    """The text. Raises Unsealable."""
    if sealed.startswith(FORMER):
        return _former(sealed.removeprefix(FORMER), purpose)
    try:
        return sealing.unseal(sealed, _place(purpose))
    except (Broken, BadRing) as error:
        raise Unsealable(purpose) from error


def _place(purpose: str) -> Place:
    return Place("sign-in", "secret", purpose)


def _former(encoded: str, purpose: str) -> str:
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.urlsafe_b64decode(encoded)
        text: bytes = _former_cipher().decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable(purpose) from error
    return text.decode()


def _former_cipher() -> AESGCM:
    # Imported when a secret is opened: most processes never do, and OpenSSL's bindings weigh on a cold start.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rapport sign-in secrets")
    return AESGCM(derive.derive(settings.SECRET_KEY.encode()))
