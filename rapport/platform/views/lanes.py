"""The columns of a board: which there are, what is in each, and their figures. No write, no HTTP."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.access import writable
from rapport.platform.fields import Choice, Reference
from rapport.platform.layouts import arranged
from rapport.platform.query import Comparison, Link, Query, QueryError
from rapport.platform.query.ast import Aggregate, Group, Id, comparisons
from rapport.platform.record import Steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Board, Object
    from rapport.platform.query import Path, Plan
    from rapport.platform.views.state import State

EMPTY = "none"
MOST_LANES = 60


@dataclass(frozen=True)
class Lane:
    """One column. `id` is the option's key or the record's id; "none" holds the records without a value."""

    id: str
    label: str
    tone: str = ""
    closed: bool = False


@dataclass
class Figures:
    """What the head of a lane says. Money in the currency of the house."""

    count: int = 0
    total: Decimal = Decimal(0)
    weighted: Decimal = Decimal(0)
    without: int = 0


@dataclass(frozen=True)
class Layout:
    """A board made ready: its lanes, the groups one may choose from, the condition all cards meet."""

    obj: Object
    board: Board
    by: Path
    lanes: tuple[Lane, ...]
    query: Query
    groups: tuple[Lane, ...] = ()
    group: str = ""
    has_steps: bool = field(default=False)
    # Fields that a person is asked for who puts a card into a lane.
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def layout(actor: Actor, state: State) -> Layout:
    """The board of a state. Raises QueryError when the reader may not see what it stands by."""
    board = state.obj.board
    if board is None:
        raise LookupError(f"{state.obj.key} has no board")
    by = query.path(actor, state.obj, board.by)
    found, chosen = state.query, ""
    groups: tuple[Lane, ...] = ()
    if board.group:
        path = query.path(actor, state.obj, board.group)
        groups = _records(actor, path.field)
        chosen = next((one.id for one in groups if one.id == state.group), groups[0].id if groups else "")
        if chosen:
            found = found.narrowed(Comparison(path, "=", (Id(int(chosen)),)))
    if board.open_only and not _asks_for(found, board.open_only):
        found = found.narrowed(Comparison(query.path(actor, state.obj, board.open_only), "=", (True,)))
    lanes = _lanes(actor, state.obj, board, by.field, chosen)
    has_steps = issubclass(state.obj.model, Steps)
    asks = _asks(actor, state.obj, board, by.field)
    board = replace(board, card=arranged.card(actor, state.obj))
    return Layout(state.obj, board, by, lanes, found, groups, chosen, has_steps, asks)


def _asks(actor: Actor, obj: Object, board: Board, by: Field[Any]) -> dict[str, tuple[str, ...]]:
    """What each lane asks for, as far as the reader may write it."""
    able = writable(actor, obj)
    result: dict[str, tuple[str, ...]] = {}
    for text, keys in board.ask:
        wanted = tuple(key for key in keys if key in able)
        if isinstance(by, Reference) and wanted:
            ids = query.ids(actor, query.plan(actor, by.target, text), MOST_LANES)
            result |= {str(pk): wanted for pk in ids}
        elif wanted:
            result[text] = wanted
    return result


def _asks_for(found: Query, key: str) -> bool:
    """Whether the filter itself says something about a field."""
    return any(comparison.path.keys[0] == key for comparison in comparisons(found.condition))


def _lanes(actor: Actor, obj: Object, board: Board, by: Field[Any], group: str) -> tuple[Lane, ...]:
    if isinstance(by, Choice):
        return tuple(Lane(option.key, str(option.label), option.tone) for option in by.options)
    if not isinstance(by, Reference):
        raise LookupError(f"the board of {obj.key} stands by {by.key}, which is neither a choice nor a reference")
    same = _pointing_alike(by.target, obj.fields.get(board.group)) if board.group and group else ""
    return _records(actor, by, f"{same} = #{group}" if same else "", board.lane_closed)


def _pointing_alike(target: Object, group: Field[Any] | None) -> str:
    """The field of the lanes' Object that points at the same kind of record as the group does."""
    if not isinstance(group, Reference):
        return ""
    return next(
        (key for key, one in target.own_fields.items() if isinstance(one, Reference) and one.to == group.to), ""
    )


def _records(actor: Actor, by: Field[Any], text: str = "", closed: str = "") -> tuple[Lane, ...]:
    """The records a reference may point at, in their own order."""
    target = by.target  # type: ignore[attr-defined]  # a Reference
    plan = query.plan(actor, target, text, select=[target.name], limit=MOST_LANES)
    ended: set[int] = set()
    if closed:
        ended = set(query.ids(actor, plan.narrowed(query.parse(actor, target, closed).condition), MOST_LANES))
    rows = query.rows(actor, plan).rows
    return tuple(Lane(str(row.id), str(row.values[0]), closed=row.id in ended) for row in rows)


def in_lane(found: Layout, lane: str) -> Query:
    """The records of one lane."""
    if lane == EMPTY:
        return found.query.narrowed(Comparison(found.by, "is empty"))
    value = Id(int(lane)) if isinstance(found.by.field, Reference) else lane
    return found.query.narrowed(Comparison(found.by, "=", (value,)))


def figures(actor: Actor, found: Layout) -> dict[str, Figures]:
    """Count, total, weighted total and records without a next step, by lane: two queries for the whole board."""
    result: dict[str, Figures] = defaultdict(Figures)
    board, obj = found.board, found.obj
    money = known_path(actor, obj, board.value)
    weight = known_path(actor, obj, board.weight)
    group = (Group(found.by), Group(weight)) if money and weight else (Group(found.by),)
    show = (Aggregate("sum", money),) if money else ()
    for row in query.groups(actor, _plan(replace(found.query, group=group, show=show))):
        one = result[lane_key(row.values[0])]
        one.count += row.count
        amount = row.shown[0] if row.shown and row.shown[0] is not None else Decimal(0)
        one.total += amount
        if weight:
            one.weighted += amount * (row.values[1] or Decimal(0)) / 100
    if found.has_steps:
        missing = found.query.narrowed(Comparison(query.path(actor, obj, "next_step_at"), "is empty"))
        for row in query.groups(actor, _plan(replace(missing, group=(Group(found.by),), show=()))):
            result[lane_key(row.values[0])].without = row.count
    return result


def _plan(found: Query) -> Plan:
    return query.Plan(found)


def known_path(actor: Actor, obj: Object, name: str) -> Path | None:
    """A path of the declaration, or None where it names none or this reader may not see it."""
    try:
        return query.path(actor, obj, name) if name else None
    except QueryError:
        return None


def lane_key(value: Any) -> str:
    if isinstance(value, Link):
        return str(value.id)
    return str(value) if value not in (None, "") else EMPTY


def with_empty(found: Layout, counted: dict[str, Figures]) -> tuple[Lane, ...]:
    """The lanes, and one for records without a value where there are any."""
    if EMPTY not in counted:
        return found.lanes
    return (Lane(EMPTY, _("Nowhere yet")), *found.lanes)
