"""Who asks, where a proxy stands in between.

Anybody can write `X-Forwarded-For`. It is believed from the listed addresses alone, read from its end (what stands
further left came from outside), and taken off the request afterwards: nothing behind this middleware sees one.
"""

from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Network = IPv4Network | IPv6Network
SAID = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")
# Other ways to say the same or more, which nobody here reads.
NEVER = (
    *("HTTP_FORWARDED", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_SERVER"),
    *("HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_SCHEME", "HTTP_X_FORWARDED_SSL", "HTTP_X_REAL_IP"),
    *("HTTP_X_ORIGINAL_URL", "HTTP_X_REWRITE_URL", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_TRUE_CLIENT_IP"),
    *("HTTP_CLIENT_IP", "HTTP_X_CLIENT_IP", "HTTP_CF_CONNECTING_IP", "HTTP_X_HOST"),
)


class Proxies:
    """Makes `REMOTE_ADDR` and the scheme those of the visitor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.listed = [ip_network(one) for one in settings.PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        forwarded, scheme = (meta.pop(name, "") for name in SAID)
        for name in NEVER:
            meta.pop(name, None)
        peer = str(meta.get("REMOTE_ADDR", ""))
        if self.listed and is_listed(peer, self.listed):
            meta["REMOTE_ADDR"] = visitor(forwarded, peer, self.listed)
            meta["wsgi.url_scheme"] = "https" if scheme.strip().lower() == "https" else "http"
        return self.get_response(request)


def visitor(forwarded: str, peer: str, listed: Sequence[Network]) -> str:
    """The nearest address that is no proxy of ours; the peer itself where nothing readable was forwarded."""
    nearest = peer
    for text in reversed(forwarded.split(",")[-10:]):
        try:
            nearest = str(ip_address(text.strip()))
        except ValueError:
            break
        if not is_listed(nearest, listed):
            break
    return nearest


def is_listed(text: str, listed: Sequence[Network]) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return any(address in network for network in listed)
