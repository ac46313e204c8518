"""What all tests share: none of them talks to another machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

# A busy machine is no failure, and CI must not fail by luck: it tries the same examples each time, people try new ones.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104  # compared, not bound


@pytest.fixture(autouse=True)
def _own_fields_go() -> Iterator[None]:
    """The own fields of one test are rolled back; this process forgets them too."""
    yield
    from rapport.platform import definitions

    if definitions.latest().stamp:
        definitions.share(definitions.Definitions())


@pytest.fixture(autouse=True)
def _stay_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that needs the network fails with the name of the host it wanted, not one day in ten."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and not str(host).startswith(LOOPBACK):
            raise AssertionError(f"A test wanted to reach {host}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
