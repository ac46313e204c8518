"""What is shipped: vendored files as they came, generated files as made, weight, contrast, rules of style."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # comes without types
import pytest
from django.contrib.staticfiles import finders

from rapport.ui import colours, gallery, icons, stylesheet

UI = Path(stylesheet.__file__).parent
VENDOR = UI / "static" / "vendor"
CSS = sorted((UI / "css").glob("*.css"))
SCRIPTS = sorted((UI / "static" / "ui" / "js").glob("*.js"))
PAGES = sorted((UI / "templates").rglob("*.html"))


def vendored() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads((VENDOR / "vendor.toml").read_text())


def test_every_vendored_file_is_the_one_that_was_reviewed() -> None:
    told = {
        f"{folder}/{name}": digest for folder, about in vendored().items() for name, digest in about["files"].items()
    }
    found = {
        str(path.relative_to(VENDOR)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }
    assert found == told


def test_every_vendored_part_says_version_licence_and_why() -> None:
    for folder, about in vendored().items():
        assert {"package", "version", "licence", "why", "files"} <= set(about), folder
        assert any(name.startswith("LICENSE") for name in about["files"]), folder


def test_the_colours_are_made_from_the_vendored_scales() -> None:
    assert colours.TARGET.read_text() == colours.build()


def test_the_sprite_has_exactly_the_icons_named() -> None:
    found = re.findall(r'<symbol id="([^"]+)"', icons.SPRITE.read_text())
    assert sorted(found) == sorted(icons.NAMES)


def test_every_icon_that_a_template_or_script_names_exists() -> None:
    text = "\n".join(path.read_text() for path in [*PAGES, *SCRIPTS])
    named = set(re.findall(r'\bicon\("([a-z0-9-]+)"', text)) | set(re.findall(r"\bicon\('([a-z0-9-]+)'", text))
    assert named
    assert named <= set(icons.NAMES)


def test_an_unknown_icon_is_a_circle_and_its_label_is_escaped() -> None:
    drawn = icons.icon('"><script>', label='"><script>')
    assert "#circle" in drawn
    assert "<script" not in drawn


def test_the_stylesheet_is_found_by_name_and_joined_in_order() -> None:
    path = finders.find(stylesheet.NAME)
    assert path
    text = Path(str(path)).read_text()
    assert text.startswith("@layer reset, base, components, modules, utilities;")
    assert "/*" not in text


def test_collectstatic_is_offered_the_stylesheet() -> None:
    from rapport.ui.finders import StylesheetFinder

    [(name, storage)] = list(StylesheetFinder().list(None))
    assert name == stylesheet.NAME
    assert storage.open(name).read()


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_a_style_has_no_weight_no_id_and_only_tokens_for_colours(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert "!important" not in text
    rules = re.findall(r"([^{};]+)\{", text)
    assert [rule for rule in rules if re.search(r"(?<![&\w-])#(?!panel-body)[a-z]", rule)] == []
    if path.name not in ("colours.css", "tokens.css"):
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;,\s)])", text) == []
    physical = r"\b(?:margin|padding|border)-(?:left|right|top|bottom)\b|^\s*(?:left|right|top|bottom|width|height):"
    assert re.findall(physical, text, flags=re.MULTILINE) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_has_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"hx-on|hx-vals=.js:", text)


def test_nothing_of_ours_reaches_for_another_host() -> None:
    for path in [*PAGES, *SCRIPTS, *CSS]:
        found = re.findall(r"https?://[^\s\"')]+", path.read_text())
        assert [url for url in found if url != "http://www.w3.org/2000/svg"] == [], path


LIST_SCRIPTS = "first common ui toast dialog panel keys theme drafts relative_time".split()  # noqa: SIM905
LIST_SCRIPTS += ["bulk", "filter", "record"]


def test_a_list_page_weighs_under_60_kb_compressed() -> None:
    """HTML of 50 rows, styles, all scripts that a list needs to stand, and the icons.

    The font comes once and is not counted, nor what is loaded when the page stands: the grid and its editors.
    """
    from rapport.ui.gallery_samples import columns, row
    from tests.ui.test_backend import engine

    table = engine().from_string(
        '{% extends "ui/shell.html" %}{% from "ui/table.html" import table %}'
        '{% block content %}{{ table(columns, rows, "Deals", bulk={"action": "#", "actions": []}) }}{% endblock %}'
    )
    from rapport.ui.gallery_samples import shell

    page = str(table.render({"shell": shell(), "columns": columns(), "rows": [row(n % 10) for n in range(50)]}))
    js = [UI / "static" / "ui" / "js" / f"{name}.js" for name in LIST_SCRIPTS]
    js += [VENDOR / "htmx" / "htmx.min.js", VENDOR / "idiomorph" / "idiomorph.min.js", icons.SPRITE]
    parts = [page.encode(), stylesheet.build().encode(), *(path.read_bytes() for path in js)]
    assert sum(len(brotli.compress(part)) for part in parts) < 60_000


PAIRS = [
    (ink, ground)
    for ink, grounds in {
        "ink": ("ground", "raised", "sunken", "hover", "pressed", "accent-soft"),
        "ink-2": ("ground", "raised", "sunken", "hover", "pressed"),
        "ink-3": ("ground", "raised", "sunken", "hover"),
        "accent-ink": ("ground", "raised", "accent-soft", "hover"),
        "good-ink": ("good-soft", "raised"),
        "warn-ink": ("warn-soft", "raised"),
        "bad-ink": ("bad-soft", "raised", "ground"),
        "info-ink": ("info-soft", "raised"),
        "on-solid": ("accent-solid", "accent-solid-hover", "bad-solid"),
    }.items()
    for ground in grounds
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(ink: str, ground: str, theme: int) -> None:
    tokens = Tokens(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5  # WCAG 2.2, 1.4.3


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("line", ["line-control", "accent-ink", "warn-line"])
def test_what_shows_a_control_or_focus_stands_out(line: str, theme: int) -> None:
    tokens = Tokens(theme)
    assert min(contrast(tokens[line], tokens[ground]) for ground in ("ground", "raised")) >= 3  # WCAG 2.2, 1.4.11


Rgb = tuple[float, float, float]


class Tokens:
    """The colours of tokens.css worked out for one theme: hex, var(), light-dark() and color-mix(in srgb, …)."""

    def __init__(self, theme: int) -> None:
        text = (UI / "css" / "tokens.css").read_text() + (UI / "css" / "colours.css").read_text()
        self.values = dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", text))
        self.theme = theme

    def __getitem__(self, name: str) -> Rgb:
        return self.colour(self.values[name])

    def colour(self, value: str) -> Rgb:
        value = value.strip()
        if value.startswith("#"):
            return tuple(int(value[n : n + 2], 16) / 255 for n in (1, 3, 5))  # type: ignore[return-value]
        inside = value[value.index("(") + 1 : value.rindex(")")]
        if value.startswith("var("):
            return self[inside.removeprefix("--")]
        parts = re.findall(r"(?:[^,(]|\([^)]*\))+", inside)
        if value.startswith("light-dark("):
            return self.colour(parts[self.theme])
        first, share = re.fullmatch(r"\s*(.+?)(?: (\d+)%)?", parts[1]).groups()  # type: ignore[union-attr]
        weight = int(share or 50) / 100
        one, two = self.colour(first), self.colour(parts[2])
        return tuple(a * weight + b * (1 - weight) for a, b in zip(one, two, strict=True))  # type: ignore[return-value]


def contrast(one: Rgb, two: Rgb) -> float:
    """The ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_black_on_white_is_21() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)


def test_the_gallery_has_a_template_for_each_of_its_pages() -> None:
    assert {path.stem for path in (UI / "templates" / "ui" / "gallery").glob("*.html")} == set(gallery.PAGES)


def test_the_readme_names_every_macro_file() -> None:
    text = (UI / "README.md").read_text()
    internal = {"base.html", "nav.html", "help.html"}
    names = {path.name for path in (UI / "templates" / "ui").glob("*.html")}
    assert {name for name in names - internal if name not in text} == set()


def test_the_readme_has_the_signatures_of_the_macros() -> None:
    told = set(re.findall(r"\| `([a-z_]+\([a-z_=, ]*\))` \|", (UI / "README.md").read_text()))
    found = {
        f"{name}({', '.join(_argument(part) for part in arguments.split(',') if part.strip())})"
        for path in (UI / "templates" / "ui").glob("*.html")
        for name, arguments in re.findall(r"{%-? macro ([a-z_]+)\(([^)]*)\)", path.read_text())
    }
    assert len(told) > 50
    assert told - found == set()


def _argument(text: str) -> str:
    name, equals, _default = text.strip().partition("=")
    return name + equals
