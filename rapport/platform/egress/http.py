"""One HTTP request to an address that was judged, and what came back within the limits."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.egress.errors import BadAddress, Unreachable
from rapport.platform.egress.ports import web_ports
from rapport.platform.egress.sockets import connect, connect_tls
from rapport.platform.egress.time_left import Limits, TimeLeft
from rapport.platform.egress.urls import Target, read_url

if TYPE_CHECKING:
    import socket
    from collections.abc import Collection

    from rapport.platform.egress.ports import Ports

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
# Visible characters, spaces and tabs inside: no CR, LF or NUL that would begin a header of somebody else's.
HEADER_VALUE = re.compile(r"(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?")
# What frames the message is ours to say.
OURS = frozenset(("host", "content-length", "transfer-encoding", "connection", "accept-encoding", "upgrade", "expect"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names in lower case. `is_cut` says that the body went on beyond the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Raises ValueError, also where it was cut."""
        if self.is_cut:
            raise ValueError("The answer is larger than allowed.")
        return json.loads(self.body)


def request(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    schemes: Collection[str] = ("http", "https"),
    ports: Ports = web_ports,
) -> Answer:
    """Send one request and read its answer; a redirect is an answer like any other.

    Raises BadAddress, BadCertificate, Unreachable; ValueError for a method or header that no caller may send.
    """
    limits = limits or Limits()
    left = TimeLeft(limits.total_seconds)
    sent = _checked(method, headers or {})
    target = read_url(url, schemes=schemes)
    if not 0 < target.port < 65536:
        raise BadAddress(_("A port is a number from 1 to 65535."))
    meet = connect_tls if target.scheme == "https" else connect
    with meet(target.host, target.port, ports=ports, limits=limits) as met:
        try:
            return _exchange(Timed(met, left), method, target, sent, body, limits)
        except (OSError, HTTPException):
            raise Unreachable from None


def _checked(method: str, headers: Mapping[str, str]) -> dict[str, str]:
    if method not in METHODS:
        raise ValueError(f"No method to send: {method!r}")
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or not HEADER_VALUE.fullmatch(value) or name.lower() in OURS:
            raise ValueError(f"No header to send: {name!r}")
    return dict(headers)


def _exchange(wire: Timed, method: str, target: Target, headers: dict[str, str], body: bytes, limits: Limits) -> Answer:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = wire  # already connected: http.client resolves and connects nothing
    framed = {"Host": target.authority, "Accept-Encoding": "identity", "Connection": "close", **headers}
    connection.request(method, target.path, body=body or None, headers=framed)
    with connection.getresponse() as response:
        # http.client forgives lines that are no headers; what is cut or garbled there is no answer.
        if response.headers.defects:
            raise HTTPException("garbled headers")
        received = response.read(limits.body_bytes + 1)
        return Answer(
            response.status,
            _joined(response),
            received[: limits.body_bytes],
            is_cut=len(received) > limits.body_bytes,
        )


def _joined(response: HTTPResponse) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined


class Timed:
    """A socket for http.client that counts all its waiting against one time: a drip of bytes cannot prolong it."""

    def __init__(self, met: socket.socket, left: TimeLeft) -> None:
        self.met, self.left = met, left

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self.met.settimeout(self.left())
            view = view[self.met.send(view) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Received(self))

    def close(self) -> None:
        """Nothing: http.client closes before it reads a body that ends with the connection. The caller closes."""


class _Received(io.RawIOBase):
    def __init__(self, wire: Timed) -> None:
        super().__init__()
        self.wire = wire

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.wire.met.settimeout(self.wire.left())
        return self.wire.met.recv_into(buffer)
