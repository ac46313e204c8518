"""Money: an exact amount of one currency.

Sums are exact and only within one currency. Multiplying keeps up to 12 decimals (a unit price may be 0.0123); rounding
to the smallest coin is a step of its own, `rounded()`, half away from zero: 0.125 EUR is 0.13, as invoices, tax offices
and spreadsheets do it. Banker's rounding was rejected because customers recompute their invoices by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, list_currencies

from rapport.base.errors import InputError, shown
from rapport.base.money_text import MoneyText, split

MAX_DIGITS = 20
"""Digits before the decimal point: more than the money of the world in its smallest coin."""

MAX_DECIMALS = 12

CURRENCIES: frozenset[str] = frozenset(list_currencies())
"""Every ISO 4217 code known to babel, past ones (DEM) included: old contracts have them."""

_SMALLEST = Decimal(1).scaleb(-MAX_DECIMALS)
_EXACT = Context(prec=2 * (MAX_DIGITS + MAX_DECIMALS) + 2, rounding=ROUND_HALF_EVEN)


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared; convert one of them first."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} cannot be added or compared; convert one of them first.")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency. Raises InputError for an unknown currency or an amount that is no sum of money."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, int):
            object.__setattr__(self, "amount", Decimal(self.amount))
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money needs a Decimal, not {type(self.amount).__name__}: binary fractions lose cents.")
        if self.currency not in CURRENCIES:
            raise InputError("“%(code)s” is no currency; use a code such as EUR or USD.", code=shown(self.currency, 10))
        if not self.amount.is_finite() or self.amount.adjusted() >= MAX_DIGITS:
            raise InputError("An amount has at most %(digits)d digits before the decimal point.", digits=MAX_DIGITS)
        if _decimals(self.amount) > MAX_DECIMALS:
            object.__setattr__(self, "amount", self.amount.quantize(_SMALLEST, context=_EXACT))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __add__(self, other: "Money") -> "Money":
        return Money(_EXACT.add(self.amount, self._comparable(other)), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(_EXACT.subtract(self.amount, self._comparable(other)), self.currency)

    def __neg__(self) -> "Money":
        return Money(self.amount.copy_negate(), self.currency)

    def __abs__(self) -> "Money":
        return Money(self.amount.copy_abs(), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(_EXACT.multiply(self.amount, _number(factor)), self.currency)

    __rmul__ = __mul__

    def __truediv__(self, divisor: Decimal | int) -> "Money":
        """The quotient to 12 decimals (an average); to share out a sum use `allocate`, which loses nothing."""
        return Money(_EXACT.divide(self.amount, _number(divisor)), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._comparable(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._comparable(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._comparable(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._comparable(other)

    def rounded(self) -> "Money":
        """To the currency's minor units, half away from zero."""
        unit = Decimal(1).scaleb(-minor_digits(self.currency))
        return Money(self.amount.quantize(unit, ROUND_HALF_UP, _EXACT), self.currency)

    def allocate(self, parts: int | Sequence[int | Decimal]) -> tuple["Money", ...]:
        """Shares that add up to exactly this sum: `parts` equal ones, or one per weight.

        Counted in minor units (or finer, if the amount is); what is left over goes one unit each to the shares that
        were cut most, the earlier first. Raises ValueError without parts, for negative weights or a sum of 0.
        """
        weights = [Decimal(1)] * parts if isinstance(parts, int) else [_number(weight) for weight in parts]
        total = sum(weights, Decimal())
        if total <= 0 or min(weights) < 0:
            raise ValueError("A sum is shared among at least one part, by weights that are not negative.")
        digits = max(minor_digits(self.currency), _decimals(self.amount))
        units = int(self.amount.scaleb(digits, _EXACT))
        return tuple(Money(Decimal(share).scaleb(-digits, _EXACT), self.currency) for share in _shares(units, weights))

    def _comparable(self, other: "Money") -> Decimal:
        if not isinstance(other, Money):
            raise TypeError(f"Money is added to and compared with money, not with {type(other).__name__}.")
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount


def zero(currency: str) -> Money:
    """Nothing, in a currency: the start of a sum."""
    return Money(Decimal(0), currency)


def is_currency(code: str) -> bool:
    """Whether this is an ISO 4217 code, in capitals."""
    return code in CURRENCIES


def minor_digits(code: str) -> int:
    """Decimals of the smallest coin: 2 for EUR, 0 for JPY, 3 for KWD."""
    return get_currency_precision(code)


@cache
def current_currencies(on: date) -> tuple[str, ...]:
    """The codes that are legal tender somewhere on that day, sorted: what a picker offers."""
    day = on.timetuple()[:3]
    return tuple(
        sorted(
            {
                code
                for spells in get_global("territory_currencies").values()
                for code, start, end, tender in spells
                if tender and (start is None or tuple(start) <= day) and (end is None or tuple(end) >= day)
            }
        )
    )


def parse(text: str, *, default_currency: str, decimal_comma: bool | None = None) -> Money:
    """The sum a person wrote: "€ 1.234,50", "1,234.50 USD", "CHF 1'200.-", "(50.00)"; raises InputError.

    The currency is a code, symbol or common name before or after the number, else `default_currency`; a $, kr or ¥
    means the default currency if that is written so too. Told nothing of the decimal mark, a lone dot or comma before
    exactly three digits groups thousands unless the currency has three decimals: "1.234 €" is 1234 EUR.
    """
    return _money(split(text, default_currency, CURRENCIES), decimal_comma)


def _money(parts: MoneyText, decimal_comma: bool | None) -> Money:
    return Money(parts.number(minor_digits(parts.currency), decimal_comma), parts.currency)


def format(money: Money, locale: str) -> str:
    """The sum as written in that culture ("de-AT", "en_US"), with all its decimals but at least the minor units."""
    digits = max(minor_digits(money.currency), _decimals(money.amount))
    return format_currency(
        money.amount.quantize(Decimal(1).scaleb(-digits), context=_EXACT),
        money.currency,
        locale=_locale(locale),
        currency_digits=digits == minor_digits(money.currency),
        decimal_quantization=False,
    )


@cache
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _number(value: Decimal | int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"Money is multiplied by int or Decimal, not by {type(value).__name__}.")
    return Decimal(value)


def _decimals(amount: Decimal) -> int:
    """Decimals that are not trailing zeros."""
    exponent = amount.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _shares(units: int, weights: Sequence[Decimal]) -> list[int]:
    """Whole units in proportion to the weights, by largest remainder (Hamilton's method); a debt like a sum."""
    if units < 0:
        return [-share for share in _shares(-units, weights)]
    total = sum(weights, Decimal())
    exact = [_EXACT.divide(_EXACT.multiply(Decimal(units), weight), total) for weight in weights]
    shares = [int(share.to_integral_value(ROUND_FLOOR)) for share in exact]
    most_cut = sorted(range(len(shares)), key=lambda i: (shares[i] - exact[i], i))
    for i in most_cut[: units - sum(shares)]:
        shares[i] += 1
    return shares
