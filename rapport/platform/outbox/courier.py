"""Courier: threads that carry effects out of the house, beside those that do jobs, in the same worker."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.base.crash import point
from rapport.platform.outbox import queue
from rapport.platform.outbox.transports import Refused, Unclear, forbidden, transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.outbox.models import Effect
    from rapport.platform.outbox.transports import Outcome, Transport

log = logging.getLogger("rapport.outbox")

MOST = 25
IDLE_SECONDS = 0.5
Settled = tuple["Effect", "Outcome"]


def carry(courier: str, stopping: Callable[[], bool] = lambda: False, most: int = MOST) -> int:
    """Reserve some effects of one lane and carry them out, one after the other; how many were begun.

    Settling one and beginning the next is one transaction, which is all that an effect costs beside its delivery.
    """
    reserved = queue.reserve(courier, most)
    if not reserved:
        return 0
    way = transport(reserved[0].transport)
    done: Settled | None = None
    begun = 0
    try:
        while reserved and not stopping():
            effect = reserved.pop(0)
            point("outbox.reserved")
            is_ours = _turn(done, effect)
            done = None
            if not is_ours:
                continue
            begun += 1
            point("outbox.sending")
            done = (effect, deliver(way, effect))
            point("outbox.delivered")
    finally:
        if done is not None:
            _turn(done, None)
            point("outbox.settled")
        queue.give_back(reserved)
        if way is not None:
            way.close()
    return begun


def deliver(way: Transport | None, effect: Effect) -> Outcome:
    """One try. A fault of our own code has an unclear outcome: nobody knows how far it came."""
    if way is None:
        return Refused(_("There is no way out called “{name}” here.").format(name=effect.transport))
    try:
        why = forbidden(effect)
        return Refused(why) if why else way.deliver(effect)
    except Exception as error:  # whatever it was, the effect must be settled and the next one go on
        log.exception("effect %s", effect.pk)
        return Unclear(f"{type(error).__name__}: {error}")


def _turn(done: Settled | None, following: Effect | None) -> bool:
    """Settle what is done and begin what follows; whether that is still ours to do."""
    with transaction.atomic():
        if done is not None:
            _settle(*done)
        return following is not None and queue.begin(following)


def _settle(effect: Effect, outcome: Outcome) -> None:
    try:
        with transaction.atomic():
            queue.settle(effect, outcome)
    except queue.LeaseLost:
        # It took longer than its lease, was taken for lost and decided upon: that decision stands.
        log.warning("effect %s was settled by somebody else while it was on its way: %s", effect.pk, outcome)


class Courier:
    """A companion of the worker: one thread that carries, its leases, and what others left behind."""

    def __init__(self, name: str) -> None:
        self.name = name

    def run(self, stop: threading.Event, guarded: Callable[[Callable[[], object]], bool]) -> None:
        """Carry until told to stop."""
        while not stop.is_set():
            if not guarded(lambda: carry(self.name, stop.is_set)):
                stop.wait(IDLE_SECONDS)
        connection.close()

    def beat(self) -> None:
        """Keep what it has in hand."""
        queue.prolong(self.name)

    def upkeep(self) -> None:
        """Take back what couriers who are gone had in hand."""
        queue.reclaim()


def carry_all(courier: str = "here", most: int = 10_000) -> int:
    """Carry out everything that is due, in this thread: for commands, tests and benchmarks."""
    total = 0
    while total < most:
        begun = carry(courier)
        if not begun:
            return total
        total += begun
    return total
