"""Every address of the product, filled so that it leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

NOWHERE = UUID(int=7)


def templates() -> list[str]:
    """Every pattern that Django resolves, such as `<obj:obj>/<int:pk>/edit`."""
    return sorted(set(_walk(get_resolver().url_patterns, "")))


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield before + str(pattern.pattern)


def filled(template: str, values: dict[str, Any]) -> str:
    """The address of a pattern, its places filled by name, else by type."""
    by_type = {"int": "1", "uuid": str(NOWHERE), "slug": "nothing", "str": "nothing", "path": "nothing", "obj": "toys"}

    def fill(found: re.Match[str]) -> str:
        kind, name = found[1] or "str", found[2]
        return str(values.get(f"{kind}:{name}", values.get(name, by_type[kind])))

    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", fill, template.replace("^v1(?:/|$)", "v1/none"))
