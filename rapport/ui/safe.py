"""Trusted HTML. The only module that may make a string that is printed without escaping; read every line of it twice.

A `Safe` is made in three ways: `html` fills a literal pattern and escapes each value, `join` glues Safe parts,
`sanitised` cleans foreign HTML with nh3. A test forbids `mark_safe` and `__html__` everywhere else in the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape as _escape
from typing import LiteralString

import nh3

from rapport.base.markup import bounded

# What a person can write in the rich text editor, and no more: no images (they would be loaded from elsewhere), no
# style.
TAGS = frozenset(
    "p br strong b em i u s del a ul ol li blockquote pre code h1 h2 h3 h4 hr div span".split()  # noqa: SIM905
)
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_SPECIAL = re.compile("[&<>\"']")
LONGEST_RICH_TEXT = 1_000_000


class Safe(str):
    """HTML that may be printed as it is."""

    __slots__ = ()

    def __html__(self) -> Safe:
        return self


def escape(value: object) -> Safe:
    """The value as HTML text; a Safe stays as it is, None is empty."""
    return Safe(_text(value))


def html(pattern: LiteralString, **values: object) -> Safe:
    """Fill the `{name}` places of a literal pattern with escaped values.

    The type checker refuses a pattern that is not written in the source.
    """
    for name, value in values.items():
        if type(value) is not Safe:
            values[name] = _text(value)
    return Safe(pattern.format_map(values))


def join(parts: Iterable[str], between: LiteralString = "") -> Safe:
    """Parts in a row; each that is not Safe is escaped."""
    return Safe(between.join([part if type(part) is Safe else _text(part) for part in parts]))


def _text(value: object) -> str:
    if type(value) is Safe:
        return value
    if value is None:
        return ""
    text = value if type(value) is str else str(value)
    return _escape(text, quote=True) if _SPECIAL.search(text) else text  # most values have nothing to escape


def sanitised(text: str) -> Safe:
    """Foreign HTML without anything that could act, load or be styled; links open elsewhere and tell nothing."""
    cleaned = nh3.clean(
        bounded(text, LONGEST_RICH_TEXT),
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return Safe(cleaned)
