"""Numbers, money, dates and lengths of time as readers of different habits see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base import clock
from rapport.base.money import Money
from rapport.ui import formats, reader

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)  # a Monday, 11:05 in Berlin
BERLIN = reader.Reader(locale="en-GB", zone="Europe/Berlin", currency="EUR")
GERMAN = reader.Reader(locale="de-DE", zone="Europe/Berlin", currency="EUR")


@pytest.fixture(autouse=True)
def _monday_in_berlin() -> Iterator[None]:
    with clock.freeze(NOW), reader.reading_as(BERLIN):
        yield


def spaces(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("value", "currency", "expected"),
    [
        (Decimal("84000"), "EUR", "€84,000"),
        (Decimal("84000.5"), "EUR", "€84,000.50"),
        (Decimal("-12"), "GBP", "-£12"),
        (1000, "JPY", "JP¥1,000"),
        (Money(Decimal("5.25"), "EUR"), "", "€5.25"),
        (0, "EUR", "€0"),
        ("12.50", "EUR", "€12.50"),
        (None, "EUR", ""),
        ("twelve", "EUR", "twelve"),
        (float("nan"), "EUR", "nan"),
    ],
)
def test_money_has_its_currency_and_no_needless_cents(value: object, currency: str, expected: str) -> None:
    assert formats.money(value, currency) == expected


def test_money_follows_the_readers_language() -> None:
    with reader.reading_as(GERMAN):
        assert spaces(formats.money(Decimal("84000.5"), "EUR")) == "84.000,50 €"
        assert spaces(formats.money(3_410_000, "EUR", short=True)) == "3,41 Mio. €"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3_410_000, "€3.41m"),
        (34_100_000, "€34.1m"),
        (341_000_000, "€341m"),
        (640_400, "€640k"),
        (12_345, "€12.3k"),
        (9999, "€9,999"),
    ],
)
def test_short_money_keeps_three_figures(value: int, expected: str) -> None:
    assert formats.money(value, "EUR", short=True).lower() == expected


def test_numbers_and_shares() -> None:
    assert formats.number(1234567.891) == "1,234,567.891"
    assert formats.number(1234.5, 0) == "1,234"
    assert formats.percent(0.234) == "23%"
    assert formats.percent(86, of=100) == "86%"
    assert formats.percent(0.2345, 1) == "23.4%"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOW, "now"),
        (NOW - timedelta(minutes=12), "12 min ago"),
        (NOW + timedelta(minutes=30), "in 30 min"),
        (datetime(2026, 11, 23, 7, 0, tzinfo=UTC), "08:00"),
        (datetime(2026, 11, 22, 22, 30, tzinfo=UTC), "yesterday"),
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), "00:30"),  # already Monday in Berlin
        (date(2026, 11, 24), "tomorrow"),
        (date(2026, 11, 23), "today"),
        (date(2026, 11, 26), "Thu 26 Nov"),
        (date(2026, 11, 18), "18 Nov"),
        (date(2025, 3, 1), "1 Mar 2025"),
        ("2026-11-18", "18 Nov"),
        (None, ""),
        ("soon", "soon"),
    ],
)
def test_near_times_are_words(value: object, expected: str) -> None:
    assert formats.relative(value) == expected


def test_a_moment_keeps_its_exact_time_on_hover_and_for_machines() -> None:
    text = formats.when(datetime(2026, 11, 18, 8, 42, tzinfo=UTC))
    assert 'datetime="2026-11-18T09:42:00+01:00"' in text
    assert 'title="18 November 2026 at 09:42"' in text
    assert text.endswith(">18 Nov</time>")


def test_a_time_in_the_night_of_the_clock_change_is_shown_in_the_readers_zone() -> None:
    assert formats.time_text(datetime(2026, 10, 25, 1, 30, tzinfo=UTC)) == "02:30"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (80, "1 h 20 min"),
        (60, "1 h"),
        (0, "0 min"),
        (timedelta(days=3), "3 days"),
        (-15, "−15 min"),
        (None, ""),
        ("x", "x"),
    ],
)
def test_lengths_of_time(value: object, expected: str) -> None:
    assert formats.duration(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mara Lind", "ML"),
        ("Nordlicht Werke GmbH", "NW"),
        ("émile", "É"),
        ("", "?"),
        (None, "?"),
        ("-- &", "?"),
        ("Anne-Marie X", "AM"),
    ],
)
def test_initials(name: str | None, expected: str) -> None:
    assert formats.initials(name) == expected


def test_a_hue_stays_with_its_name() -> None:
    assert formats.hue("Mara Lind") == formats.hue("Mara Lind")
    assert {formats.hue(f"n{n}") for n in range(100)} == set(range(1, formats.HUES + 1))


def test_text_is_cut_at_a_word() -> None:
    assert formats.truncate("one two three four", 12) == "one two…"
    assert formats.truncate("a" * 100, 10) == "a" * 9 + "…"
    assert formats.truncate("short", 10) == "short"


@pytest.mark.parametrize("name", ["xx-YY", "", "../../etc", "de_DE_x_y_z", "\x00"])
def test_an_unknown_language_or_zone_falls_back(name: str) -> None:
    who = reader.Reader(locale=name, zone=name)
    with reader.reading_as(who):
        assert formats.number(1) == "1"
        assert formats.time_text(NOW) in ("10:05", "10:05 AM")


EVERY = (
    formats.money,
    formats.number,
    formats.percent,
    formats.date_text,
    formats.relative,
    formats.when,
    formats.duration,
)
ANYTHING = st.one_of(
    st.none(), st.text(), st.integers(), st.floats(), st.decimals(), st.dates(), st.booleans(), st.times()
)


@given(value=ANYTHING)
def test_no_value_breaks_a_format(value: object) -> None:
    for shape in (*EVERY, formats.initials, formats.hue, formats.truncate):
        shape(value)


@given(value=st.text(alphabet="<>&\"'ab\x00"))
def test_what_makes_html_escapes_it(value: str) -> None:
    assert "<" not in formats.when(value)
