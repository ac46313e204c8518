"""What was worked out once for an actor's rights and holds as long as they are the same: names, queries, statements.
It holds for one set of Objects and fields too, so a request that began before a field was made goes on undisturbed.

Rights are told apart by the identity of their rules, which live as long as nobody changes a role; every entry keeps the
rules it was made for alive, so that an identity is never taken by others.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor

V = TypeVar("V")


_all: list[Memory[Any]] = []


def forget() -> None:
    """Work everything out anew: call it when the fields of an Object change while the program runs."""
    for memory in _all:
        memory.clear()


class Memory(Generic[V]):
    """At most `most` answers; when full it starts afresh."""

    def __init__(self, most: int) -> None:
        self.most = most
        _all.append(self)
        self._kept: dict[Hashable, tuple[object, V]] = {}

    def get(self, actor: Actor, key: Hashable, make: Callable[[], V]) -> V:
        """The answer for these rights and this key, made if it is not known. What `make` raises is not remembered."""
        rights, behind = actor.rights, actor.behind
        seen_by = None if behind is None else (behind.user_id, behind.team_ids, id(behind.rights.grants))
        full = (id(rights.grants), id(rights.classes), rights.limits, seen_by, registry.version, key)
        kept = self._kept.get(full)
        if kept is not None:
            return kept[1]
        answer = make()
        if len(self._kept) >= self.most:
            self.clear()
        self._kept[full] = ((rights.grants, rights.classes, behind and behind.rights.grants), answer)
        return answer

    def clear(self) -> None:
        self._kept.clear()
