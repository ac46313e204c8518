"""Foreign HTML, such as a mail's or a file's, without anything that could act, load, be styled or tell.

An allow-list of tags and three attributes. Pictures are left out: each would tell its sender who looked, and when.
Links lead to http, https, mailto and tel only, open elsewhere and tell nothing. No class, id, style, data- or hx-: what
stands in the text can neither look like a part of ours nor be taken for one by our scripts.
"""

from __future__ import annotations

import re

import nh3

from rapport.base.markup import bounded

TAGS = frozenset(
    (
        *(
            "a",
            "abbr",
            "address",
            "b",
            "blockquote",
            "br",
            "caption",
            "center",
            "cite",
            "code",
            "dd",
            "del",
            "div",
            "dl",
        ),
        *("dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li", "ol", "p", "pre", "q", "s"),
        *(
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "tt",
        ),
        *("u", "ul"),
    )
)
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
# What is left out with all that stands inside.
WHOLE = frozenset(
    ("script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math", "select")
)
SCHEMES = frozenset(("http", "https", "mailto", "tel"))
LONGEST = 2_000_000
# An address says where it leads: nothing relative, no `//host`, no sign that a browser would drop.
LINK = re.compile(r"(?:https?://[^\s\\@/?#]+(?:[/?#][^\s\\]*)?|(?:mailto|tel):[^\s\\]+)", re.IGNORECASE)
SPAN = re.compile(r"[1-9][0-9]?")


def clean(source: str) -> str:
    """What is left of foreign HTML; at most LONGEST characters of it are read."""
    return nh3.clean(
        bounded(source, LONGEST),
        tags=set(TAGS),
        clean_content_tags=set(WHOLE),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _kept(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if LINK.fullmatch(value.strip()) else None
    if name in ("colspan", "rowspan"):
        return value if SPAN.fullmatch(value) else None
    return value
