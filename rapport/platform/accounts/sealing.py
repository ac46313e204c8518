"""Secrets that we must be able to read again (a TOTP seed, a client secret), sealed with AES-256-GCM.

The key is derived from the secret key of the installation, so a copy of the database alone opens nothing. Each text is
bound to what it is for: moved into another row or column it does not open.
"""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "1"
NONCE = 12


class Unsealable(Exception):
    """The text was changed, belongs elsewhere, or was sealed under another secret key."""


def seal(text: str, purpose: str) -> str:
    """The sealed text; `purpose` names its table, column and owner."""
    nonce = secrets.token_bytes(NONCE)
    sealed = _cipher().encrypt(nonce, text.encode(), purpose.encode())
    return f"{VERSION}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, purpose: str) -> str:
    """The text. Raises Unsealable."""
    from cryptography.exceptions import InvalidTag

    version, _dot, encoded = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(encoded)
        if version != VERSION:
            raise Unsealable(purpose)
        text: bytes = _cipher().decrypt(raw[:NONCE], raw[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable(purpose) from error
    return text.decode()


def _cipher() -> AESGCM:
    # Imported when a secret is opened: most processes never do, and OpenSSL's bindings weigh on a cold start.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"rapport sign-in secrets")
    return AESGCM(derive.derive(settings.SECRET_KEY.encode()))
