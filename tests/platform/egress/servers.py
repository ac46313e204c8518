"""Real servers on loopback, and a resolver that says what a test wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

PUBLIC = "93.184.216.34"
Handler = Callable[[socket.socket], None]


class Server:
    """A listener that counts who came and hands each to a function."""

    def __init__(self, handler: Handler, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listening = socket.create_server((host, 0), family=family)
        self.port: int = self.listening.getsockname()[1]
        self.handler, self.tls, self.met = handler, tls, 0
        self.received: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                came, _ = self.listening.accept()
            except OSError:
                return
            self.met += 1
            threading.Thread(target=self._answer, args=(came,), daemon=True).start()

    def _answer(self, came: socket.socket) -> None:
        try:
            with self.tls.wrap_socket(came, server_side=True) if self.tls else came as wire:
                wire.settimeout(5)
                self.handler(wire)
        except OSError:
            pass  # the client went away, as many of these tests want


@contextmanager
def serving(handler: Handler, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(handler, host, tls)
    try:
        yield server
    finally:
        server.listening.close()


def saying(*pieces: bytes, head: list[bytes] | None = None) -> Handler:
    """Read the head of a request (into `head`), then send the pieces."""

    def answer(wire: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received and (more := wire.recv(65_536)):
            received += more
        if head is not None:
            head.append(received)
        for piece in pieces:
            wire.sendall(piece)

    return answer


def resolve(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]) -> list[str]:
    """Answer names from lists, one answer after the other; IP addresses as the system does. Returns what was asked."""
    real, asked = socket.getaddrinfo, []

    def answer(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        if host in names:
            found = names[host].pop(0) if len(names[host]) > 1 else names[host][0]
            return [line for address in found for line in real(address, port, type=socket.SOCK_STREAM)]
        return real(host, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def watch_connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address somebody tried to connect to; only loopback is really reached."""
    real, tried = socket.socket.connect, []

    def connect(self: socket.socket, address: Any) -> None:
        tried.append(address[0])
        if not str(address[0]).startswith(("127.", "::1")):
            raise ConnectionRefusedError
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried
