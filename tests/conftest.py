"""What all tests share: none of them talks to another machine."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import sizes
from tools import chromium

# A busy machine is no failure, and CI must not fail by luck: it tries the same examples each time, people try new ones.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
# The nightly size tries what its seed says and nothing that an earlier run left behind, so a seed repeats a run.
settings.register_profile("nightly", deadline=None, max_examples=sizes.NIGHTLY, database=None, print_blob=True)
settings.load_profile("nightly" if sizes.is_nightly() else "house")


def pytest_configure(config: pytest.Config) -> None:
    if sizes.seed() is not None:
        config.option.hypothesis_seed = str(sizes.seed())


CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104  # compared, not bound


def pytest_collection_finish() -> None:
    """The imported modules and collected tests stay to the end: looking through them for garbage took a seventh of
    the time of all tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The chromium of this process: Playwright drives one in each."""
    found = chromium.find()
    if not found:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=CHROMIUM)
        yield started
        started.close()
