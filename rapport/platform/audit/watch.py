"""Watching: where values of class `sensitive` pass on their way to a reader. What shows none costs next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.audit.write import read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object
    from rapport.platform.query.watched import Watched

SENSITIVE = "sensitive"
# The engine reads for itself there and shows nobody anything.
UNSEEN = frozenset({"system", "demo", "import"})


def rows(actor: Actor, watched: Iterable[Watched], raws: Sequence[Sequence[Any]]) -> None:
    """Rows of a plan that selects, filters or sorts by sensitive fields are given to an actor."""
    if actor.surface in UNSEEN:
        return
    for one in watched:
        ids = [raw[one.ident] for raw in raws if one.value is None or raw[one.value] not in (None, "")]
        read(actor, one.object, ids, (one.name,))


def shown(actor: Actor, obj: Object, pk: int, fields: Mapping[str, Field[Any]], values: Mapping[str, Any]) -> None:
    """Values of one record are shown."""
    names = [key for key, one in fields.items() if one.sensitivity == SENSITIVE and not one.is_empty(values.get(key))]
    _read_one(actor, obj, pk, names)


def told(actor: Actor, obj: Object, pk: int, fields: Mapping[str, Field[Any]], changes: Iterable[str]) -> None:
    """What an Event changed is shown, as far as `fields` hold it."""
    names = [key for key in changes if key in fields and fields[key].sensitivity == SENSITIVE]
    _read_one(actor, obj, pk, names)


def _read_one(actor: Actor, obj: Object, pk: int, names: Sequence[str]) -> None:
    if names and actor.surface not in UNSEEN:
        read(actor, obj.access_key, [pk], [f"{obj.access_key}.{name}" for name in names])
