"""What follows from the records a run brought, once all of them are there.

History is loaded as facts, without reactions: a thousand won deals of last year must not tell anybody today. What they
say about other records is caught up set-wise instead. A domain registers a function, `@follows("opportunity")`; at the
end of a run it gets the ids of the records of that Object which the run made or changed, page by page. What it writes
is part of the run, so the undo of the run takes it back. After a crash a page may come again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from rapport.platform.access import Actor
    from rapport.platform.transfer.models import Import
    from rapport.platform.transfer.plan import Prepared

PAGE = 1_000
Consequence = Callable[["Actor", Sequence[int]], None]
_consequences: dict[str, list[Consequence]] = defaultdict(list)


def follows(object_key: str) -> Callable[[Consequence], Consequence]:
    """Call this function at the end of a run with the records of a base Object that it brought."""

    def add(function: Consequence) -> Consequence:
        _consequences[object_key].append(function)
        return function

    return add


def follow(
    run: Import,
    actor: Actor,
    prepared: Prepared,
    step: Callable[[int, int | None], AbstractContextManager[Any]],
) -> None:
    """Draw the consequences of a run whose rows are all done."""
    for key in dict.fromkeys(one.obj.access_key for one in prepared.steps):
        for consequence in _consequences.get(key, ()):
            last = 0
            brought = Event.objects.filter(run_id=run.run, object=key).order_by("pk").values_list("pk", "record_id")
            while page := list(brought.filter(pk__gt=last)[:PAGE]):
                with step(run.done, run.total):
                    consequence(actor, sorted({record_id for _pk, record_id in page}))
                last = page[-1][0]
