"""Watched: the sensitive fields a plan gives away, and where in its rows stand the records they belong to.

A list sorted or filtered by a hidden-from-most value tells something of it though it shows no column of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rapport.platform.access import Fragment
from rapport.platform.audit.watch import SENSITIVE
from rapport.platform.query.ast import And, Comparison, Condition, Measure, Not, Or, Path, Related

if TYPE_CHECKING:
    from rapport.platform.query.frame import Frame
    from rapport.platform.query.plan import Plan
    from rapport.platform.query.readers import Reader


class Watched(NamedTuple):
    """A field of an Object; the places of the record's id and of the value in a row (None: not shown, but used)."""

    object: str
    name: str
    ident: int
    value: int | None


def of_plan(
    plan: Plan, frame: Frame, readers: Sequence[Reader], head: int
) -> tuple[tuple[Watched, ...], list[Fragment]]:
    """What to watch, and the columns it needs behind those of the readers: ids of records reached over a path."""
    found: list[Watched] = []
    idents: list[Fragment] = []
    behind = head + sum(len(item.columns) for item in readers)
    for place, item in enumerate(readers, head):
        if item.path.field.sensitivity != SENSITIVE:
            continue
        alias, obj = frame.owner(item.path)
        if item.path.hops:
            idents.append(Fragment(f"{alias}.id"))
        ident = behind + len(idents) - 1 if item.path.hops else 0
        found.append(Watched(obj.access_key, f"{obj.access_key}.{item.path.field.key}", ident, place))
    used = {path for path in _used(plan) if path.field.sensitivity == SENSITIVE}
    found += [Watched(plan.obj.access_key, f"{plan.obj.access_key}.{path}", 0, None) for path in sorted(used, key=str)]
    return tuple(found), idents


def _used(plan: Plan) -> Iterator[Path]:
    yield from (key.path for key in plan.query.sort)
    if plan.query.condition is not None:
        yield from paths(plan.query.condition)


def paths(condition: Condition) -> Iterator[Path]:
    """Every path a condition compares."""
    match condition:
        case And(items) | Or(items):
            for item in items:
                yield from paths(item)
        case Not(item):
            yield from paths(item)
        case Comparison(path, _operator, _values):
            yield path
        case Related(_relation, where, _none) if where is not None:
            yield from paths(where)
        case Measure():
            if condition.path is not None:
                yield condition.path
            if condition.where is not None:
                yield from paths(condition.where)
