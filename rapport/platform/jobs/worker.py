"""The worker: threads that do jobs, one that keeps their leases, one that takes back lost jobs, makes the slots of
periodic ones and moves the cursors of Event subscribers. Any number of workers may run beside one another."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.db import Error, close_old_connections, connection
from django.utils.module_loading import autodiscover_modules

from rapport.base import clock
from rapport.platform.audit import seal
from rapport.platform.audit.keys import NoKey
from rapport.platform.custom import current
from rapport.platform.events import cursor
from rapport.platform.jobs import queue, registry
from rapport.platform.jobs import upkeep as _upkeep  # noqa: F401  # its jobs
from rapport.platform.jobs.run import perform

if TYPE_CHECKING:
    from rapport.platform.jobs.models import Job

log = logging.getLogger("rapport.worker")

IDLE_SECONDS = 0.5
BEAT_SECONDS = 5.0
UPKEEP_SECONDS = 5.0
STUCK = 70  # exit code


class Companion(Protocol):
    """What runs beside the jobs in the same worker: a thread of its own, leases to keep, things to tidy up."""

    name: str

    def run(self, stop: threading.Event, guarded: Callable[[Callable[[], object]], bool]) -> None:
        """Work until `stop`; what may meet a database that is away goes through `guarded`."""

    def beat(self) -> None:
        """Every few seconds, also while stopping."""

    def upkeep(self) -> None:
        """Every few seconds."""


class Worker:
    """`run` works until `stop` is set; jobs in hand get `grace` seconds to finish and are put back otherwise."""

    def __init__(self, *, threads: int = 1, grace: float = 25.0, companions: Sequence[Companion] = ()) -> None:
        self.name = worker_name()
        self.companions = companions
        self.threads = threads
        self.grace = grace
        self.stop = threading.Event()
        self.finished = threading.Event()
        self.held: dict[UUID, tuple[Job, float]] = {}
        self.lock = threading.Lock()

    def run(self) -> int:
        """Work; 0 when everything in hand was finished, 1 when something had to be put back."""
        doers = [self._thread(f"doer {number}", self._do_jobs) for number in range(self.threads)]
        helpers = [
            self._thread("beat", self._every(BEAT_SECONDS, self._beat, self.finished)),
            self._thread("upkeep", self._every(UPKEEP_SECONDS, self._upkeep, self.stop)),
            self._thread("reactions", self._react),
            *(self._thread(one.name, partial(one.run, self.stop, self._guarded)) for one in self.companions),
            self._thread("audit", self._every(seal.EVERY_SECONDS, self._seal, self.stop)),
        ]
        log.info("worker %s ready", self.name)
        self.stop.wait()
        deadline = clock.monotonic() + self.grace
        for thread in [*doers, *helpers[1:]]:
            thread.join(max(0.0, deadline - clock.monotonic()))
        left = self._put_back()
        self.finished.set()
        helpers[0].join(1)
        connection.close()
        return int(left > 0)

    def _thread(self, name: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=name, daemon=True)
        thread.start()
        return thread

    def _do_jobs(self) -> None:
        while not self.stop.is_set():
            if not self._guarded(self._do_one):
                self.stop.wait(IDLE_SECONDS)
        connection.close()

    def _do_one(self) -> bool:
        job = queue.claim(self.name)
        if job is None or job.attempt_id is None:
            return False
        with self.lock:
            self.held[job.attempt_id] = (job, clock.monotonic())
        try:
            perform(job)
        finally:
            with self.lock:
                self.held.pop(job.attempt_id, None)
        return True

    def _seal(self) -> None:
        """A chain that cannot go on (its key is gone) is for people to mend; jobs go on meanwhile."""
        try:
            seal.seal()
        except (NoKey, OSError):
            log.exception("worker %s cannot seal the audit trail", self.name)

    def _react(self) -> None:
        while not self.stop.is_set():
            if not self._guarded(_react_once):
                self.stop.wait(IDLE_SECONDS)
        connection.close()

    def _every(self, seconds: float, work: Callable[[], object], until: threading.Event) -> Callable[[], None]:
        def loop() -> None:
            while True:
                self._guarded(work)
                if until.wait(seconds):
                    connection.close()
                    return

        return loop

    def _guarded(self, work: Callable[[], object]) -> bool:
        """Do it; a database that is away for a while is waited for, and its connection opened anew."""
        try:
            return bool(work())
        except Error:
            log.exception("worker %s: the database", self.name)
            close_old_connections()
            self.stop.wait(1)
            return False

    def _beat(self) -> None:
        with self.lock:
            held = dict(self.held)
        if held:
            queue.beat(held)
        for companion in self.companions:
            companion.beat()
        for job, began in held.values():
            known = registry.definition(job.key)
            longest = known.longest if known else timedelta(hours=1)
            if clock.monotonic() - began > longest.total_seconds():
                # A thread cannot be stopped from outside. Ending the process can; the supervisor starts another, and
                # the job, whose lease runs out, has one try less.
                log.error("job %s %s ran longer than %s: taken for stuck, the worker ends", job.pk, job.key, longest)
                os._exit(STUCK)

    def _upkeep(self) -> None:
        upkeep()
        for companion in self.companions:
            companion.upkeep()

    def _put_back(self) -> int:
        with self.lock:
            held = list(self.held)
        try:
            return queue.release(held) if held else 0
        except Error:
            # On SQLite the job itself may hold the write lock. Ending the process rolls it back, and its lease runs
            # out.
            log.exception("worker %s could not put back what it had in hand", self.name)
            return len(held)


def worker_name() -> str:
    """How leases name this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _react_once() -> bool:
    """What happened is told in the own fields of this moment."""
    with current.fresh():
        return cursor.advance_all()


def load_everything() -> None:
    """Import what declares jobs and reactions: nouns by their models, the rest by modules of these names."""
    autodiscover_modules("jobs", "reactions", "invariants")


def upkeep() -> None:
    """Take back lost jobs and make the slots that are due."""
    queue.reclaim()
    queue.enqueue_slots(queue.database_now())
