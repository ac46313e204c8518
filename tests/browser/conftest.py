"""A server of our own with the demonstration company, a chromium, and a page that notices what users must not meet.

Each page of a test fails the test when it logs an error to the console, throws, or asks another host for anything.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 240
expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong
MARA, OWNER, PASSWORD = "mara.lind@helianth.example", "jonas.keller@helianth.example", "sunny-side-up"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@contextmanager
def running(*arguments: str, **settings: str) -> Iterator[str]:
    """`rapport run` in a folder of its own, as a newcomer starts it or with settings; its address."""
    folder = tempfile.mkdtemp(prefix="rapport-browser-")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RAPPORT_", "DATABASE_URL", "DJANGO_"))
        },
        "RAPPORT_DATA_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/browser.sqlite3",
        "PORT": str(port),
        "RAPPORT_BASE_URL": f"http://localhost:{port}",
        **settings,
    }
    log = Path(folder, "log").open("w+", encoding="utf-8")  # noqa: SIM115  # closed below, after the process
    command = [sys.executable, "-m", "rapport", "run", "--migrate", *arguments]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, process, Path(folder, "log"))
        yield address
    finally:
        with suppress(ProcessLookupError):  # it ended by itself; `_wait` says so
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:  # noqa: S310  # our own server
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"the server did not become ready:\n{log.read_text(encoding='utf-8')[-4000:]}")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The demonstration company; tests change it and must not rely on counts."""
    with running("--demo") as address:
        yield address


@dataclass
class Trouble:
    """What went wrong behind a page."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page, address: str) -> Callable[[], None]:
        """Listen to the page; call what it gives back to stop."""

        def said(message: ConsoleMessage) -> None:
            if message.type == "error" and not _expected(message.text):
                self.found.append(f"console: {message.text} ({message.location.get('url', '')})")

        def thrown(error: Error) -> None:
            self.found.append(f"error: {error}")

        def asked(request: Request) -> None:
            # Streams of live pages come from another port of the same machine.
            streams = request.resource_type == "eventsource" and urlsplit(request.url).hostname == "127.0.0.1"
            if not streams and not request.url.startswith((f"{address}/", "data:", "blob:")):
                self.found.append(f"asked {request.url}")

        page.on("console", said)
        page.on("pageerror", thrown)
        page.on("request", asked)

        def stop() -> None:
            page.remove_listener("console", said)
            page.remove_listener("pageerror", thrown)
            page.remove_listener("request", asked)

        return stop


def _expected(text: str) -> bool:
    """Chromium logs every refused request; those are answers the page shows to the user."""
    return any(f"status of {code}" in text for code in (409, 422))


Open = Callable[..., Page]


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    found = Trouble()
    yield found
    assert not found.found, "\n".join(found.found)


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def visit(
    browser: Browser, server: str, trouble: Trouble, contexts: list[BrowserContext], signed_in: dict[str, object]
) -> Open:
    """`visit("/people", width=390, dark=True)`: a page of Mara's, in a context of its own."""

    def go(path: str, *, width: int = 1440, dark: bool = False, touch: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            storage_state=signed_in,  # type: ignore[arg-type]  # what the context itself gave
            base_url=server,
            has_touch=touch or width < 700,
        )
        contexts.append(context)
        page = context.new_page()
        trouble.watch(page, server)
        page.goto(path)
        return page

    return go


@pytest.fixture(scope="session")
def signed_in(browser: Browser, server: str) -> dict[str, object]:
    """Mara's cookies."""
    context = browser.new_context(base_url=server)
    page = context.new_page()
    sign_in(page, MARA)
    state = dict(context.storage_state())
    context.close()
    return state


def set_up_app(page: Page) -> str:
    """From the page that demands a second factor into the house, with an app for codes; its secret."""
    page.get_by_role("button", name="An app on the phone").click()
    secret = page.locator("code.token").inner_text().replace(" ", "")
    page.get_by_label("Code that the app shows").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("link", name="I have them safe").click()
    page.wait_for_url("**/settings/security")
    return secret


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "sign-in" not in url)


@pytest.fixture
def owner(browser: Browser, server: str, trouble: Trouble) -> Iterator[Page]:
    """A page of the owner's, beside Mara's."""
    context = browser.new_context(base_url=server, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    stop = trouble.watch(page, server)
    sign_in(page, OWNER)
    yield page
    stop()
    context.close()
