"""Guards: a domain above may forbid an act of a domain below, without the lower one knowing it.

    @guard("opportunity.win")
    def discount_is_approved(actor, record, values): raise ValidationError(...)

Guards run after rights and before the write, in the same transaction; a refusal leaves the database as it was.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapport.platform.access import Actor


class Guard(Protocol):
    """Raises ValidationError to forbid. `record` is None for a create."""

    def __call__(self, actor: Actor, record: Any, values: Mapping[str, Any]) -> None: ...


_guards: dict[str, list[Guard]] = defaultdict(list)


def guard(*acts: str) -> Callable[[Guard], Guard]:
    """Ask this function before each of `acts` ("opportunity.win", "party.create")."""

    def add(function: Guard) -> Guard:
        for act in acts:
            _guards[act].append(function)
        return function

    return add


def ask(act: str, actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """Run every guard of an act; the first refusal ends it."""
    for function in _guards.get(act, ()):
        function(actor, record, values)


def asked(act: str) -> bool:
    """Whether anybody guards this act."""
    return bool(_guards.get(act))
