"""The whole stack as somebody starts it: how soon it answers, how much memory it holds."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench.measure import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.setting import Setting

PATIENCE_S = 120
CALM_S = 5


class Running(NamedTuple):
    """A stack that answers: its address, the process that keeps it, and how long it took."""

    address: str
    pid: int
    seconds: float


def stack(setting: Setting) -> Iterator[Figure]:
    """Cold start, and memory after some pages were read."""
    with running() as found:
        yield Figure("cold start until ready", found.seconds, "s wall", to_reach="≤ 3")
        for path in ("/people?view=all", "/organisations/5", "/opportunities/board", "/"):
            setting.fetch(found.address + path)
        time.sleep(CALM_S)
        family = _family(found.pid)
        web = max((_megabytes(pid) for pid in family), default=0.0)
        yield Figure("memory of the largest process", web, "MB", to_reach="≤ 120")
        yield Figure("memory of the idle stack", sum(map(_megabytes, family)), "MB", to_reach="≤ 350")


@contextmanager
def running() -> Iterator[Running]:
    """`rapport run` on the database that is measured, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "rapport", "run"],
        env={**os.environ, "PORT": str(port), "RAPPORT_RATE_LIMITS": "off"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://localhost:{port}"
    try:
        _wait(address, process)
        yield Running(address, process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2):  # noqa: S310  # our own server
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("the stack that is to be measured does not answer")


def _family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(below for child in children for below in _family(int(child)))]


def _megabytes(pid: int) -> float:
    """The memory a process has for itself and its share of what it has in common with others."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))
