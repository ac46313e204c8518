"""Calls to /api/v1 leave the chain of middleware here: no session, no cookie, no form token, no language of a browser.

That is how little the API needs, and it is a third of the time of a short list. Headers and health stand before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

PREFIX = "/api/v1"


class First:
    """Answers what begins with /api/v1; everything else goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"{PREFIX}/") and request.path_info != PREFIX:
            return self.get_response(request)
        match = request.resolver_match = resolve(request.path_info)
        answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return answer
