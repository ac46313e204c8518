"""Taking turns at SQLite's one write lock.

SQLite has no queue: who waits for the lock looks again after pauses of up to 0.1 s, and a process that begins its next
transaction at once always comes first. A job of many small steps so kept every other writer out for as long as it
lasted. Here whoever wants to write holds the turnstile, a lock on a file beside the database, while waiting for the
write lock; the one that just wrote finds it taken and comes after. It costs two system calls for each transaction; a
killed process leaves nothing, for the kernel lets its lock go.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Pauses while somebody else waits at the turnstile, in seconds, the last one again and again.
PAUSES = (0.001, 0.002, 0.005, 0.01, 0.02)


class Turnstile:
    """Of one connection: locks are between open files, so threads of a process keep each other out as well."""

    def __init__(self, database: str, seconds: float) -> None:
        self.path = f"{database}-turn"
        self.seconds = seconds
        self._file: int | None = None

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Hold it for the block, having waited `seconds` at most; then it runs all the same and SQLite decides."""
        file = self._opened()
        held = file is not None and _wait(file, time.monotonic() + self.seconds)
        try:
            yield
        finally:
            if held and file is not None:
                fcntl.flock(file, fcntl.LOCK_UN)

    def _opened(self) -> int | None:
        if self._file is None:
            # A folder one may not write to holds a database one may not write to: SQLite says so itself.
            with suppress(OSError):
                self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def close(self) -> None:
        """Let the file go; it is opened again when it is needed."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _wait(file: int, until: float) -> bool:
    tries = 0
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
        else:
            return True
