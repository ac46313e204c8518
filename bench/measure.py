"""Measuring: CPU time of repeated calls (with the server's), medians and percentiles, queries per page, memory."""

from __future__ import annotations

import io
import resource
import statistics
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core import signals
from django.db import close_old_connections, connection

from rapport.base.clock import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REPEATS = 40


@dataclass
class Figure:
    """One line of the report. `limit` is what the same answer costs at least, `ratio` how many times that we take."""

    name: str
    figure: float
    unit: str
    limit: float | None = None
    to_reach: str = ""
    ratio: float | None = None
    note: str = ""
    database: str = field(default_factory=lambda: connection.vendor)

    def __post_init__(self) -> None:
        if self.limit and self.ratio is None:
            self.ratio = round(self.figure / self.limit, 2)
        if isinstance(self.figure, Cost) and self.figure.server is not None:
            said = f"client + server: {self.figure.parts}"
            said += f", limit {self.limit.parts}" if isinstance(self.limit, Cost) else ""
            self.note = f"{self.note}; {said}" if self.note else said


class Cost(float):
    """CPU milliseconds of one call: this process and, on PostgreSQL, the server's process that works for it."""

    def __new__(cls, client: float, server: float | None = None) -> Cost:
        cost = super().__new__(cls, client + (server or 0.0))
        cost.client, cost.server = client, server
        return cost

    client: float
    server: float | None

    @property
    def parts(self) -> str:
        return f"{self.client:.2f} + {self.server:.2f}" if self.server is not None else f"{self.client:.2f}"


def cpu(work: Callable[[], object], repeats: int = REPEATS) -> Cost:
    """Median CPU of one call, after three to warm up; client and server each by its own median."""
    for _warm in range(3):
        work()
    clients: list[float] = []
    servers: list[float] = []
    with _backend() as spent:
        for _time in range(repeats):
            client, server = time.process_time(), spent()
            work()
            clients.append((time.process_time() - client) * 1000)
            servers.append((spent() - server) * 1000)
    return Cost(statistics.median(clients), statistics.median(servers) if connection.vendor == "postgresql" else None)


@contextmanager
def _backend() -> Iterator[Callable[[], float]]:
    """A function that tells the CPU seconds of the server's process behind our connection; 0 where the database is
    part of this process. The server must run on this machine.

    Workers for parallel queries are processes of their own and would escape: there are none meanwhile, for either side.
    """
    if connection.vendor != "postgresql":
        yield lambda: 0.0
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    # Nanoseconds on a CPU, exact whenever the process waits, as it does between calls (Linux, sched-stats.rst).
    accounts = Path(f"/proc/{pid}/schedstat")
    try:
        yield lambda: int(accounts.read_text(encoding="ascii").split()[0]) / 1e9
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET max_parallel_workers_per_gather")


def wall(work: Callable[[Any], object], inputs: list[Any]) -> list[float]:
    """Milliseconds of wall clock for each input, sorted."""
    taken = []
    for one in inputs:
        begun = time.perf_counter()
        work(one)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)


def percentile(sorted_values: list[float], share: float) -> float:
    return sorted_values[min(int(len(sorted_values) * share), len(sorted_values) - 1)]


def queries_of(work: Callable[[], object]) -> int:
    """How many statements one call sends."""
    count = 0

    def counting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counting):
        work()
    return count


def peak_mb() -> float:
    """Most memory this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Caller:
    """Calls the application as the web server does, in this process."""

    def __init__(self, application: Any, **headers: str) -> None:
        self.application = application
        # A connection inside a transaction counts as spoilt at the end of a request; here the transaction is ours.
        signals.request_started.disconnect(close_old_connections)
        signals.request_finished.disconnect(close_old_connections)
        self.headers = {f"HTTP_{name.upper()}": value for name, value in headers.items()}

    def __call__(self, method: str, address: str, body: bytes = b"", content_type: str = "") -> tuple[int, bytes]:
        path, _mark, text = address.partition("?")
        status: list[int] = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": quote(text, safe="=&%"),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost:8000",
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            **self.headers,
        }
        answer = self.application(environ, lambda said, _headers, *_more: status.append(int(said.split()[0])))
        content = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return status[0], content

    def get(self, address: str) -> bytes:
        """The body of a page; anything but 200 ends the benchmark: a fast error is no figure."""
        status, content = self("GET", address)
        if status != 200:
            raise RuntimeError(f"{address} answered {status}: {content[:300]!r}")
        return content


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens inside leaves no trace."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def report(figures: list[Figure], scale: float) -> dict[str, Any]:
    """What is written to the report of one database."""
    return {"scale": scale, "at": now().isoformat(), "figures": [vars(figure) for figure in figures]}
