"""Taking apart a written sum of money into its currency and its number (the reading half of `money`)."""

import re
from collections.abc import Container
from dataclasses import dataclass
from decimal import Decimal

from rapport.base.errors import InputError, shown
from rapport.base.numbers import normal_marks, parse_decimal, split_sign
from rapport.base.tables import by_alias, listed

MAX_LENGTH = 100

_SYMBOLS = by_alias(
    """
    EUR: €, euro, euros
    USD: $, us$, $us, dollar, dollars
    GBP: £, pound, pounds
    CHF: fr, fr., sfr, sfr., franken
    JPY: ¥, ￥, jp¥, yen, 円
    CNY: cn¥, 元, rmb
    AUD: a$, au$
    CAD: c$, ca$
    NZD: nz$
    HKD: hk$
    SGD: s$, sg$
    TWD: nt$
    MXN: mx$
    BRL: r$
    INR: ₹, rs, rs.
    RUB: ₽
    TRY: ₺, tl
    KRW: ₩
    PLN: zł
    CZK: kč
    HUF: ft
    RON: lei
    BGN: лв, лв.
    ILS: ₪
    VND: ₫
    THB: ฿
    UAH: ₴
    NGN: ₦
    PHP: ₱
    DEM: dm
    """
)
# Signs shared by several currencies: whoever keeps accounts in one of them means that one.
_DOLLARS = listed("USD CAD AUD NZD HKD SGD MXN TWD CLP COP ARS")
_CROWNS = listed("SEK NOK DKK ISK")
_RUPEES = listed("INR PKR LKR NPR")
_SHARED = {
    **dict.fromkeys(("$", "dollar", "dollars"), _DOLLARS),
    **dict.fromkeys(("kr", "kr."), _CROWNS),
    **dict.fromkeys(("rs", "rs."), _RUPEES),
    **dict.fromkeys(("¥", "￥"), listed("JPY CNY")),
    **dict.fromkeys(("£", "pounds"), listed("GBP EGP")),
    "fr": listed("CHF XOF XAF"),
    "lei": listed("RON MDL"),
}

# A dot may open the number (.50) unless it closes an abbreviation (Rs.50).
_DIGITS = re.compile(r"(?:(?<![^\W\d_])\.)?\d[\d., ']*")
_LONE_MARK = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MoneyText:
    """What was written: the currency's code, whether the sum is negative, and the digits with their marks."""

    currency: str
    negative: bool
    digits: str

    def number(self, minor_digits: int, decimal_comma: bool | None) -> Decimal:
        """The amount; raises InputError for marks that form no number."""
        groups_thousands = decimal_comma is None and minor_digits != 3 and _LONE_MARK.fullmatch(self.digits)
        digits = re.sub("[.,]", "", self.digits) if groups_thousands else self.digits
        number = parse_decimal(digits, decimal_comma=decimal_comma)
        return -number if self.negative else number


def split(text: str, default_currency: str, known: Container[str]) -> MoneyText:
    """The parts of a written sum; raises InputError if there is no number or the currency is unknown or unclear."""
    if len(text) > MAX_LENGTH:
        raise InputError("This is too long for a sum of money (at most %(limit)d characters).", limit=MAX_LENGTH)
    plain = normal_marks(text)
    if not plain:
        raise InputError("Enter a sum of money.")
    if "%" in plain:
        raise InputError("Leave out the percent sign in “%(text)s”.", text=shown(text))
    negative, unsigned = _without_sign(plain)
    found = _DIGITS.search(unsigned)
    if found is None:
        raise InputError("“%(text)s” contains no amount.", text=shown(text))
    before, after = _word(unsigned[: found.start()]), _word(unsigned[found.end() :])
    minus_inside = before.endswith("-")
    before = before.removesuffix("-").removesuffix("+").strip()
    if (before and after) or (negative and minus_inside):
        raise InputError("“%(text)s” is not one sum of money; write it like 1234.50 EUR.", text=shown(text))
    currency = _currency(before or after, default_currency, known, text)
    return MoneyText(currency, negative or minus_inside, found[0].strip(" '"))


def _without_sign(plain: str) -> tuple[bool, str]:
    """The sum without its sign and without the dash that stands for no cents (1'200.- and 5,--)."""
    open_ended = re.sub(r"[.,] ?-{1,2}(?=$|[^\d-])", " ", plain).strip()
    return split_sign(open_ended)


def _word(text: str) -> str:
    return text.strip().strip("'").strip()


def _currency(word: str, default: str, known: Container[str], text: str) -> str:
    if not word:
        return default
    if word.upper() in known:
        return word.upper()
    sign = word.casefold()
    if default in _SHARED.get(sign, ()):
        return default
    if sign in _SYMBOLS:
        return _SYMBOLS[sign]
    if sign in _SHARED:
        raise InputError("“%(sign)s” is used by several currencies; write a code such as SEK.", sign=shown(word, 10))
    raise InputError("“%(sign)s” in “%(text)s” is no known currency.", sign=shown(word, 10), text=shown(text))
