"""How long and how much: the limits of one going out, and the time that is left of it."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to find and meet the other side; seconds for everything; bytes kept of the answer's body."""

    connect_seconds: float = 5
    total_seconds: float = 15
    body_bytes: int = 65_536


class TimeLeft:
    """Counts down from the moment it is made."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def __call__(self, most: float = float("inf")) -> float:
        """Seconds left, `most` at most. Raises TimeoutError when there are none."""
        left = min(self.end - time.monotonic(), most)
        if left <= 0:
            raise TimeoutError
        return left
