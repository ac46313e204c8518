"""What is new for one open page, under the rights of its reader at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rapport.platform import access, timeline
from rapport.platform.events import feed
from rapport.platform.events.cursor import horizon, settled_after
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.events.cursor import Position
    from rapport.platform.events.models import Event
    from rapport.platform.objects import Object

# A page is told the records of so many Events; of more only that there are many.
MOST = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a page shows: the records of an Object, or one record with its story."""

    key: str
    uid: str = ""

    @classmethod
    def parse(cls, text: str) -> Wish | None:
        """From `object` or `object:uid`; None for no text. Whether there is such an Object is asked when looking."""
        key, _colon, uid = text[:120].partition(":")
        return cls(key, uid) if key else None

    @property
    def obj(self) -> Object | None:
        """The Object, as the reader's definitions know it."""
        return next((obj for obj in registry.all() if obj.key == self.key), None)


@dataclass(frozen=True, slots=True)
class News:
    """What a page is told, and how far it has heard then. No `kind`: nothing that concerns it.

    `ids` are uids of changed records of a list, none when there are too many; `mine` says that the reader made every
    change; `base` is the Object whose changes can be news at all, none where all can.
    """

    after: Position
    kind: Literal["", "changed", "gone"] = ""
    ids: tuple[str, ...] = ()
    mine: bool = False
    base: str = ""


def moved(after: Position, end: Position) -> frozenset[str]:
    """The base Objects of which records changed between two places. One query."""
    if end <= after:
        return frozenset()
    return frozenset(settled_after(after).order_by().values_list("object", flat=True).distinct())


def look(actor: Actor, wish: Wish, after: Position) -> News:
    """What happened after a place, as far as the actor may know of it and the page shows it."""
    obj = wish.obj
    if obj is None:
        return News(after, "gone")
    base = "" if wish.uid else obj.base.key
    rows = list(settled_after(after)[: MOST + 1])
    if not rows:
        return News(after, base=base)
    last = (rows[-1].transaction, rows[-1].pk)
    mine = all(row.actor_id == actor.user_id for row in rows)
    if wish.uid:
        return News(last, _of_record(actor, obj, wish.uid, rows), mine=mine)
    own = [row for row in rows if row.object == base]
    changes = feed.seen(actor, own, [obj.key])
    told = [(one.link.uid if one.link else str(one.event.record_uid), one.event.actor_id) for one in changes]
    if told and len(rows) > MOST:
        # More has happened than one would follow: the page is drawn once for all of it.
        return News(max(last, horizon()), "changed", base=base)
    ids = tuple(dict.fromkeys(uid for uid, _who in told))
    return News(last, "changed" if ids else "", ids, mine=all(who == actor.user_id for _uid, who in told), base=base)


def _of_record(actor: Actor, obj: Object, uid: str, rows: list[Event]) -> Literal["", "changed", "gone"]:
    try:
        record: Any = access.find(actor, obj, uid)
    except access.NotFound:
        return "gone"
    touched: dict[str, set[int]] = {}
    for row in rows:
        touched.setdefault(row.object, set()).add(row.record_id)
    return "changed" if timeline.touches(actor, record, touched) else ""
