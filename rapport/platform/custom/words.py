"""Search words of own fields: records that are there already are found by a field that became searchable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rapport.platform import jobs
from rapport.platform.custom.current import base_key
from rapport.platform.objects import registry
from rapport.platform.search.index import rebuild, searched

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run
    from rapport.platform.records.changes import Change


def keep(actor: Actor, changes: Sequence[Change]) -> None:
    """Have the words of a kind of record read again where a definition changed what it is found by."""
    concerned = set()
    for one in changes:
        was = bool((one.before or {}).get("searchable", one.record.searchable))
        touched = one.touches("searchable") or (was and one.touches("type", "archived_at", "sensitivity"))
        if touched and not (one.is_new and not one.record.searchable):
            concerned.add(base_key(one.record.object))
    for key in sorted(concerned):
        if registry.has(key) and registry.get(key).model._default_manager.exists():
            jobs.enqueue(actor, read_again, {"object": key}, unique=key)


@jobs.job("own_field.words", retries=3)
def read_again(actor: Actor, job: Run, *, object: str) -> int:  # the word its arguments are stored under
    """Read the search words of a kind of record again, after its own fields changed."""
    if not registry.has(object) or not searched(registry.get(object)):
        return 0
    return rebuild(registry.get(object))
