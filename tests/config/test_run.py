"""`rapport run`, whole: both processes, the first page, a stop in order."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def fetch(address: str) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})  # noqa: S310  # our own server
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # as above
            return answer.status, answer.read().decode("latin-1"), lower(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("latin-1"), lower(error.headers)


def lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Running:
    def __init__(self, folder: Path, address: str, **surroundings: str) -> None:
        self.port = free_port()
        self.said = folder / "said"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("RAPPORT_", "DJANGO_", "DATABASE_"))}
        changes = {
            "PORT": str(self.port),
            "RAPPORT_DATA_DIR": str(folder),
            "DATABASE_URL": address,
            **surroundings,
        }
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "rapport", "run"],
                env={**kept, **changes}, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def address(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def wait_until(self, words: str, seconds: float = 180) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.said.read_text():
            assert self.process.poll() is None and time.monotonic() < deadline, self.said.read_text()
            time.sleep(0.1)


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of a new database, on the server of the tests if there is one."""
    server = os.environ.get("RAPPORT_TEST_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder}/x.sqlite3"
        return
    name = f"rapport_run_{os.getpid()}"
    parts = urlsplit(server)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield parts._replace(path=f"/{name}").geturl()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with database(folder) as address:
        found = Running(folder, address)
        yield found
        if found.process.poll() is None:
            found.process.terminate()
            found.process.wait(timeout=60)


def test_the_address_is_said_when_it_answers(running: Running) -> None:
    running.wait_until(f"Rapport is at http://localhost:{running.port}")
    assert fetch(running.address("/health/ready"))[:2] == (200, "ready\n")


def test_the_first_visitor_sees_a_page_with_files_kept_for_ever(running: Running) -> None:
    status, page, _ = fetch(running.address("/"))
    assert status == 200, page
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', html.unescape(page))
    assert len(files) > 2
    for file in files:
        status, _, headers = fetch(running.address(file))
        assert status == 200, file
        assert "immutable" in headers["cache-control"], file
        if file.endswith((".css", ".js", ".svg")) and int(headers["content-length"]) > 1000:
            assert headers["content-encoding"] == "br", file


def test_a_killed_worker_is_started_again(running: Running) -> None:
    running.wait_until("worker started")
    pids = [
        line.rpartition("process ")[2].rstrip(")")
        for line in running.said.read_text().splitlines()
        if "worker started" in line
    ]
    time.sleep(5.5)  # until it counts as started
    os.kill(int(pids[-1]), signal.SIGKILL)
    running.wait_until("worker ended with code -9; starting it again")


def test_stopping_ends_both_in_order(running: Running) -> None:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=30) == 0
    assert "web stopped (code 0)" in running.said.read_text()


def test_a_database_that_cannot_be_opened_is_a_sentence(tmp_path: Path) -> None:
    refused = Running(tmp_path, "postgres://nobody@127.0.0.1:1/nothing")
    try:
        assert refused.process.wait(timeout=60) == 1
    finally:
        refused.process.kill()
    said = refused.said.read_text()
    assert "The database cannot be opened" in said and "DATABASE_URL" in said and "Traceback" not in said
