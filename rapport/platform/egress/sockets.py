"""Sockets to hosts that were judged: plain and TLS. Names are resolved once, and the address judged is the one met."""

from __future__ import annotations

import socket
import ssl
from ipaddress import IPv6Address
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.platform.egress import resolve
from rapport.platform.egress.errors import BadAddress, BadCertificate, Unreachable
from rapport.platform.egress.time_left import Limits, TimeLeft
from rapport.platform.egress.urls import read_host

if TYPE_CHECKING:
    from rapport.platform.egress.addresses import Address
    from rapport.platform.egress.ports import Ports


def connect(host: str, port: int, *, ports: Ports, limits: Limits | None = None) -> socket.socket:
    """A connected socket whose operations time out after `connect_seconds`. Raises BadAddress, Unreachable."""
    limits = limits or Limits()
    if not 0 < port < 65536:
        raise BadAddress(_("A port is a number from 1 to 65535."))
    left = TimeLeft(min(limits.connect_seconds, limits.total_seconds))
    try:
        found = resolve.addresses(read_host(host), port, ports, left)
        met = _first_that_answers(found, port, left)
    except OSError:
        raise Unreachable from None
    met.settimeout(limits.connect_seconds)
    return met


def connect_as_set(host: str, port: int, *, limits: Limits | None = None) -> socket.socket:
    """A connected socket to a host that the settings name, wherever it is: whoever runs the house knows its network.

    Never for an address that somebody typed into the product. Raises Unreachable.
    """
    limits = limits or Limits()
    left = TimeLeft(min(limits.connect_seconds, limits.total_seconds))
    try:
        met = _first_that_answers(resolve.look_up(host, port, left)[: resolve.MOST_TRIED], port, left)
    except OSError:
        raise Unreachable from None
    met.settimeout(limits.connect_seconds)
    return met


def connect_tls(host: str, port: int, *, ports: Ports, limits: Limits | None = None) -> ssl.SSLSocket:
    """As `connect`, with TLS and a certificate that is valid for the name. Also raises BadCertificate."""
    plain = connect(host, port, ports=ports, limits=limits)
    name = read_host(host)
    try:
        return tls_context().wrap_socket(plain, server_hostname=name)
    except ssl.SSLCertVerificationError:
        plain.close()
        raise BadCertificate(name) from None
    except OSError:
        plain.close()
        raise Unreachable from None


def tls_context() -> ssl.SSLContext:
    """TLS 1.2 or newer; certificate and name are checked by the authorities of the system or of SSL_CERT_FILE."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _first_that_answers(found: list[Address], port: int, left: TimeLeft) -> socket.socket:
    """Connect to the first address that answers; each later one has what the earlier left of the time."""
    for number, address in enumerate(found, 1):
        family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
        trying = socket.socket(family, socket.SOCK_STREAM)
        try:
            # A silent first address leaves time for the others.
            trying.settimeout(left() / (len(found) - number + 1))
            trying.connect((str(address), port))
        except OSError:
            trying.close()
        else:
            return trying
    raise Unreachable
