from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.errors import InputError
from rapport.base.numbers import guess_decimal_comma, parse_decimal


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234", "1234"), ("1,234.50", "1234.50"), ("1.234,50", "1234.50"), ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"), ("1\u00a0234", "1234"), ("1'200.5", "1200.5"), ("1’200", "1200"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1,23,456.7", "123456.7"), ("1,234", "1234"),
        ("1.234", "1.234"), ("0,125", "0.125"), ("1,5", "1.5"), ("12345,678", "12345.678"), (".5", "0.5"), ("5.", "5"),
        ("-5", "-5"), ("−5", "-5"), ("5-", "-5"), ("(5)", "-5"), ("+5", "5"), ("1.5e3", "1500"), ("1E-3", "0.001"),
        ("٣٫٥", "3.5"), ("１２", "12"), ("  7 ", "7"), ("007", "7"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(text: str, number: str) -> None:
    assert parse_decimal(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", " ", "abc", "NaN", "Infinity", "-inf", "1e999999", "1e31", "1e-40", "1.2.3", "1,2,3", "1.23,456.7", "1 2",
     "--5", "1,234,5", "0x10",
     "1_000", "5%", "１０％", "9" * 81, "9" * 32, "()", "-", ".", ",", "1.000,000.5", "(-5)", "1\x002"],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError) as refusal:
        parse_decimal(text)
    assert str(refusal.value).endswith(".")
    assert "\x00" not in str(refusal.value)


def test_a_known_decimal_mark_decides_what_a_lone_separator_means() -> None:
    assert parse_decimal("1.234", decimal_comma=True) == 1234
    assert parse_decimal("1.234", decimal_comma=False) == Decimal("1.234")
    assert parse_decimal("1,234", decimal_comma=True) == Decimal("1.234")
    assert parse_decimal("1,234", decimal_comma=False) == 1234


def test_a_number_against_the_known_decimal_mark_is_refused_not_misread() -> None:
    with pytest.raises(InputError, match="separators"):
        parse_decimal("12.50", decimal_comma=True)
    with pytest.raises(InputError, match="separators"):
        parse_decimal("12,50", decimal_comma=False)
    with pytest.raises(InputError, match="separators"):
        parse_decimal("1.000.000", decimal_comma=False)


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=4), st.booleans())
def test_grouped_numbers_come_back_as_they_were(number: Decimal, comma: bool) -> None:
    written = f"{number:,.4f}"
    if comma:
        written = written.translate(str.maketrans(",.", ".,"))
    assert parse_decimal(written, decimal_comma=comma) == number
    assert parse_decimal(written) == number


@given(st.text(max_size=90))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse_decimal(text).is_finite()
    except InputError as refusal:
        assert len(str(refusal)) < 150


def test_the_decimal_mark_of_a_column_is_seen_from_its_samples() -> None:
    assert guess_decimal_comma(["1.234", "7", "1,5"]) is True
    assert guess_decimal_comma(["1,234", "1.5"]) is False
    assert guess_decimal_comma(["1.234.567"]) is True
    assert guess_decimal_comma(["1,234,567"]) is False
    assert guess_decimal_comma(["0.125"]) is False


def test_without_evidence_or_with_contradiction_no_decimal_mark_is_guessed() -> None:
    assert guess_decimal_comma([]) is None
    assert guess_decimal_comma(["1,234", "1.234", "7", "abc", "", "1 234"]) is None
    assert guess_decimal_comma(["1,5", "1.5"]) is None


def test_guessing_looks_at_a_limited_number_of_samples() -> None:
    endless = iter(lambda: "1,5", None)
    assert guess_decimal_comma(endless) is True
