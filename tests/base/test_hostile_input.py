"""A megabyte of anything is answered within a second by every function that takes text."""

import time
from collections.abc import Callable
from datetime import UTC

import pytest

from rapport.base import (
    csv_safe,
    dates,
    email_address,
    money,
    numbers,
    periods,
    person_name,
    phone,
    postal_address,
    similarity,
    text,
)

MEGABYTE = 1_000_000
HOSTILE = {
    "digits": "1" * MEGABYTE,
    "commas": "1," * (MEGABYTE // 2),
    "apostrophes": "'" * MEGABYTE,
    "blanks": " " * MEGABYTE + "x",
    "umlauts": "ü" * MEGABYTE,
    "marks": "a" + "\u0300\u0316" * (MEGABYTE // 2),
    "brackets": "<" * MEGABYTE,
    "O'O": "O'" * (MEGABYTE // 2),
    "dots": "a." * (MEGABYTE // 2),
    "surrogates": "\ud800" * MEGABYTE,
    "expanding": "\ufdfa" * (MEGABYTE // 3),
    "nul": "\x00" * MEGABYTE,
}
READERS: list[Callable[[str], object]] = [
    numbers.parse_decimal,
    lambda t: numbers.guess_decimal_comma([t]),
    lambda t: money.parse(t, default_currency="EUR"),
    dates.parse_date,
    lambda t: dates.parse_datetime(t, tz=UTC),
    lambda t: dates.guess_order([t]),
    dates.parse_duration,
    periods.parse_period,
    text.fold,
    text.fold_variants,
    text.words,
    text.slug,
    text.clean_line,
    text.clean_text,
    text.initials,
    lambda t: text.truncate(t, 50),
    text.deletions,
    text.is_broken_utf8,
    lambda t: text.decode_bytes(t.encode("utf-8", "surrogatepass")),
    phone.parse,
    phone.format,
    phone.digits,
    email_address.parse,
    email_address.domain_of,
    person_name.parse,
    postal_address.parse_country,
    similarity.company_core,
    lambda t: similarity.name_similarity(t, t),
    lambda t: similarity.jaro_winkler(t, t),
    similarity.soundex_de,
    csv_safe.formula_safe,
    csv_safe.formula_unsafe,
]


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_megabyte_is_answered_at_once(kind: str) -> None:
    for reader in READERS:
        start = time.process_time()
        try:
            reader(HOSTILE[kind])
        except ValueError as refusal:
            assert len(str(refusal)) < 200
        assert time.process_time() - start < 1, reader


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * MEGABYTE,
        b"\xc3\x28" * (MEGABYTE // 2),
        b"\x00\xff" * (MEGABYTE // 2),
        b"\xe9\n" * (MEGABYTE // 2),
        "é".encode() * 400_000 + b"\xff",
    ],
)
def test_a_hostile_megabyte_of_bytes_is_decoded_at_once(data: bytes) -> None:
    start = time.process_time()
    assert text.decode_bytes(data)[0]
    assert time.process_time() - start < 1
