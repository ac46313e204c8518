"""Telephone numbers: read as people write them, kept in E.164 (+4930123456), shown as the reader's country does.

A number must be possible in its country; it need not be assigned, for numbering plans change faster than any library.
A number spelt with letters (1-800-FLOWERS) must be valid, or words would pass as numbers.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from rapport.base.errors import InputError, marked, shown

MAX_LENGTH = 80

_LETTERS = re.compile(r"[^\W\d_]")
_EXTENSION_WORDS = re.compile(
    r"^(?:tel|telefon|phone|fon|fax|mobil|mobile)\b[.:]*|;ext=|\bext(?:ension|n)?\b[.:]*|\bx\b|x(?=\d)",
    re.I,
)
_REASONS = {
    NumberParseException.INVALID_COUNTRY_CODE: marked(
        "“%(text)s” needs its country: write it with + and the country code."
    ),
    NumberParseException.NOT_A_NUMBER: marked("“%(text)s” is not a telephone number."),
    NumberParseException.TOO_SHORT_AFTER_IDD: marked("“%(text)s” is too short for a telephone number."),
    NumberParseException.TOO_SHORT_NSN: marked("“%(text)s” is too short for a telephone number."),
    NumberParseException.TOO_LONG: marked("“%(text)s” is too long for a telephone number."),
}
_IMPOSSIBLE = {
    ValidationResult.INVALID_COUNTRY_CODE: _REASONS[NumberParseException.INVALID_COUNTRY_CODE],
    ValidationResult.TOO_SHORT: _REASONS[NumberParseException.TOO_SHORT_NSN],
    ValidationResult.TOO_LONG: _REASONS[NumberParseException.TOO_LONG],
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: marked("“%(text)s” lacks its area code."),
    ValidationResult.INVALID_LENGTH: marked("“%(text)s” has the wrong number of digits for its country."),
}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164 and the extension behind it ("" if none)."""

    e164: str
    extension: str = ""

    def __str__(self) -> str:
        """E.164, with the extension as in RFC 3966: +4930123456;ext=12. `parse` and `format` read it."""
        return f"{self.e164};ext={self.extension}" if self.extension else self.e164


@lru_cache(maxsize=4_096)
def parse(text: str, region: str | None = None) -> Phone:
    """The number a person wrote; `region` (ISO 3166, "DE") is where it is dialled from if it has no country code.

    Raises InputError.
    """
    plain = _plain(text)
    letters = bool(_LETTERS.search(_EXTENSION_WORDS.sub("", plain)))
    number = _parsed(plain, _known_region(region), text)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        raise InputError(_IMPOSSIBLE.get(reason, marked("“%(text)s” is not a telephone number.")), text=shown(text))
    if letters and not phonenumbers.is_valid_number(number):
        raise InputError("“%(text)s” has letters in it; write the digits only.", text=shown(text))
    return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164), number.extension or "")


@lru_cache(maxsize=20_000)
def format(e164: str, region: str | None = None) -> str:
    """The number as written in `region`: its own numbers nationally, others internationally; other text unchanged."""
    try:
        number = phonenumbers.parse(e164[:MAX_LENGTH])
    except NumberParseException:
        return e164
    at_home = region is not None and phonenumbers.country_code_for_region(region.upper()) == number.country_code
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


def is_mobile(e164: str) -> bool:
    """Whether a message can reach it: mobile, or of a country that does not tell the two apart."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164[:MAX_LENGTH]))
    except NumberParseException:
        return False
    return kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def digits(text: str) -> str:
    """The digits alone, of any script as 0-9: what a search compares."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def _plain(text: str) -> str:
    if len(text) > MAX_LENGTH:
        raise InputError("This is too long for a telephone number (at most %(limit)d characters).", limit=MAX_LENGTH)
    plain = text.strip()
    if not plain:
        raise InputError("Enter a telephone number.")
    if "@" in plain:
        raise InputError("“%(text)s” is an e-mail address, not a telephone number.", text=shown(text))
    return re.sub(r"\b(?:dw|durchwahl|nst|app)\b[.:]*", " ext. ", plain, flags=re.I)


def _known_region(region: str | None) -> str | None:
    if region and phonenumbers.country_code_for_region(region.upper()) == 0:
        raise InputError("“%(region)s” is no country with telephone numbers.", region=shown(region, 10))
    return region.upper() if region else None


def _parsed(plain: str, region: str | None, text: str) -> phonenumbers.PhoneNumber:
    # Without a region, 00 is how nearly every country dials abroad; with one the library knows.
    dialled = "+" + plain[2:] if region is None and plain.startswith("00") else plain
    try:
        return phonenumbers.parse(dialled, region)
    except NumberParseException as error:
        sentence = _REASONS.get(error.error_type, marked("“%(text)s” is not a telephone number."))
        raise InputError(sentence, text=shown(text)) from error
