"""Pages run both ways: the stylesheets name sides by the flow of the text, and a pseudo-language shows that they do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rapport.ui import language, pseudo

UI = Path(__file__).resolve().parents[2] / "rapport" / "ui"
SHEETS = sorted((UI / "css").glob("*.css"))

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# left, margin-right, border-top-left-radius … as the name of a property, and left or right as the value of some.
_SIDE = re.compile(
    r"(?<![\w-])(?:(?:[\w-]+-)?(?:left|right)(?:-[\w-]+)?\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)\b)"
)
_FOUR = re.compile(
    r"(?<![\w-])(?:padding|margin|inset|border-width|border-color|scroll-(?:padding|margin))\s*:([^;{}]+)"
)
_VALUE = re.compile(r"[^\s()]+(?:\((?:[^()]|\([^()]*\))*\))?")
# A shadow lies to one side; what does so by hand multiplies with --ahead.
_SHADOW = re.compile(r"box-shadow\s*:\s*inset\s+-?[1-9]\d*px")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_stylesheet_names_no_side_of_the_screen(sheet: Path) -> None:
    css = _COMMENT.sub("", sheet.read_text(encoding="utf-8"))
    lopsided = [
        found[0]
        for found in _FOUR.finditer(css)
        if len(values := _VALUE.findall(found[1])) == 4 and values[1] != values[3]
    ]
    assert [*_SIDE.findall(css), *lopsided, *_SHADOW.findall(css)] == [], "use inline-start, inline-end, --ahead"


@pytest.mark.parametrize(
    ("css", "wrong"),
    [
        ("a { margin-left: 1px }", True),
        ("a { left: 0 }", True),
        ("a { text-align: right }", True),
        ("a { border-top-left-radius: 2px }", True),
        ("a { margin-inline-start: 1px; inset-inline-end: 0 }", False),
        ("a { justify-content: left }", False),
    ],
)
def test_the_rule_finds_sides(css: str, wrong: bool) -> None:
    assert bool(_SIDE.search(css)) is wrong


def test_the_pseudo_language_keeps_places_and_tags() -> None:
    said = pseudo.mirrored("{n} of <b>%(what)s</b> left at https://example.org/a")
    assert all(kept in said for kept in ("{n}", "<b>", "</b>", "%(what)s", "https://example.org/a"))
    assert said.format(n=3).startswith("⟦3")


def test_the_pseudo_language_is_longer_and_runs_the_other_way() -> None:
    said = pseudo.mirrored("Customers without next step")
    assert len(said) > 1.3 * len("Customers without next step")
    assert "\u202e" in said
    assert "Customers" not in said
    assert pseudo.mirrored("  ") == "  "


def test_texts_are_mirrored_only_where_the_language_is_offered(settings: pytest.FixtureRequest) -> None:
    with language.speaking(pseudo.CODE):
        assert language.gettext("Save") == "Save"
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo.CODE, pseudo.NAME)]  # type: ignore[attr-defined]  # pytest-django's
    with language.speaking(pseudo.CODE):
        assert language.gettext("Save") == pseudo.mirrored("Save")
        assert language.ngettext("{n} day", "{n} days", 2) == pseudo.mirrored("{n} days")
        assert language.direction(language.current()) == "rtl"
    assert language.gettext("Save") == "Save"
