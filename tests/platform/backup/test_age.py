"""The age format: what another program wrote is read; nothing that was cut off, put in or changed is."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.platform.backup import age
from rapport.platform.backup.age import CHUNK, Reader, Unreadable, Writer, WrongKey

# Written by the Rust library `rage`, with a stanza of a kind nobody knows.
THEIRS = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBwRHhFSGdZaVhxK1Q4dmx3VVV5blhkY3VZd2x5ZkdmdnZNMzBaeWxUTEFjCkZjZ2tncG5n"
    "T3pMTDh0UkpVRGN2MlpMTmpiTU9HQWJ0aHBEOHFCZUFGNTgKLT4gSzpDZ2o8LWdyZWFzZQp4VGlDZXU2NURHMVpQbGQ2R2wxVWNwY1UySm0zU2Zl"
    "QlNpZVliUG9mNVVKVFQ2dkFLekFwSWxvUms0cU1mUQotLS0gVVdMdW1CdmREM2F4TXBwRlEraHd3VlB2YWkyUXV0Tm9zOWdjRnpLY2pZRQq/6oQo"
    "iudN9oVfLQiV6u41IDU4g9zWjW2EWMpjxMIiks9u0hmGsZOAyL5AX7EC9YGZfZXxDKx546SL"
)
THEIR_KEY = "AGE-SECRET-KEY-1FH74YLRAY06TUR0L8HQRMFV5N65GNRF5DJVYXNEV0R9C5DMVD5RQYCJ27M"
MINE = age.new_identity()
YOURS = age.new_identity()


def sealed(content: bytes, *identities: str) -> bytes:
    out = io.BytesIO()
    writer = Writer(out, [age.recipient_of(one) for one in identities or (MINE,)])
    for start in range(0, len(content), 10_000):
        writer.write(content[start : start + 10_000])
    writer.close()
    return out.getvalue()


def opened(content: bytes, identity: str = MINE) -> bytes:
    return Reader(io.BytesIO(content), identity=identity).read()


def test_what_another_program_sealed_is_read() -> None:
    assert opened(base64.b64decode(THEIRS), THEIR_KEY) == b"written by another program"
    assert age.recipient_of(THEIR_KEY) == "age19ucaqwl0k2wvjz4uya5acn2t8xg4nqgappnx29l82ky0q8tgn92sxpv0tc"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_every_length_comes_back(size: int) -> None:
    assert opened(sealed(b"x" * size)) == b"x" * size


def test_each_recipient_opens_it_and_nobody_else() -> None:
    content = sealed(b"ours", MINE, YOURS)
    assert opened(content, MINE) == opened(content, YOURS) == b"ours"
    with pytest.raises(WrongKey):
        opened(sealed(b"mine"), YOURS)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_a_changed_byte_gives_no_wrong_content(place: int, change: int) -> None:
    content = bytearray(sealed(b"secret" * 20_000))
    content[place % len(content)] ^= change
    with pytest.raises((Unreadable, WrongKey)):
        opened(bytes(content))


@given(st.integers(0, 10**6))
def test_one_that_was_cut_short_is_not_taken_for_whole(place: int) -> None:
    content = sealed(b"secret" * 20_000)
    with pytest.raises((Unreadable, WrongKey)):
        opened(content[: place % len(content)])


def test_chunks_that_changed_places_or_follow_the_last_are_refused() -> None:
    content = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c")
    head = len(content) - 2 * (CHUNK + 16) - 17
    first, second, last = content[head : head + CHUNK + 16], content[head + CHUNK + 16 : -17], content[-17:]
    for wrong in (second + first + last, first + last, first + second + last + last, first + second):
        with pytest.raises(Unreadable):
            opened(content[:head] + wrong)


@given(st.binary(max_size=300))
def test_anything_else_is_refused(content: bytes) -> None:
    for prefix in (b"", b"age-encryption.org/v1\n", b"age-encryption.org/v1\n-> X25519 AAAA\nAAAA\n--- "):
        with pytest.raises((Unreadable, WrongKey)):
            opened(prefix + content)


@pytest.mark.parametrize("text", ["", "age1", THEIR_KEY, "age1" + "q" * 58, "AGE-SECRET-KEY-1", "-----BEGIN RSA-----"])
def test_no_recipient_but_a_public_key(text: str) -> None:
    with pytest.raises(ValueError):
        age.check_recipient(text)
