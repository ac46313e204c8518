"""History: facts with a date in the past, given to the domain that keeps them, and put back when a run is undone.

A domain registers once: `transfer.history("opportunity", History(load, stands, put_back, fields=("stage",)))`. `load`
replaces the history of the records named by facts, without reactions, in the transaction of the chunk. Before a run
first touches a record that was there before it, its history is kept as it `stands`; undo gives it to `put_back`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rapport.platform.events.models import Event
from rapport.platform.transfer.models import ImportHistory

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class History:
    """How a domain keeps the history of an Object; `fields` are those whose changes it follows.

    `stands` gives the history of records as JSON, with every column that follows it; `put_back` makes it so again.
    """

    load: Loader
    stands: Callable[[Sequence[int]], Mapping[int, Any]]
    put_back: Callable[[Mapping[int, Any]], None]
    fields: tuple[str, ...]


_histories: dict[str, History] = {}


def history(object_key: str, kept: History) -> History:
    """Let imports of this Object bring dated facts."""
    _histories[object_key] = kept
    return kept


def history_of(object_key: str) -> History | None:
    return _histories.get(object_key)


# --- what stood before a run ------------------------------------------------------------------------------------------


def keep(run: int | None, object_key: str, ids: Sequence[int]) -> None:
    """Keep the history of records as it stands, once in a run; in the transaction of what is about to change it."""
    kept = history_of(object_key)
    if kept is None or not ids or run is None:
        return
    known = ImportHistory.objects.filter(run=run, object=object_key, record_id__in=ids).values_list(
        "record_id", flat=True
    )
    new = sorted(set(ids) - set(known) - _made(run, object_key, ids))
    ImportHistory.objects.bulk_create(
        [
            ImportHistory(run=run, object=object_key, record_id=pk, content=content)
            for pk, content in kept.stands(new).items()
        ],
        batch_size=500,
    )


@contextmanager
def put_back(run: int) -> Iterator[list[tuple[str, int]]]:
    """Around putting back the fields of a run: the histories it replaced, and what follows them, as they were.

    Before, so that fields which follow the history hold what they held; after, because writing the fields goes on with
    it. Gives the records whose history changed again since: it is left as it is now.
    """
    found: dict[str, dict[int, Any]] = {}
    left: list[tuple[str, int]] = []
    stood = ImportHistory.objects.filter(run=run)
    for one in stood.iterator(chunk_size=500):
        found.setdefault(one.object, {})[one.record_id] = one.content
    for key, contents in found.items():
        changed = _changed_since(run, key, list(contents))
        left += [(key, pk) for pk in sorted(changed)]
        found[key] = {pk: content for pk, content in contents.items() if pk not in changed}
    _make_so(found)
    yield left
    _make_so(found)
    stood.delete()


def _make_so(found: Mapping[str, Mapping[int, Any]]) -> None:
    for key, contents in found.items():
        kept = history_of(key)
        if kept is not None and contents:
            kept.put_back(contents)


def _changed_since(run: int, key: str, ids: Sequence[int]) -> set[int]:
    """Records on which somebody else changed what the history follows, after the run did."""
    kept = history_of(key)
    fields = kept.fields if kept else ()
    changed: set[int] = set()
    for start in range(0, len(ids), 500):
        begun: dict[int, int] = {}
        events = Event.objects.filter(object=key, record_id__in=ids[start : start + 500]).order_by("pk")
        for pk, record_id, number, changes in events.values_list("pk", "record_id", "run_id", "changes"):
            if number == run:
                begun.setdefault(record_id, pk)
            elif record_id in begun and any(name in changes for name in fields):
                changed.add(record_id)
    return changed


def _made(run: int, key: str, ids: Sequence[int]) -> set[int]:
    """Records this run made: they go as a whole when it is undone."""
    made = Event.objects.filter(run_id=run, action="create", object=key, record_id__in=ids)
    return set(made.values_list("record_id", flat=True))
