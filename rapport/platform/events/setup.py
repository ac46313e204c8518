"""Set-up: what a house sets up that is no Record (roles, shared views, layouts). Its changes are Events too.

An Event of a part of the set-up names the part where a Record's names its Object; `changes` are keys of the part's own,
from what to what. The trail shows them in the words that the part gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapport.base.clock import now
from rapport.platform.events.models import Event

if TYPE_CHECKING:
    from rapport.platform.access import Actor


@dataclass(frozen=True)
class Part:
    """A kind of thing that is set up, and how its Events are read."""

    key: str
    label: str
    plural: str
    # What happens to one: {past form: sentence}.
    kinds: Mapping[str, str]
    # Names of those that still exist, by number.
    names: Callable[[Iterable[int]], Mapping[int, str]]
    # A key of `changes` in words, and one of its values.
    heading: Callable[[str], str]
    words: Callable[[str, Any], str]
    # The name of its page's address, which takes the number; "" where it has none.
    page: str = ""


_parts: dict[str, Part] = {}


def register(part: Part) -> Part:
    _parts[part.key] = part
    return part


def parts() -> tuple[Part, ...]:
    return tuple(_parts.values())


def find(key: str) -> Part | None:
    """The part whose Events carry this key; None for an Object's."""
    return _parts.get(key)


def append(
    actor: Actor, part: Part, number: int, kind: str, changes: Mapping[str, tuple[Any, Any]], *, reason: str = ""
) -> Event:
    """Store what just happened to one thing of the set-up, in the transaction of the change."""
    moment = now()
    return Event.objects.create(
        kind=f"{part.key}.{kind}",
        action=kind,
        object=part.key,
        record_id=number,
        actor_id=actor.user_id,
        behalf_id=actor.behalf_id,
        surface=actor.surface,
        changes={key: list(pair) for key, pair in changes.items()},
        reason=reason[:500] or ("" if actor.user_id else actor.name[:500]),
        run_id=actor.run_id,
        request=actor.request,
        at=moment,
        recorded_at=moment,
    )
