"""Where things are: the path converter of Objects, and the addresses that pages link to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import register_converter, reverse

from rapport.platform.custom.addresses import PAGES as RESERVED
from rapport.platform.objects import Object, registry

if TYPE_CHECKING:
    from collections.abc import Mapping


class ObjectConverter:
    """A path segment to its Object; unknown ones do not match, so the answer is 404."""

    regex = "[a-z][a-z0-9_-]*"

    def to_python(self, value: str) -> Object:
        obj = registry.by_url(value) if value not in RESERVED else None
        if obj is None:
            raise ValueError(value)
        return obj

    def to_url(self, value: Object | str) -> str:
        return value if isinstance(value, str) else value.url


register_converter(ObjectConverter, "obj")


@lru_cache(maxsize=512)
def _base(name: str, segment: str) -> str:
    return reverse(name, args=(segment,))


def list_url(obj: Object, layout: str = "list", **query: str | None) -> str:
    """The list (or, with layout "board", the board) with what is asked for in `query`; empty values are left out."""
    return with_query(_base(layout, obj.url), query)


def record_url(obj: Object | str, pk: int | str, **query: str | None) -> str:
    """A record's page; `obj` may be its key."""
    found = registry.get(obj) if isinstance(obj, str) else obj
    return with_query(f"{_base('list', found.url)}/{pk}", query)


def panel_url(obj: Object | str, pk: int | str, **query: str | None) -> str:
    """The record in the right panel."""
    found = registry.get(obj) if isinstance(obj, str) else obj
    return with_query(f"{_base('list', found.url)}/{pk}/panel", query)


def with_query(url: str, query: Mapping[str, str | None]) -> str:
    """The address with a query string of the values that are not empty."""
    given = {key: value for key, value in query.items() if value}
    return f"{url}?{urlencode(given)}" if given else url
