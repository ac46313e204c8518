"""Charts: valid SVG without style, a table that says the same, and no value that breaks them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.ui import pictures
from rapport.ui.pictures import Bar, Picture

HOSTILE = '"><script>alert(1)</script>'


def drawn(picture: Picture) -> ET.Element:
    return ET.fromstring(picture.svg)  # noqa: S314  # our own drawing


def all_pictures(bars: list[Bar]) -> list[Picture]:
    return [pictures.bars(bars, HOSTILE), pictures.funnel(bars, HOSTILE), pictures.columns(bars, HOSTILE)]


def test_a_bar_is_as_long_as_its_share() -> None:
    picture = pictures.bars([Bar("a", 50), Bar("b", 100)], "Shares", most=100)
    widths = [float(bar.get("width", 0)) for bar in drawn(picture).iter("rect") if bar.get("class") == "fill"]
    assert widths == [190, 380]
    assert picture.rows == [("a", "50"), ("b", "100")]


def test_a_funnel_shows_the_share_of_the_first_stage() -> None:
    texts = [text.text for text in drawn(pictures.funnel([Bar("in", 200), Bar("won", 50)], "Funnel")).iter("text")]
    assert "25%" in texts


def test_hostile_words_are_escaped() -> None:
    for picture in all_pictures([Bar(HOSTILE, 1, HOSTILE)]):
        assert "<script" not in picture.svg
        assert drawn(picture).get("aria-label") == HOSTILE


@pytest.mark.parametrize("bars", [[], [Bar("none", None)], [Bar("zero", 0), Bar("minus", -3)]])
def test_nothing_zero_and_negative_are_drawn_without_error(bars: list[Bar]) -> None:
    for picture in all_pictures(bars):
        assert drawn(picture).tag == "svg" or drawn(picture).tag.endswith("svg")
        assert "nan" not in picture.svg


@given(values=st.lists(st.one_of(st.none(), st.floats(), st.integers(-(10**15), 10**15)), max_size=12))
def test_no_value_breaks_a_picture(values: list[float | None]) -> None:
    labels = [str(n) for n in range(len(values))]
    for picture in [*all_pictures([Bar("x", value) for value in values]), pictures.sparkline(values, labels, "t")]:
        assert "nan" not in picture.svg
        assert "inf" not in picture.svg.replace("info", "")
        assert "style=" not in picture.svg
        drawn(picture)


def test_a_sparkline_says_its_last_value() -> None:
    assert drawn(pictures.sparkline([1, 4], ["Oct", "Nov"], "Replies")).get("aria-label") == "Replies: 4 in Nov"


def test_a_meter_is_never_longer_than_full() -> None:
    assert 'width="100.0"' in pictures.meter(250, "over")
