"""Requests that another site makes with our visitor's browser (Fetch Metadata, W3C).

A browser says of each request where it began. What changes something must have begun here; what only reads may also be
a link somebody followed, and nothing else: no picture, frame or script of another site is answered. The form token
stands behind this as before: programs and old browsers say nothing of where they come from.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
# "none": typed, a bookmark, a reload of such.
OURS = frozenset(("same-origin", "none", ""))
EMBEDDED = frozenset(("object", "embed", "iframe", "frame", "fencedframe"))
# Browsers send reports of what they refused with whatever they please; nothing is read or changed there.
REPORTS = "/csp-reports"


class FromHere:
    """Refuses with 403 what another site made the browser ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_from_elsewhere(request) and request.path_info != REPORTS:
            from rapport.platform.views import errors

            return errors.from_elsewhere(request)
        return self.get_response(request)


def is_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site began this request, other than by a link that leads here."""
    if request.headers.get("Sec-Fetch-Site", "") in OURS:
        return False
    followed = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method in SAFE
    return not followed or request.headers.get("Sec-Fetch-Dest", "") in EMBEDDED
