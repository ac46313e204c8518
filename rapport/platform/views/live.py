"""Where a page reaches its streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http.request import split_domain_port

if TYPE_CHECKING:
    from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """A path of this site, or another port of the name the page was asked by; empty when pages are not live."""
    if settings.LIVE_PATH:
        return str(settings.LIVE_PATH)
    if not settings.LIVE_PORT:
        return ""
    try:
        host = split_domain_port(request.get_host())[0]
    except DisallowedHost:
        return ""
    return f"{request.scheme}://{host}:{settings.LIVE_PORT}/"
