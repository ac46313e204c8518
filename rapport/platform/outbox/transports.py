"""Transport: a way out of the house. Outcome: what became of one try, said as exactly as it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

if TYPE_CHECKING:
    from rapport.platform.outbox.models import Effect


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side said that it has it; `result` is what it said."""

    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """It certainly did not arrive, and trying again would not help."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """It certainly did not arrive; another try may help. `after` overrides the transport's own pauses."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can say whether it arrived."""

    reason: str


Outcome = Sent | Refused | Later | Unclear


class Transport:
    """A way out. `deliver` does one effect and never raises for what the other side does.

    `pauses` lie between tries; when they are used up the effect has failed. `when_unclear`: "keep" records an unclear
    outcome for people to decide about; "again" repeats it, where the other side tells repeats apart. At most
    `side_by_side` effects of one lane are under way at once, so that one slow destination holds up none of the others;
    after `patience` failures in a row a lane rests for `rest`. `a_minute` limits what one lane gets. `together`: all
    lanes share one way (a mail server), so a courier takes effects of several at once.
    """

    key: ClassVar[str]
    label: str = ""
    pauses: tuple[timedelta, ...] = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 480, 960))
    when_unclear: Literal["keep", "again"] = "keep"
    side_by_side: int = 2
    patience: int = 5
    rest: timedelta = timedelta(minutes=5)
    a_minute: int | None = None
    together: bool = False

    def deliver(self, effect: Effect) -> Outcome:
        """Do it, once. Bounded in time. What it raises is taken for a fault of ours, with an unclear outcome."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of connections kept between effects; called when a courier has nothing more to do for now."""


_transports: dict[str, Transport] = {}
After = Callable[["Effect"], None]
_after: dict[str, list[After]] = {}
Before = Callable[["Effect"], str]
_before: dict[str, list[Before]] = {}


def register(one: Transport) -> Transport:
    """Make a way out known; a later one of the same key replaces it."""
    _transports[one.key] = one
    return one


def transport(key: str) -> Transport | None:
    return _transports.get(key)


def after(object_key: str) -> Callable[[After], After]:
    """Call the function with every effect about records of this base Object whose state has changed.

    In the transaction of the change: what it writes holds if and only if the new state does.
    """

    def add(function: After) -> After:
        _after.setdefault(object_key, []).append(function)
        return function

    return add


def before(object_key: str) -> Callable[[Before], Before]:
    """Ask the function about every effect about records of this base Object ("*": of all) right before it leaves.

    It gives the reason why it may not leave, or "". What was allowed when it was put may be forbidden by now.
    """

    def add(function: Before) -> Before:
        _before.setdefault(object_key, []).append(function)
        return function

    return add


def forbidden(effect: Effect) -> str:
    """Why an effect may not leave; "" where it may."""
    functions = (*_before.get("*", ()), *_before.get(effect.about_object, ()))
    return next((why for function in functions if (why := function(effect))), "")


def tell(effect: Effect) -> None:
    """Hand an effect that was put, has begun or was settled to those who keep what it is about."""
    for function in _after.get(effect.about_object, ()):
        function(effect)
