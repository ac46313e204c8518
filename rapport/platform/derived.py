"""Derived values: what is kept beside the records for speed, and the proof that it still equals them.

A projection or a reaction writes them without an Event, because they say nothing that the records do not say already.
`rapport check` compares them with the records, `rapport check --repair` makes them anew. Domains name theirs:

@derived.provider
def replies() -> Iterable[Derived]: yield Derived("answered", deviating, repair)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value: `deviating` gives ids of the records at which it is wrong, `repair` makes it anew for them.

    `repair` is None for what may only be noticed: an append-only history is no cache. `nightly` is False for what a
    job brings up to date after a while, and for what is tried with a sample every night: both are asked by hand.
    """

    label: str
    deviating: Callable[[], Sequence[int]]
    repair: Callable[[Sequence[int]], None] | None = None
    nightly: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What a proof found: how many records deviate (a few by id), and whether they were repaired."""

    label: str
    ids: tuple[int, ...]
    repaired: bool

    def __str__(self) -> str:
        if not self.ids:
            return f"{self.label}: as the records say"
        some = ", ".join(map(str, self.ids[:5])) + (", …" if len(self.ids) > 5 else "")
        return f"{self.label}: {len(self.ids)} deviating ({some}){', repaired' if self.repaired else ''}"


Provider = Callable[[], Iterable[Derived]]
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Name derived values that are to be proved."""
    _providers.append(function)
    return function


def every() -> list[Derived]:
    """Everything that is derived and can be proved."""
    return [one for function in _providers for one in function()]


def prove(*, repair: bool = False) -> Iterator[Finding]:
    """Compare every derived value with the records it comes from; on request make the wrong ones anew."""
    for value in every():
        ids = tuple(value.deviating())
        mends = bool(ids) and repair and value.repair is not None
        if mends and value.repair is not None:
            value.repair(ids)
        yield Finding(value.label, ids, mends)
