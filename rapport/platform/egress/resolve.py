"""From a name to addresses one may connect to. Every one of them is judged, and one bad address spoils the name."""

from __future__ import annotations

import logging
import socket
import threading
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from rapport.platform.egress import allowed
from rapport.platform.egress.addresses import is_public
from rapport.platform.egress.errors import Unreachable

if TYPE_CHECKING:
    from rapport.platform.egress.addresses import Address
    from rapport.platform.egress.ports import Ports
    from rapport.platform.egress.time_left import TimeLeft

MOST_TRIED = 4
logger = logging.getLogger(__name__)


def addresses(host: str, port: int, ports: Ports, left: TimeLeft) -> list[Address]:
    """The addresses of a host that may be connected to, in the resolver's order. Raises Unreachable."""
    found = look_up(host, port, left)
    forbidden = [address for address in found if not _may(host, address, port, ports)]
    if forbidden or not found:
        logger.warning("Not connected to %r port %d: %s", host, port, forbidden or "no such name")
        raise Unreachable
    return found[:MOST_TRIED]


def _may(host: str, address: Address, port: int, ports: Ports) -> bool:
    entries = [entry for entry in allowed.current() if entry.is_for(host, address, port)]
    if any(entry.port == port for entry in entries):
        return True
    return ports(port) and (bool(entries) or is_public(address))


def look_up(host: str, port: int, left: TimeLeft) -> list[Address]:
    """What a name resolves to, not judged yet. Raises TimeoutError."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass  # a name
    # A resolver knows no time limit. A thread that outlives ours ends by itself and holds nothing.
    answer: SimpleQueue[list[Address]] = SimpleQueue()
    threading.Thread(target=lambda: answer.put(_ask_resolver(host, port)), daemon=True).start()
    try:
        return answer.get(timeout=left())
    except Empty:
        raise TimeoutError from None


def _ask_resolver(host: str, port: int) -> list[Address]:
    """The addresses that the system's resolver knows, each once; none where it knows none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in answers))
