from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import money
from rapport.base.errors import InputError
from rapport.base.money import CurrencyMismatch, Money, zero

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_sums_stay_in_their_currency() -> None:
    assert eur("1.10") + eur("2.20") == eur("3.30")
    assert eur("1.10") - eur("2.20") == -eur("1.10") == eur("-1.1")
    assert sum([eur("1"), eur("2")], zero("EUR")) == eur("3")
    assert abs(eur("-2")) == eur("2")
    assert not zero("EUR")


def test_different_currencies_are_never_mixed() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR and USD"):
        eur("1") + Money(Decimal(1), "USD")
    with pytest.raises(CurrencyMismatch):
        assert eur("1") < Money(Decimal(1), "USD")
    assert eur("1") != Money(Decimal(1), "USD")


def test_equal_amounts_are_equal_whatever_their_zeros() -> None:
    assert eur("1.0") == eur("1.00")
    assert len({eur("1.0"), eur("1.00")}) == 1
    assert eur("1") < eur("1.01") <= eur("1.01") and eur("2") > eur("1") >= eur("1.0")


def test_multiplying_is_exact_and_rounding_a_step_of_its_own() -> None:
    assert eur("0.0123") * 10_000 == eur("123")
    assert Decimal("0.5") * eur("0.25") == eur("0.125")
    assert eur("0.125").rounded() == eur("0.13")
    assert eur("-0.125").rounded() == eur("-0.13")
    assert Money(Decimal("1.5"), "JPY").rounded() == Money(Decimal(2), "JPY")
    assert eur("10") / 3 == eur("3.333333333333")


def test_binary_fractions_are_refused() -> None:
    with pytest.raises(TypeError):
        eur("1") * 0.1  # type: ignore[operator]
    with pytest.raises(TypeError, match="Decimal"):
        Money(0.1, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e20"])
def test_amounts_beyond_money_are_refused(amount: str) -> None:
    with pytest.raises(InputError):
        eur(amount)


def test_an_unknown_currency_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="“eur” is no currency"):
        Money(Decimal(1), "eur")


@given(AMOUNTS, st.integers(1, 40))
def test_equal_shares_add_up_and_differ_by_a_cent_at_most(amount: Decimal, parts: int) -> None:
    whole = Money(amount, "EUR")
    shares = whole.allocate(parts)
    assert len(shares) == parts
    assert sum(shares, zero("EUR")) == whole
    assert max(shares) - min(shares) <= eur("0.01")


@given(AMOUNTS, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_weighted_shares_add_up_and_stay_within_a_cent_of_fair(amount: Decimal, weights: list[int]) -> None:
    whole = Money(amount, "EUR")
    shares = whole.allocate(weights)
    assert sum(shares, zero("EUR")) == whole
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - whole * weight / sum(weights)) <= eur("0.01")
        assert weight or not share


def test_left_over_cents_go_to_the_earlier_shares() -> None:
    assert eur("10").allocate(3) == (eur("3.34"), eur("3.33"), eur("3.33"))
    assert eur("-10").allocate(3) == (eur("-3.34"), eur("-3.33"), eur("-3.33"))
    assert eur("0.005").allocate(2) == (eur("0.003"), eur("0.002"))


@pytest.mark.parametrize("parts", [0, -1, [], [0, 0], [1, -1]])
def test_sharing_among_nobody_is_refused(parts: int | list[int]) -> None:
    with pytest.raises(ValueError, match="at least one part"):
        eur("1").allocate(parts)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("€ 1.234,50", "1234.50", "EUR"), ("1,234.50 USD", "1234.50", "USD"), ("1 234,50 EUR", "1234.50", "EUR"),
        ("CHF 1'200.-", "1200", "CHF"), ("(50.00)", "-50", "EUR"), ("-50", "-50", "EUR"), ("50-", "-50", "EUR"),
        ("EUR -50", "-50", "EUR"), ("-€ 50", "-50", "EUR"), ("(€ 5.00)", "-5", "EUR"), ("1.234 €", "1234", "EUR"),
        ("1.234", "1234", "EUR"), ("1.234 KWD", "1.234", "KWD"), ("1.234,5 KWD", "1234.5", "KWD"),
        ("0.125", "0.125", "EUR"),
        ("$5", "5", "USD"), ("US$ 5", "5", "USD"), ("usd 5", "5", "USD"), ("¥500", "500", "JPY"),
        ("Rs.500", "500", "INR"),
        (".50 €", "0.5", "EUR"), ("5,- €", "5", "EUR"), ("Fr. 5.--", "5", "CHF"), ("1200 zł", "1200", "PLN"),
        ("£1.5", "1.5", "GBP"),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(text: str, amount: str, currency: str) -> None:
    assert money.parse(text, default_currency="EUR") == Money(Decimal(amount), currency)


def test_a_shared_sign_means_the_currency_one_keeps_accounts_in() -> None:
    assert money.parse("$5", default_currency="CAD").currency == "CAD"
    assert money.parse("kr 500", default_currency="SEK").currency == "SEK"
    with pytest.raises(InputError, match="several currencies"):
        money.parse("kr 500", default_currency="EUR")


def test_a_known_decimal_mark_is_obeyed() -> None:
    assert money.parse("1.234 €", default_currency="EUR", decimal_comma=False) == eur("1.234")
    assert money.parse("1.234 €", default_currency="EUR", decimal_comma=True) == eur("1234")


@pytest.mark.parametrize(
    "text",
    ["", "EUR", "5 foo", "EUR 5 EUR", "12 EUR 5", "5%", "NaN EUR", "-(5)", "--5", "5 €\x00", "9" * 30, "1" * 101],
)
def test_what_is_no_sum_of_money_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        money.parse(text, default_currency="EUR")


@given(st.text(alphabet="0123456789.,-+() '€$EURkr\u00a0", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        assert money.parse(text, default_currency="EUR").amount.is_finite()


@given(
    AMOUNTS,
    st.sampled_from(["de", "en_US", "de-CH", "fr", "sv", "pl", "ja"]),
    st.sampled_from(["EUR", "USD", "CHF", "PLN"]),
)
def test_a_formatted_sum_is_read_back(amount: Decimal, locale: str, currency: str) -> None:
    whole = Money(amount, currency)
    assert money.parse(money.format(whole, locale), default_currency=currency) == whole


def test_formatting_follows_the_culture_and_hides_no_decimals() -> None:
    assert money.format(eur("1234.5"), "de") == "1.234,50\u00a0€"
    assert money.format(eur("1234.5"), "en") == "€1,234.50"
    assert money.format(eur("0.0123"), "en") == "€0.0123"
    assert money.format(Money(Decimal(1234), "JPY"), "en") == "¥1,234"
    assert money.format(eur("1"), "no such locale") == "€1.00"


def test_currencies_are_those_of_iso_4217() -> None:
    assert {"EUR", "USD", "JPY", "DEM"} <= money.CURRENCIES
    assert money.is_currency("CHF") and not money.is_currency("chf") and not money.is_currency("ABC")
    assert [money.minor_digits(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]


def test_a_picker_offers_only_money_of_its_day() -> None:
    assert "DEM" not in money.current_currencies(date(2026, 1, 1))
    assert "DEM" in money.current_currencies(date(1990, 1, 1))
    assert {"EUR", "USD", "CHF"} <= set(money.current_currencies(date(2026, 1, 1)))
