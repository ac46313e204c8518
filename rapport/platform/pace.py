"""Pace: how often one actor, or one address of strangers, may ask for what is dear.

A token bucket for each kind and asker: as many as the limit at once, then as the time refills it. Buckets live in the
memory of each web process, which grants its share of the limit (limit / RAPPORT_WEB_PROCESSES), so that a list costs no
write and no round trip; together the processes grant the limit at most, and less where one process gets most of the
requests. A restart fills all buckets. This slows floods and guessing; what must hold exactly (wrong passwords for one
account) is counted in the database.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from rapport.base import clock

if TYPE_CHECKING:
    from rapport.platform.access import Actor

MOST_KEYS = 50_000
SEARCHES = ("/palette", "/find", "/mentions", "/query/complete")
DOORS = ("/sign-in", "/first-start", "/welcome/", "/forgotten", "/passkey")


class TooFast(Exception):
    """Asked too often; `seconds` until it is heard again."""

    def __init__(self, kind: str, seconds: int) -> None:
        super().__init__(kind)
        self.kind, self.seconds = kind, seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds."""

    most: int
    seconds: int


class Buckets:
    """What is left to whom. The oldest are forgotten when there are too many: a forgotten bucket is a full one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, key: tuple[str, str], rate: Rate, share: int, cost: int = 1) -> int:
        """0 when there was enough, else the whole seconds until there is; then nothing is taken."""
        room, moment = max(rate.most / share, 1.0), clock.monotonic()
        with self._lock:
            left, since = self._left.pop(key, (room, moment))
            left = min(room, left + (moment - since) * room / rate.seconds)
            # A cost beyond the room is let in by a full bucket, and owed: else it would never be heard.
            enough = left >= min(cost, room)
            self._left[key] = (left - cost if enough else left, moment)
            if len(self._left) > MOST_KEYS:
                self._left.pop(next(iter(self._left)))
        return 0 if enough else max(1, round((min(cost, room) - left) * rate.seconds / room))

    def clear(self) -> None:
        """Fill every bucket."""
        with self._lock:
            self._left.clear()


buckets = Buckets()


def spend(kind: str, actor: Actor | None, address: str, cost: int = 1) -> None:
    """Count `cost` of this kind for the actor or, of a stranger, for the address; a command is free. Raises TooFast."""
    rate: Rate | None = settings.RATE_LIMITS.get(kind)
    if rate is None or (actor is not None and actor.user_id is None):
        return
    who = f"address {address}" if actor is None else f"user {actor.who.user_id}"
    wait = buckets.take((kind, who), rate, settings.WEB_PROCESSES, cost)
    if wait:
        raise TooFast(kind, wait)


def kind_of(method: str | None, path: str) -> str:
    """Which limit a request falls under."""
    sends = method == "POST"
    if sends and path.startswith(DOORS):
        return "door"
    if path.startswith(SEARCHES) or path.endswith(("/options", "/search")):
        return "search"
    if "/export" in path:
        return "export"
    if sends and (path.endswith("/files") or path in ("/import", "/api/v1/files")):
        return "upload"
    return "api" if path.startswith("/api/v1") else "page"
