"""History: facts with a date in the past, given to the domain that keeps them.

A domain registers its loader once: `transfer.history("opportunity", load_stage_history)`. The loader replaces the
history
of the records named by these facts, without reactions, in the transaction of the chunk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rapport.platform.access import Actor


@dataclass(frozen=True, slots=True)
class HistoryFact:
    """From `at` on, these fields of the record had these values."""

    record_id: int
    at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)


class Loader(Protocol):
    """Replaces the history of the records that the facts name."""

    def __call__(self, actor: Actor, facts: Sequence[HistoryFact]) -> None: ...


_loaders: dict[str, Loader] = {}


def history(object_key: str, loader: Loader) -> Loader:
    """Let imports of this Object bring dated facts."""
    _loaders[object_key] = loader
    return loader


def loader_for(object_key: str) -> Loader | None:
    return _loaders.get(object_key)
