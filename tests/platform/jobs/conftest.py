"""Fixtures of the job tests."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from rapport.platform.access import Actor, system
from rapport.platform.jobs import queue
from tests.platform.jobs.database import ROOT, environment, shared


@pytest.fixture
def actor() -> Actor:
    return system("tests")


@pytest.fixture
def address(tmp_path: Path, transactional_db: None) -> Iterator[str]:
    """The address of a database that other processes share with the test."""
    with shared(tmp_path) as found:
        yield found


class Workers:
    """Worker processes of one test."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, *, lease: float = 30.0, threads: int = 1, grace: float = 10.0) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.platform.jobs.worker_process", str(lease), str(threads), str(grace)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(self.address))
        self.processes.append(process)
        return process

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=10)


@pytest.fixture
def workers(address: str) -> Iterator[Workers]:
    found = Workers(address)
    yield found
    found.end()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    def wait(holds: Callable[[], object], seconds: float = 90) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.05)

    return wait


def let_leases_run_out() -> None:
    """As if LEASE had passed since the last beat."""
    with connection.cursor() as cursor:
        past = queue.database_now() - timedelta(seconds=1)
        cursor.execute("UPDATE platform_job SET leased_until = %s WHERE state = 'running'", [past])
