"""Exports in the trail: that one began, and how many records it gave out, also where it was broken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.audit.write import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.access import Actor
    from rapport.platform.query import Plan

MOST_COLUMNS = 100


class Told:
    """Of one export. The first entry is there before the first byte; `count` grows with the pages read."""

    def __init__(self, actor: Actor, plan: Plan, form: str, *, left_out: int = 0) -> None:
        self.actor, self.object, self.form, self.count = actor, plan.obj.key, form, 0
        # Cleared where it ended before all that was asked for was given out.
        self.is_whole = True
        columns = [str(path) for path in plan.select][:MOST_COLUMNS]
        facts: dict[str, Any] = {
            "form": form,
            "columns": columns,
            "filtered": plan.query.condition is not None,
            "kind": self.object,
        }
        if left_out:
            facts["left_out"] = left_out
        record(actor, "export", object=self.object, detail=facts)

    def around(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The pieces of the file; at the end, or where the reader goes away, how much was given out."""
        complete = False
        try:
            yield from pieces
            complete = self.is_whole
        finally:
            facts = {"form": self.form, "count": self.count, "complete": complete, "kind": self.object}
            record(self.actor, "exported", object=self.object, detail=facts)
