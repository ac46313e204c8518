"""What every answer tells the browser to forbid.

A page runs the scripts that carry the nonce of this answer and no others: an injected tag, an inline handler, a file
somebody uploaded stay what they are. What is no page (an answer of the API, a file, a picture) may do nothing at all.
"""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rapport.platform.views import live

# `report-uri` and not `report-to`: every browser knows it, and it reports at once.
PAGE = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'{live}",
        "frame-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "report-uri /csp-reports",
    )
)
NO_PAGE = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
# Everything a browser could lend to a page; Rapport asks for none of it.
LENT = (
    *("accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "display-capture", "encrypted-media"),
    *("fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
    *(
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    ),
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in LENT),
}
A_YEAR = 31_536_000


def page_policy(request: HttpRequest, nonce: str) -> str:
    """What a page may do; streams of live pages may come from another port of the same name."""
    streams = live.address(request)
    return PAGE.format(nonce=nonce, live=f" {streams}" if "://" in streams else "")


class SecurityHeaders:
    """Adds the headers unless the view chose stricter ones; gives the request its nonce."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.headers = dict(HEADERS)
        if settings.SESSION_COOKIE_SECURE:
            self.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        nonce = request.csp_nonce = secrets.token_urlsafe(18)  # type: ignore[attr-defined]  # read by the templates
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers.setdefault(name, value)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        response.headers.setdefault("Content-Security-Policy", page_policy(request, nonce) if is_page else NO_PAGE)
        return response
