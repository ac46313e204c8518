"""What the house lets in of its own network: the setting RAPPORT_EGRESS_ALLOW.

An entry is a name, an address or a network, each with a port or without: `hooks.lan`, `10.1.0.0/16`, `127.0.0.1:2525`,
`[fd00::1]:8443`. With a port it also frees this port from the rules of ports. A name frees the addresses of a house but
no link-local ones and no metadata of a cloud: a name is somebody's DNS entry. Those only a network frees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from django.conf import settings

from rapport.platform.egress.addresses import is_of_a_house, is_public
from rapport.platform.egress.urls import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.egress.addresses import Address

ENTRY = re.compile(r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[^\[\]:]+))(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A name or a network, and the only port there; None for any that the rules allow."""

    name: str
    network: IPv4Network | IPv6Network | None
    port: int | None

    def is_for(self, host: str, address: Address, port: int) -> bool:
        """Whether it lets this connection through."""
        if self.port not in (None, port):
            return False
        if self.network is not None:
            return address in self.network
        return self.name == host and (is_public(address) or is_of_a_house(address))


def current() -> tuple[Entry, ...]:
    """The entries of this house."""
    return _parsed(tuple(settings.EGRESS_ALLOW))


def parse(texts: Iterable[str]) -> tuple[Entry, ...]:
    """Read entries. Raises ValueError with words that follow the name of the setting."""
    return tuple(map(_entry, texts))


_parsed = lru_cache(maxsize=8)(parse)


def _entry(text: str) -> Entry:
    bare = f"[{text}]" if text.count(":") > 1 and "[" not in text else text
    found = ENTRY.fullmatch(bare.strip().lower())
    port = int(found["port"]) if found and found["port"] else None
    if not found or (port is not None and not 0 < port < 65536):
        raise ValueError(f"has an entry that is no name, address or network: {text[:60]!r}")
    host = found["bracketed"] or found["plain"]
    try:
        return Entry("", ip_network(host, strict=False), port)
    except ValueError:
        if not NAME.fullmatch(host) or host.replace(".", "").isdigit():
            raise ValueError(f"has an entry that is no name, address or network: {text[:60]!r}") from None
        return Entry(host, None, port)
