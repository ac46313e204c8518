"""`@on`: functions that react to Events, later and at least once, from a durable cursor (see `events.cursor`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.platform.events.models import Event

Reaction = Callable[["Event"], None]


@dataclass(frozen=True)
class Subscriber:
    """A reaction and the Event kinds it wants: "opportunity.won", "party.*" or "*"."""

    name: str
    kinds: tuple[str, ...]
    function: Reaction

    def wants(self, kind: str) -> bool:
        return any(
            wanted in {"*", kind} or (wanted.endswith(".*") and kind.startswith(wanted[:-1])) for wanted in self.kinds
        )


_subscribers: dict[str, Subscriber] = {}


def on(*kinds: str) -> Callable[[Reaction], Reaction]:
    """React to Events of these kinds.

    The function runs in the worker, must bear being called twice, and raises to be retried.
    """

    def add(function: Reaction) -> Reaction:
        name = f"{function.__module__}.{function.__qualname__}"
        _subscribers[name] = Subscriber(name, kinds, function)
        return function

    return add


def subscribers() -> tuple[Subscriber, ...]:
    return tuple(_subscribers.values())
