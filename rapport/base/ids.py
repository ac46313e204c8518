"""Identifiers that leave the system: UUID version 7 (RFC 9562, section 5.7) and request ids.

Layout: 48 bits of Unix milliseconds, then a 42-bit counter (section 6.2, method 1) spread over rand_a and the top of
rand_b, then 32 random bits. The counter starts at a random 41-bit number in each new millisecond, so ids made in one
process rise strictly, even at many per millisecond, and stay unguessable. When it overflows, the millisecond is
borrowed from the future, as the RFC allows.
"""

import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

from rapport.base import clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTER_BITS = 42
# A clock that steps back a little (NTP) must not break the order; one set back further was set on purpose.
_TOLERATED_STEP_BACK_MS = 10_000


class _Sequence:
    """The last millisecond and counter given out by this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.millisecond = -1
        self.counter = 0

    def next(self, millisecond: int) -> tuple[int, int]:
        with self.lock:
            if self.millisecond - _TOLERATED_STEP_BACK_MS <= millisecond <= self.millisecond:
                self.counter += 1
                if self.counter >> _COUNTER_BITS:
                    self._start(self.millisecond + 1)
            else:
                self._start(millisecond)
            return self.millisecond, self.counter

    def _start(self, millisecond: int) -> None:
        self.millisecond = millisecond
        self.counter = secrets.randbits(_COUNTER_BITS - 1)


_sequence = _Sequence()


def _forget_after_fork() -> None:
    """A forked child must not continue its parent's counter, nor inherit a lock someone held."""
    global _sequence
    _sequence = _Sequence()


if hasattr(os, "register_at_fork"):  # absent on Windows
    os.register_at_fork(after_in_child=_forget_after_fork)


def uuid7() -> UUID:
    """A new UUIDv7, greater than every earlier one of this process (unless the clock was set back over 10 s)."""
    return uuid7s(1)[0]


def uuid7s(count: int) -> list[UUID]:
    """Many at once, rising: the clock and the source of chance are asked once for all of them."""
    now = (clock.now() - _EPOCH) // timedelta(milliseconds=1)
    chance = memoryview(os.urandom(4 * count)).cast("I")
    return [_uuid7(*_sequence.next(now), random) for random in chance]


def _uuid7(millisecond: int, counter: int, random: int) -> UUID:
    """`random`: 32 bits."""
    rand_a = counter >> 30
    rand_b = (counter & 0x3FFF_FFFF) << 32 | random
    return UUID(int=millisecond << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def uuid7_time(uid: UUID) -> datetime:
    """When a UUIDv7 was made, UTC, to the millisecond. Raises ValueError for any other version."""
    if uid.version != 7:
        raise ValueError(f"{uid} is not a version 7 UUID and holds no time.")
    return _EPOCH + timedelta(milliseconds=uid.int >> 80)


def request_id() -> str:
    """A new id for one request: 16 hexadecimal digits, short enough to read out to support."""
    return secrets.token_hex(8)
