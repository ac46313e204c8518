"""Outbox: every effect outside the database is a row first, written in the transaction of its cause.

    class Postcard(Transport):
        key = "postcard"
        def deliver(self, effect: Effect) -> Outcome: ...

    register(Postcard())
    put(actor, "postcard", {"to": …}, lane="vienna", about=ref)

What was put goes out if and only if the transaction commits: at most once where an unclear outcome must be kept
(`when_unclear = "keep"`), at least once where the other side tells repeats apart ("again"). A courier that is killed
leaves one effect of each of its threads unclear and loses none; one that wakes up late settles nothing. Names: `put`,
`Transport`, `register`, `Sent`, `Refused`, `Later`, `Unclear`, `cancel`, `again`, `hold`, `release`, `after`, `before`.
"""

from rapport.platform.outbox.control import again, cancel, hold, release
from rapport.platform.outbox.models import Effect, State
from rapport.platform.outbox.queue import LeaseLost, put
from rapport.platform.outbox.transports import (
    Later,
    Outcome,
    Refused,
    Sent,
    Transport,
    Unclear,
    after,
    before,
    register,
    transport,
)

__all__ = [
    "Effect",
    "Later",
    "LeaseLost",
    "Outcome",
    "Refused",
    "Sent",
    "State",
    "Transport",
    "Unclear",
    "after",
    "again",
    "before",
    "cancel",
    "hold",
    "put",
    "register",
    "release",
    "transport",
]
