"""Where a request comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address; behind a proxy `rapport.config.proxies` has put it there."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
