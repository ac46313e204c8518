import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.base.csv_safe import formula_safe, formula_unsafe

RISKY = st.text(alphabet="'=+-@\t\r\n ＝１1a.,e", max_size=8)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "-",
        "+49 30 123",
        "=",
        "'=1",
    ],
)
def test_cells_a_spreadsheet_would_run_get_an_apostrophe(cell: str) -> None:
    assert formula_safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell",
    ["", "a", "12", "-5", "+5", "-1.234,50", "-1,234.50", "-1e5", "+4930123", "a=b", "a@b.de", "'quoted'", "'", " x"],
)
def test_harmless_cells_stay_as_they_are(cell: str) -> None:
    assert formula_safe(cell) == cell
    assert formula_unsafe(cell) == cell


@given(RISKY | st.text())
def test_a_cell_comes_back_exactly(cell: str) -> None:
    assert formula_unsafe(formula_safe(cell)) == cell


@given(RISKY | st.text())
def test_no_safe_cell_starts_like_a_formula(cell: str) -> None:
    safe = formula_safe(cell)
    if re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", safe):
        assert re.fullmatch(r"[+-][\d.,]+([eE][+-]?\d+)?", safe)


def test_an_apostrophe_typed_by_hand_before_a_number_is_taken_away() -> None:
    assert formula_unsafe("'+4930123") == "+4930123"
