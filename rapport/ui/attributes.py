"""Values on their way into HTML attributes: a dictionary as attributes, an address one may click, JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from rapport.ui.safe import Safe, html, join

_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_:.\-]*")
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "poster", "cite", "data", "xlink:href"})
_HARMLESS_SCHEME = re.compile(r"(?:https?|mailto|tel|sms):", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"[^/?#]*:")
_IGNORED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f-\x9f\u200b\ufeff]+")
NOWHERE = "#"


def href(address: object) -> str:
    """The address if clicking it is harmless, else "#".

    Browsers drop control characters and leading blanks before they look for a scheme (WHATWG URL, basic parser), so
    `java\\nscript:` counts as what it becomes.
    """
    return "" if address is None else _href(str(address))


@lru_cache(maxsize=8192)
def _href(text: str) -> str:
    bare = _IGNORED_BY_BROWSERS.sub("", text)
    if _ANY_SCHEME.match(bare) and not _HARMLESS_SCHEME.match(bare):
        return NOWHERE
    return text.strip()


def attrs(values: Mapping[str, object] | None) -> Safe:
    """A dictionary as HTML attributes with a leading blank.

    None and False are left out, True stands bare, dictionaries and lists become JSON. Raises ValueError for names that
    could act (`on…`), style, or are no names at all: these come from code, never from a record.
    """
    return join(
        [_attribute(name, value) for name, value in (values or {}).items() if value is not None and value is not False]
    )


def _attribute(name: str, value: object) -> Safe:
    lower = name.lower()
    if not _NAME.fullmatch(name) or lower.startswith(("on", "hx-on")) or lower in {"style", "srcdoc"}:
        raise ValueError(f"{name!r} may not be set as an attribute")
    if value is True:
        return html(" {name}", name=name)
    if lower in _ADDRESSES:
        value = href(value)
    elif isinstance(value, Mapping | list | tuple):
        value = json_attr(value)
    return html(' {name}="{value}"', name=name, value=value)


def json_attr(value: object) -> str:
    """The value as JSON, for an attribute that a script reads; escaped where it is printed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
