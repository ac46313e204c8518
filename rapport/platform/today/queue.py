"""The queue: items of many providers, ranked by weight, each record once, with a count of what did not fit.

Weights are comparable across providers: 100 and more is overdue, 80 to 99 belongs to today, 50 to 79 is worth doing
today, below 50 is an idea. Among equals the earlier moment comes first, then the name: the order never jumps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rapport.platform.fields import Ref, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor

# What one person can look at; a provider is asked for as many.
MOST = 50
LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: on which record, why, how urgent.

    `who` is whom it concerns (a customer). `done`, `snooze` and `assign` are keys of Actions on the record, reached by
    the keys d, s and a; empty where there is none. `link` replaces the record's page as where the title leads.
    """

    ref: Ref
    title: str
    reason: str
    weight: float
    at: datetime | None = None
    icon: str = "circle"
    tone: Tone = ""
    who: Ref | None = None
    done: str = ""
    snooze: str = ""
    assign: str = ""
    link: str = ""

    @property
    def rank(self) -> tuple[float, datetime, str, Ref]:
        return (-self.weight, self.at or LATEST, self.title, self.ref)


@dataclass(frozen=True, slots=True)
class Found:
    """What a provider found: its most urgent items and how many there are in all (at least; counting may stop)."""

    items: Sequence[Item] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """What to show, and per provider (its words) how much was left out."""

    items: Sequence[Item]
    left_out: Sequence[tuple[str, int]] = field(default_factory=tuple)


Provider = Callable[["Actor", int], Found]
_providers: dict[str, tuple[str, Provider]] = {}
_starters: list[str] = []


def provider(label: str) -> Callable[[Provider], Provider]:
    """Feed the queue: `f(actor, limit)` gives what waits for this actor, only what they may see, in few queries."""

    def add(function: Provider) -> Provider:
        _providers[f"{function.__module__}.{function.__qualname__}"] = (label, function)
        return function

    return add


def start_with(key: str) -> None:
    """Offer to make a record of this Object from the page (a task)."""
    if key not in _starters:
        _starters.append(key)


def starters() -> Sequence[str]:
    return tuple(_starters)


def queue(actor: Actor, *, limit: int = MOST, providers: Iterable[tuple[str, Provider]] | None = None) -> Queue:
    """What waits for this actor, the most urgent first."""
    found = [(label, function(actor, limit)) for label, function in (providers or _providers.values())]
    best: dict[Ref, Item] = {}
    for _label, one in found:
        for item in one.items:
            if item.ref not in best or item.rank < best[item.ref].rank:
                best[item.ref] = item
    shown = sorted(best.values(), key=lambda item: item.rank)[:limit]
    refs = {item.ref for item in shown}
    # What a provider named and another one shows is not left out.
    left_out = [
        (str(label), max(one.total, len(one.items)) - len({item.ref for item in one.items} & refs))
        for label, one in found
    ]
    return Queue(shown, tuple((label, count) for label, count in left_out if count > 0))
