"""Writing entries: `record` in the transaction of its cause, `read` for what was shown, `braked` for what floods."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import orjson

from rapport.base import clock
from rapport.platform.audit import trail
from rapport.platform.audit.kinds import KINDS
from rapport.platform.audit.models import AuditEntry
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from rapport.platform.access import Actor

# Records named in one entry; more make more entries.
MOST_RECORDS = 5_000
# Entries of one kind that one visitor may cause in a minute, and all strangers together in one process.
BRAKE_ONE, BRAKE_STRANGERS, MINUTE = 20, 600, 60.0


def record(
    actor: Actor | None,
    what: str,
    *,
    object: str = "",  # the word of the whole house for a kind of record
    record: int | None = None,
    records: Mapping[str, Collection[int]] | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Store one entry, in the transaction of the caller. `what` is a key of KINDS; a stranger has no actor.

    `detail` is plain JSON and must hold nothing personal: it is never erased.
    """
    if what not in KINDS:
        raise ValueError(f"{what!r} is no kind of entry: register it.")
    from rapport.platform.records import rows

    visit = trail.visit()
    seen_as, actor = actor, actor.who if actor else None
    entry = AuditEntry(
        at=clock.now(),
        kind=what,
        actor_id=actor.user_id if actor else None,
        behalf_id=actor.behalf_id if actor else None,
        surface=actor.surface if actor else "web",
        address=visit.address if visit else "",
        request=(actor.request if actor else "") or (visit.number if visit else ""),
        object=_base(object),
        record_id=record,
        records=canonical({_base(key): sorted(ids) for key, ids in records.items()}) if records else "",
        detail=canonical(_told(seen_as, detail)),
    )
    rows.insert_one(AuditEntry, entry)
    return entry


def _told(actor: Actor | None, detail: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The facts; an actor without an account is named by what it does."""
    told = dict(detail or {})
    if actor is not None and actor.behind is not None:
        told["seen_as"] = actor.user_id if actor.user_id != actor.behind.user_id else ", ".join(actor.roles)
    return {**told, "as": actor.name[:200]} if actor is not None and actor.user_id is None else told


def _base(key: str) -> str:
    """Entries name the base of a family, as Events do."""
    return registry.get(key).access_key if key and registry.has(key) else key


def canonical(value: Mapping[str, Any]) -> str:
    """JSON in one form: sorted keys, no blanks; "" for nothing."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str).decode() if value else ""


# --- what was shown ---------------------------------------------------------------------------------------------------


def read(actor: Actor | None, object: str, ids: Iterable[int], fields: Iterable[str]) -> None:
    """Sensitive values of these records were read for an actor. Within a request one entry tells of all of them."""
    shown = {one for one in ids if one is not None}
    if not shown:
        return
    visit = trail.visit()
    if visit is None or visit.closed:
        write_read(actor, {object: shown}, set(fields))
        return
    visit.seen.setdefault(object, set()).update(shown)
    visit.fields.update(fields)


def write_read(actor: Actor | None, seen: Mapping[str, Collection[int]], fields: Collection[str]) -> None:
    """One entry of kind "read"; one for every MOST_RECORDS where there are more."""
    detail = {"fields": sorted(fields)}
    pairs = [(key, pk) for key, ids in sorted(seen.items()) for pk in sorted(ids)]
    if len(pairs) == 1:
        record(actor, "read", object=pairs[0][0], record=pairs[0][1], detail=detail)
        return
    for start in range(0, len(pairs), MOST_RECORDS):
        part: dict[str, list[int]] = {}
        for key, pk in pairs[start : start + MOST_RECORDS]:
            part.setdefault(key, []).append(pk)
        record(actor, "read", object=next(iter(part)) if len(part) == 1 else "", records=part, detail=detail)


# --- what could flood -------------------------------------------------------------------------------------------------


def braked(actor: Actor | None, what: str, **facts: Any) -> AuditEntry | None:
    """`record`, at most BRAKE_ONE times a minute for one visitor; the next entry says how many were left out.

    The count is kept by each process for itself: it slows a flood, and is no rule about who may do what.
    """
    visit = trail.visit()
    who = f"user {actor.who.user_id}" if actor and actor.who.user_id else f"address {visit.address if visit else ''}"
    left_out = _brake.take((what, who), BRAKE_ONE)
    if left_out is None or (actor is None and _brake.take((what, "strangers"), BRAKE_STRANGERS) is None):
        return None
    detail = {**(facts.pop("detail", None) or {}), **({"left_out": left_out} if left_out else {})}
    return record(actor, what, detail=detail, **facts)


class Brake:
    """At most so many in a minute for each key."""

    MOST_KEYS = 20_000

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minutes: dict[tuple[str, str], list[float]] = {}

    def take(self, key: tuple[str, str], limit: int) -> int | None:
        """None when the limit is reached; else how many were left out since the last that was not."""
        moment = clock.monotonic()
        with self._lock:
            began, count, left_out = self._minutes.get(key, (moment, 0, 0))
            if moment - began >= MINUTE:
                began, count = moment, 0
            stopped = count >= limit
            if key not in self._minutes and len(self._minutes) >= self.MOST_KEYS:
                self._minutes.pop(next(iter(self._minutes)))
            self._minutes[key] = [began, count + (not stopped), left_out + 1 if stopped else 0]
            return None if stopped else int(left_out)

    def release(self) -> None:
        """Forget every count."""
        with self._lock:
            self._minutes.clear()


_brake = Brake()
