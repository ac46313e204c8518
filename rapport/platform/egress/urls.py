"""An address as text, judged before anything is looked up.

Strict where parsers of the world disagree (userinfo, backslashes, white space, odd numbers): what another parser could
read differently is refused, not repaired.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

from django.utils.translation import gettext as _

from rapport.platform.egress.errors import BadAddress

LONGEST = 2_000
DEFAULT_PORT = {"http": 80, "https": 443}
# RFC 3986, appendix B, for our two schemes.
URL = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.IGNORECASE)
NEVER = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
AUTHORITY = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\[\]:@]+)(?::([0-9]{1,5}))?")
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
# The last label of a name that some resolver would read as a number (WHATWG URL, “ends in a number”).
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Letters that the two generations of international names encode differently: they would lead to different machines.
AMBIGUOUS = frozenset("ßςẞ\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to: the host in lower case and ASCII, an IPv6 address without brackets; the path with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """As the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


def read_url(text: str, *, schemes: Collection[str] = ("http", "https")) -> Target:
    """The target of an address; its fragment stays here. Raises BadAddress."""
    if len(text) > LONGEST:
        raise BadAddress(_("This address is too long."))
    if NEVER.search(text):
        raise BadAddress(_("An address has no spaces and no backslashes."))
    found = URL.fullmatch(text)
    scheme = found[1].lower() if found else ""
    if not found or scheme not in schemes:
        starts = " / ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise BadAddress(_("An address begins with %(starts)s.") % {"starts": starts})
    authority = AUTHORITY.fullmatch(found[2])
    if authority is None:
        raise BadAddress(_("An address names a host and, at most, a port: no user and no password."))
    port = int(authority[2]) if authority[2] else DEFAULT_PORT[scheme]
    path = quote(found[3] or "/", safe="/%:@!$&'()*+,;=~-._") + quote(found[4] or "", safe="/?%:@!$&'()*+,;=~-._")
    return Target(scheme, read_host(authority[1]), port, path)


def read_host(text: str) -> str:
    """A host in the one form we use. Raises BadAddress."""
    if text.startswith("["):
        return str(_ipv6(text[1:-1]))
    host = _ascii(text).lower().removesuffix(".")
    if ":" in host:
        return str(_ipv6(host))
    if len(host) > 253 or not NAME.fullmatch(host):
        raise BadAddress(_("This is no name of a host."))
    if NUMBER.fullmatch(host.rpartition(".")[2]):
        try:
            return str(IPv4Address(host))
        except AddressValueError:
            raise BadAddress(_("Write an IP address as four numbers, such as 203.0.113.7.")) from None
    return host


def _ipv6(text: str) -> IPv6Address:
    try:
        return IPv6Address(text)
    except AddressValueError:
        raise BadAddress(_("This is no IPv6 address.")) from None


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    if AMBIGUOUS & set(host):
        raise BadAddress(_("Write this name as the internet knows it (xn--…): it could mean two hosts."))
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadAddress(_("This is no name of a host.")) from None
