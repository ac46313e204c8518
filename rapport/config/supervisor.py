"""Keeps a few child processes running: the web server and the worker.

A child that ends is started again, at once the first time and then after ever longer pauses. A child that cannot even
start the first time stops everything with exit code 1: a wrong setting must be seen, not repeated in silence.
SIGTERM and SIGINT are handed on as SIGTERM; children get `grace` seconds to finish what they have in hand.

Each child has one end of a pipe whose other end only the supervisor holds. When the supervisor is killed outright the
pipe closes, and `rapport.base.supervised.follow` ends the child, so no orphan keeps the port or the database.
"""

import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

log = logging.getLogger("rapport.supervisor")

STEADY_SECONDS = 5.0  # a child that lived this long has started
LONGEST_PAUSE = 30.0
STOPPING = (signal.SIGTERM, signal.SIGINT)


@dataclass
class Child:
    """One command to keep running; `{follow}` in it becomes the file descriptor for `follow`."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0  # when it is not running: when to start it
    deaths: int = 0  # in a row, each before it was steady
    has_been_steady: bool = False


class Supervisor:
    """Runs the children until told to stop; `run` returns the exit code."""

    def __init__(self, children: Sequence[Child], *, grace: float = 30.0, steady: float = STEADY_SECONDS) -> None:
        self.children = children
        self.grace = grace
        self.steady = steady
        self.cannot_start: Child | None = None

    def run(self) -> int:
        with _Signals() as signals:
            self.follow_fd, held_fd = os.pipe()
            try:
                while self.cannot_start is None and not signals.wait(self._until_next_start()):
                    self._look_after()
                self._stop(signals)
            finally:
                os.close(self.follow_fd)
                os.close(held_fd)
        return 1 if self.cannot_start else 0

    def _until_next_start(self) -> float:
        """Seconds to sleep; the end of a child or a signal wakes earlier."""
        now = time.monotonic()
        waits = [child.start_at - now for child in self.children if child.process is None]
        waits += [child.started_at + self.steady - now for child in self.children if not self._is_steady(child)]
        return max(0.0, min([*waits, 60.0]))

    def _is_steady(self, child: Child) -> bool:
        return child.process is None or (child.has_been_steady and child.deaths == 0)

    def _look_after(self) -> None:
        for child in self.children:
            if child.process is None:
                if time.monotonic() >= child.start_at:
                    self._start(child)
            elif child.process.poll() is not None:
                self._bury(child, child.process.returncode)
            elif time.monotonic() - child.started_at >= self.steady:
                child.has_been_steady, child.deaths = True, 0

    def _start(self, child: Child) -> None:
        command = [part.replace("{follow}", str(self.follow_fd)) for part in child.command]
        # An own session, so that Ctrl-C reaches the supervisor alone and the children stop in order.
        child.process = subprocess.Popen(command, pass_fds=[self.follow_fd], start_new_session=True)  # noqa: S603  # ours
        child.started_at = time.monotonic()
        log.info("%s started (process %s)", child.name, child.process.pid)

    def _bury(self, child: Child, code: int) -> None:
        child.process = None
        lived = time.monotonic() - child.started_at
        if lived < self.steady and not child.has_been_steady:
            log.error("%s cannot start: it ended with code %s; stopping", child.name, code)
            self.cannot_start = child
            return
        child.deaths = 0 if lived >= self.steady else child.deaths + 1
        child.has_been_steady = True
        pause = min(2.0**child.deaths - 1, LONGEST_PAUSE)
        child.start_at = time.monotonic() + pause
        log.warning("%s ended with code %s; starting it again in %.0f s", child.name, code, pause)

    def _stop(self, signals: "_Signals") -> None:
        running = [child for child in self.children if child.process is not None]
        for child in running:
            _send(child, signal.SIGTERM)
        deadline = time.monotonic() + self.grace
        signals.told_to_stop = False
        while any(child.process and child.process.poll() is None for child in running):
            # A second Ctrl-C says that there is no time to finish.
            if signals.wait(min(1.0, max(0.0, deadline - time.monotonic()))) or time.monotonic() >= deadline:
                for child in running:
                    _send(child, signal.SIGKILL)
                break
        for child in running:
            if child.process:
                child.process.wait()
                log.info("%s stopped (code %s)", child.name, child.process.returncode)


def _send(child: Child, number: signal.Signals) -> None:
    if child.process and child.process.poll() is None:
        # The whole session: the web server has processes of its own, which must not outlive a SIGKILL.
        target = os.killpg if number is signal.SIGKILL else os.kill
        target(child.process.pid, number)


class _Signals:
    """Signals as something to wait for: the interpreter writes their numbers into a pipe."""

    def __init__(self) -> None:
        self.told_to_stop = False

    def __enter__(self) -> "_Signals":
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)
        os.set_blocking(self.writing, False)
        self.wakeup_before = signal.set_wakeup_fd(self.writing, warn_on_full_buffer=False)
        self.before = {number: signal.signal(number, _ignore) for number in (*STOPPING, signal.SIGCHLD)}
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self.wakeup_before)
        os.close(self.reading)
        os.close(self.writing)

    def wait(self, seconds: float) -> bool:
        """Sleep until a signal or the time; whether we have been told to stop."""
        if select.select([self.reading], [], [], seconds)[0]:
            numbers = os.read(self.reading, 1024)
            self.told_to_stop = self.told_to_stop or any(number in STOPPING for number in numbers)
        return self.told_to_stop


def _ignore(number: int, frame: object) -> None:
    """The wake-up pipe carries the signal; a handler must exist for it to do so."""
