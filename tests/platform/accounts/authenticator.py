"""A software authenticator (WebAuthn): makes keys and signs as a device does, and lies where a test asks it to."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One key on one device."""

    origin: str = "http://localhost:8000"
    place: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 0
    ident: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def make(self, options: dict[str, Any]) -> str:
        """The answer to a request for a new key."""
        asked = options["publicKey"]
        self.handle = _bytes(asked["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))  # type: ignore[no-untyped-call]  # fido2 does not say
        credential = b"\x00" * 16 + struct.pack(">H", len(self.ident)) + self.ident + public
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(ATTESTED) + credential}
        return self._answer(
            {
                "clientDataJSON": self._client(asked["challenge"], "webauthn.create"),
                "attestationObject": cbor.encode(attestation),
            }
        )

    def sign(self, options: dict[str, Any]) -> str:
        """The answer to a request for a proof."""
        client = self._client(options["publicKey"]["challenge"], "webauthn.get")
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            {"clientDataJSON": client, "authenticatorData": data, "signature": signature, "userHandle": self.handle}
        )

    def _data(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.place.encode()).digest() + struct.pack(">BI", self.flags | more, self.counter)

    def _client(self, challenge: str, kind: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, bytes]) -> str:
        ident = websafe_encode(self.ident)
        parts = {name: websafe_encode(value) for name, value in response.items()}
        return json.dumps({"id": ident, "rawId": ident, "type": "public-key", "response": parts})


def _bytes(text: str) -> bytes:
    from fido2.utils import websafe_decode

    return websafe_decode(text)
