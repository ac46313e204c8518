"""Stores: where something about somebody may stand besides their records. Each is named, so that a receipt can list it.

@stores.store("notifications")
def notifications(actor: Actor, subject: Subject) -> int: ...
                                                     erase, and say how much; called in a transaction, and again after a
                                                     crash, so it asks what is left
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.access import Actor
    from rapport.platform.privacy.subject import Subject

    Eraser = Callable[[Actor, Subject], int]

_stores: dict[str, Eraser] = {}


def store(name: str) -> Callable[[Eraser], Eraser]:
    """Name a store and how it forgets somebody."""

    def add(function: Eraser) -> Eraser:
        _stores[name] = function
        return function

    return add


def stores() -> dict[str, Eraser]:
    return dict(_stores)
