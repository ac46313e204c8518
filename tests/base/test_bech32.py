"""Bech32: the vectors of BIP 173, and what is no such text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import bech32


@pytest.mark.parametrize(
    "text",
    [
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw",
    ],
)
def test_valid_ones_of_the_standard_are_read(text: str) -> None:
    prefix, content = bech32.decode(text)
    assert bech32.encode(prefix, content) == text.lower()


@pytest.mark.parametrize("text", ["pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "A12uEL5L", ""])
def test_others_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        bech32.decode(text)


@given(st.binary(max_size=40), st.integers(0, 200), st.sampled_from(bech32.ALPHABET))
def test_one_mistyped_sign_is_found(content: bytes, place: int, sign: str) -> None:
    text = bech32.encode("age", content)
    at = 4 + place % (len(text) - 4)
    if text[at] != sign:
        with pytest.raises(ValueError):
            bech32.decode(text[:at] + sign + text[at + 1 :])
    assert bech32.decode(text) == ("age", content)
