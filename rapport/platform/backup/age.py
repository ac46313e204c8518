"""The age format, version 1 (age-encryption.org/v1): a stream only the holder of a secret key can read.

A file key of 128 random bits is wrapped for each recipient (X25519, HKDF-SHA256, ChaCha20-Poly1305); the payload
follows in sealed chunks of 64 KiB, numbered and the last one marked, so that nothing can be cut off, put in or changed
unnoticed. The standard tool reads what stands here: `age -d -i key.txt`. Nothing of it but the layout is ours; the
primitives are OpenSSL's.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from typing import TYPE_CHECKING, BinaryIO

from rapport.base import bech32

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

VERSION = b"age-encryption.org/v1"
X25519_INFO = b"age-encryption.org/v1/X25519"
PUBLIC, SECRET = "age", "age-secret-key-"
CHUNK, TAG, KEY, NONCE = 64 * 1024, 16, 16, 16
LONGEST_LINE, BODY_LINE, MOST_RECIPIENTS = 8_192, 64, 20


class Unreadable(Exception):
    """What was read is no age file, or was cut short, or changed."""


class WrongKey(Exception):
    """The file was not sealed for this key."""


def new_identity() -> str:
    """A secret key, as people keep it."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    return bech32.encode(SECRET, X25519PrivateKey.generate().private_bytes_raw()).upper()


def recipient_of(identity: str) -> str:
    """The public key of a secret one. Raises ValueError."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    secret = X25519PrivateKey.from_private_bytes(_content(identity, SECRET))
    return bech32.encode(PUBLIC, secret.public_key().public_bytes_raw())


def check_recipient(text: str) -> str:
    """A public key as it is kept. Raises ValueError for anything else, a secret key above all."""
    return bech32.encode(PUBLIC, _content(text, PUBLIC))


def _content(text: str, prefix: str) -> bytes:
    found, content = bech32.decode(text.strip())
    if found != prefix or len(content) != 32:
        raise ValueError("is not such a key")
    return content


class Writer:
    """Seals what is written to it into a file. `close` ends it: without, a reader says that it was cut short."""

    def __init__(self, out: BinaryIO, recipients: Sequence[str]) -> None:
        if not recipients:
            raise ValueError("needs somebody who can read it")
        self.out = out
        self.file_key = os.urandom(KEY)
        out.write(_header(self.file_key, recipients))
        nonce = os.urandom(NONCE)
        out.write(nonce)
        self._cipher = _payload_cipher(self.file_key, nonce)
        self._held = bytearray()
        self._number = 0

    def write(self, content: bytes) -> int:
        self._held += content
        # A full chunk waits for what follows it: only then is it known not to be the last.
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), is_last=False)
            del self._held[:CHUNK]
        return len(content)

    def flush(self) -> None:
        """Chunks are sealed whole."""

    def close(self) -> None:
        self._seal(bytes(self._held), is_last=True)
        self._held.clear()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self.out.write(self._cipher.encrypt(_chunk_nonce(self._number, is_last=is_last), chunk, None))
        self._number += 1


class Reader:
    """Opens a sealed file with a secret key, or with the file key where one still has it."""

    def __init__(self, source: BinaryIO, *, identity: str = "", file_key: bytes = b"") -> None:
        self.source = source
        found = _read_header(source, identity, file_key)
        nonce = source.read(NONCE)
        if len(nonce) != NONCE:
            raise Unreadable
        self._cipher = _payload_cipher(found, nonce)
        self._ahead = source.read(CHUNK + TAG)
        self._open = bytearray()
        self._number = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to this many bytes, all that is left without a size. Raises Unreadable before giving a wrong one."""
        while not self._ended and (size < 0 or len(self._open) < size):
            self._next_chunk()
        given = bytes(self._open) if size < 0 else bytes(self._open[:size])
        del self._open[: len(given)]
        return given

    def _next_chunk(self) -> None:
        from cryptography.exceptions import InvalidTag

        chunk, self._ahead = self._ahead, self.source.read(CHUNK + TAG)
        self._ended = not self._ahead
        nonce = _chunk_nonce(self._number, is_last=self._ended)
        try:
            opened = self._cipher.decrypt(nonce, chunk, None)
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        if not opened and self._number:
            raise Unreadable
        self._open += opened
        self._number += 1


def _chunk_nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    return ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))


def _derived(secret: bytes, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt or None, info=info).derive(secret)


# --- the header -------------------------------------------------------------------------------------------------------


def _header(file_key: bytes, recipients: Sequence[str]) -> bytes:
    stanzas = b"".join(_stanza(file_key, _content(one, PUBLIC)) for one in recipients)
    signed = VERSION + b"\n" + stanzas + b"---"
    return signed + b" " + _encoded(_mac(file_key, signed)) + b"\n"


def _stanza(file_key: bytes, recipient: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    once = X25519PrivateKey.generate()
    share = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(recipient))
    wrapped = ChaCha20Poly1305(_derived(shared, share + recipient, X25519_INFO)).encrypt(bytes(12), file_key, None)
    return b"-> X25519 " + _encoded(share) + b"\n" + _encoded(wrapped) + b"\n"


def _mac(file_key: bytes, signed: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), signed, "sha256")


def _read_header(source: BinaryIO, identity: str, file_key: bytes) -> bytes:
    """The file key, once the header is proved to be the one that was written."""
    if _line(source) != VERSION:
        raise Unreadable
    signed = VERSION + b"\n"
    stanzas: list[tuple[bytes, bytes]] = []
    while not (line := _line(source)).startswith(b"--- "):
        if not line.startswith(b"-> ") or len(stanzas) == MOST_RECIPIENTS:
            raise Unreadable
        body = _body(source)
        stanzas.append((line, b"".join(body)))
        signed += b"".join(part + b"\n" for part in (line, *body))
    found = file_key or _unwrapped(stanzas, identity)
    if not hmac.compare_digest(_mac(found, signed + b"---"), _decoded(line[4:])):
        raise Unreadable
    return found


def _body(source: BinaryIO) -> list[bytes]:
    """The lines of a stanza's body: full ones, and a shorter one that ends it."""
    lines = [_line(source)]
    while len(lines[-1]) == BODY_LINE and len(lines) < LONGEST_LINE // BODY_LINE:
        lines.append(_line(source))
    return lines


def _line(source: BinaryIO) -> bytes:
    line = source.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise Unreadable
    return line[:-1]


def _unwrapped(stanzas: list[tuple[bytes, bytes]], identity: str) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    secret = X25519PrivateKey.from_private_bytes(_content(identity, SECRET))
    recipient = secret.public_key().public_bytes_raw()
    for line, body in stanzas:
        kind, _sep, share = line[3:].partition(b" ")
        if kind != b"X25519":
            continue
        raw = _decoded(share)
        try:
            shared = secret.exchange(X25519PublicKey.from_public_bytes(raw))
            cipher = ChaCha20Poly1305(_derived(shared, raw + recipient, X25519_INFO))
            return cipher.decrypt(bytes(12), _decoded(body), None)
        except (InvalidTag, ValueError):
            continue
    raise WrongKey


def _encoded(content: bytes) -> bytes:
    return base64.b64encode(content).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    try:
        return base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Unreadable from error
