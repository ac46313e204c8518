"""Consequences: writes that must follow another one, done in the name of whoever did the first.

Who may change a person's e-mail thereby changes its contact point, whatever their rights on contact points are. A
consequence belongs to the run of its cause, so that undoing an import takes both back.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapport.platform.access.actor import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor

CHUNK = 1_000


def consequence(actor: Actor) -> Actor:
    """The same one, with every right."""
    return replace(actor, rights=EVERYTHING)


def chunks(ids: Iterable[int]) -> Iterator[Sequence[int]]:
    """The ids in pieces that a statement can take."""
    every = list(ids)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))
