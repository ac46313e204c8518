import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import phone
from rapport.base.errors import InputError
from rapport.base.phone import Phone


@pytest.mark.parametrize(
    "text",
    ["030 123456", "+49 30 123456", "+49 (0)30 123456", "0049 30 123456", "030/12 34-56", "(030) 123456",
     "tel: 030 123456", "+49\u00a030 123456", "０３０１２３４５６"]
)  # fmt: skip
def test_one_number_written_in_many_ways_is_one_number(text: str) -> None:
    assert phone.parse(text, "DE") == Phone("+4930123456")


@pytest.mark.parametrize(
    "text",
    ["030 123456 ext. 12", "030 123456 x12", "030 123456 Durchwahl 12", "030 123456 DW 12", "+4930123456;ext=12"],
)
def test_extensions_are_kept_apart(text: str) -> None:
    assert phone.parse(text, "DE") == Phone("+4930123456", "12")


def test_the_text_of_a_number_is_read_back() -> None:
    number = Phone("+4930123456", "12")
    assert str(number) == "+4930123456;ext=12"
    assert phone.parse(str(number)) == number


def test_without_a_region_the_country_code_is_needed() -> None:
    assert phone.parse("0049 30 123456") == phone.parse("+49 30 123456") == Phone("+4930123456")
    with pytest.raises(InputError, match="country code"):
        phone.parse("030 123456")


def test_a_number_spelt_with_letters_must_be_valid() -> None:
    assert phone.parse("1-800-FLOWERS", "US") == Phone("+18003569377")
    with pytest.raises(InputError):
        phone.parse("see page 1234567", "DE")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Enter"), ("call me", "not a telephone number"), ("+49 1", "too short"), ("0" + "3" * 30, "too long"),
     ("+999 123456", "country code"),
     ("a@b.de", "e-mail"), ("+1 555 0100", "area code"), ("1" * 100, "too long"), ("\x00", "not a telephone number")],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        phone.parse(text, "DE")


def test_an_unknown_region_is_refused() -> None:
    with pytest.raises(InputError, match="“XX” is no country"):
        phone.parse("030 123456", "XX")


def test_numbers_of_the_own_country_are_shown_nationally() -> None:
    assert phone.format("+4930123456", "DE") == phone.format("+4930123456", "de") == "030 123456"
    assert phone.format("+4930123456", "US") == phone.format("+4930123456") == "+49 30 123456"
    assert "12" in phone.format("+4930123456;ext=12", "DE").removeprefix("030 123456")
    assert phone.format("who knows", "DE") == "who knows"


def test_mobile_numbers_are_told_apart() -> None:
    assert phone.is_mobile("+4915112345678")
    assert not phone.is_mobile("+4930123456")
    assert not phone.is_mobile("nothing")


def test_digits_are_those_of_every_script() -> None:
    assert phone.digits("+49 (30) 1a٢") == "493012"


@given(st.text(max_size=90), st.sampled_from(["DE", "US", None]))
def test_any_text_is_read_or_refused(text: str, region: str | None) -> None:
    try:
        number = phone.parse(text, region)
    except InputError:
        return
    assert number.e164.startswith("+") and number.e164[1:].isdigit()
    phone.format(str(number), region)
