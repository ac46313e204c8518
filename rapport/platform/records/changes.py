"""Change: what one write did to one record, and the projections that follow it in the same transaction.

A projection keeps something derived (search tokens, closures, next steps) equal to the records at every commit. It gets
all changes of a write at once and works set-wise, so that a batch of 10,000 rows costs it one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object


class Change(NamedTuple):
    """One record's write. `before` is None for a new record; both hold Python values of the fields that changed."""

    obj: Object
    record_id: int
    record: Any
    before: dict[str, Any] | None
    after: dict[str, Any]

    @property
    def is_new(self) -> bool:
        return self.before is None

    def touches(self, *keys: str) -> bool:
        return any(key in self.after for key in keys)


Projection = Callable[["Actor", Sequence[Change]], None]
_projections: list[tuple[frozenset[str], Projection]] = []


def projection(*objects: str) -> Callable[[Projection], Projection]:
    """Follow every write of these base Objects (none named: of all). Raise to refuse the write."""

    def add(function: Projection) -> Projection:
        _projections.append((frozenset(objects), function))
        return function

    return add


def project(actor: Actor, changes: Sequence[Change]) -> None:
    """Run every projection that wants some of the changes."""
    for keys, function in _projections:
        wanted = [change for change in changes if change.obj.key in keys] if keys else changes
        if wanted:
            function(actor, wanted)


# --- fields that a projection writes ----------------------------------------------------------------------------------

Follower = Callable[["Object", Sequence[str], Sequence[int]], None]
_followers: list[Follower] = []


def derived(obj: Object, keys: Sequence[str], ids: Sequence[int]) -> None:
    """Say that a projection wrote these fields without an Event: what hangs on them follows at once."""
    if ids:
        for function in _followers:
            function(obj, keys, ids)


def follows_derived(function: Follower) -> Follower:
    """Follow what projections write by themselves."""
    _followers.append(function)
    return function
