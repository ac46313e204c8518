"""Trusted HTML and attributes: nothing that comes from outside can act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.ui import attributes, safe

ROOT = Path(__file__).parents[2] / "rapport"


def test_html_escapes_values_but_not_safe_ones() -> None:
    inner = safe.html("<b>{x}</b>", x="<")
    assert safe.html("<p title='{t}'>{inner}</p>", t="'\"", inner=inner) == "<p title='&#x27;&quot;'><b>&lt;</b></p>"


def test_braces_in_values_stay_as_they_are() -> None:
    assert safe.html("{a}", a="{b} {0} {a.__class__}") == "{b} {0} {a.__class__}"


def test_join_escapes_what_is_not_safe() -> None:
    assert safe.join([safe.html("<i>"), "<i>"]) == "<i>&lt;i&gt;"


class Pretender(str):
    """A string that claims to be HTML."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def test_a_string_that_claims_to_be_html_is_escaped() -> None:
    assert safe.escape(Pretender("<b>")) == "&lt;b&gt;"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("<script>alert(1)</script>", "alert"),
        ('<a href="javascript:alert(1)">x</a>', "javascript"),
        ('<img src=x onerror="alert(1)">', "img"),
        ('<p style="background:url(//evil)">x</p>', "evil"),
        ("<svg><style><img src=x onerror=alert(1)></style></svg>", "onerror"),
        ('<iframe src="//evil"></iframe>', "iframe"),
        ('<form action="//evil"><input></form>', "form"),
        ("<p>a\x00b</p>", "\x00"),
    ],
)
def test_foreign_html_loses_what_could_act(text: str, gone: str) -> None:
    assert gone not in safe.sanitised(text)


def test_foreign_html_keeps_what_people_write() -> None:
    text = safe.sanitised(
        '<p>Hello <b>you</b></p><ul><li>one</li></ul><a href="https://example.org/?a=1&amp;b=2">x</a>'
    )
    assert "<b>you</b>" in text
    assert "<li>one</li>" in text
    assert 'rel="noopener noreferrer nofollow"' in text


def test_a_megabyte_of_tags_is_cleaned_in_time() -> None:
    assert len(safe.sanitised("<b>" * 400_000)) < 10_000_000


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "blob:x",
        "view-source:x",
        "\u200bjavascript:alert(1)",
    ],
)
def test_an_address_that_would_act_leads_nowhere(address: str) -> None:
    assert attributes.href(address) == "#"


@pytest.mark.parametrize(
    "address",
    [
        "/people/1",
        "?q=a:b",
        "#x",
        "https://example.org/a:b",
        "mailto:a@b.example",
        "tel:+49",
        "list.html",
        "/a?x=javascript:1",
    ],
)
def test_a_plain_address_stays(address: str) -> None:
    assert attributes.href(address) == address


def test_attributes_are_escaped_and_addresses_judged() -> None:
    made = attributes.attrs(
        {"title": '"><b>', "hidden": True, "x": None, "y": False, "href": "javascript:1", "data-n": {"a": "'"}}
    )
    assert made == ' title="&quot;&gt;&lt;b&gt;" hidden href="#" data-n="{&quot;a&quot;:&quot;&#x27;&quot;}"'


@pytest.mark.parametrize("name", ["onclick", "OnLoad", "style", "srcdoc", "a b", "x>", "", "hx-on:click", "hx-on"])
def test_attributes_that_act_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="may not be set"):
        attributes.attrs({name: "x"})


@given(value=st.text())
def test_no_text_breaks_out_of_an_attribute(value: str) -> None:
    made = attributes.attrs({"title": value, "href": value})
    assert re.fullmatch(r' title="[^"<>]*" href="[^"<>]*"', made, flags=re.DOTALL)


def test_only_one_module_makes_trusted_html() -> None:
    pattern = re.compile(r"mark_safe|SafeString|def __html__|Markup\(|minijinja\.safe|\bSafe\(")
    allowed = {"ui/safe.py", "ui/minijinja.py"}  # the backend's result is what templates made
    found = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if pattern.search(path.read_text())}
    assert found - allowed == set()
