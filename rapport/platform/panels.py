"""Panels: what domains put on the record page: cards beside the story, chips in the header, composers, map edges.

The engine shows a card for every Object whose references point at the record; a domain registers a panel where it knows
better than that. Everything returned is already checked for what the actor may see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.platform.fields import Tone

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.fields import Ref
    from rapport.platform.objects import Object


@dataclass(frozen=True, slots=True)
class Chip:
    """A short state; `title` says why."""

    text: str
    tone: Tone = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a card: a record (`ref`) or plain words. `step` is overdue, today, later or none.

    Without a text it is called by the name of its record, and left out where the reader may not see that.
    """

    text: str
    ref: Ref | None = None
    note: str = ""
    chip: Chip | None = None
    number: str = ""
    face: bool = False
    step: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a card shows. `all` is the list behind it: (Object key, Query text). `picture` is safe SVG."""

    rows: Sequence[Line] = ()
    count: int | None = None
    more: bool = False
    all: tuple[str, str] | None = None
    note: str = ""
    picture: object = None


PanelFunction = Callable[["Actor", Any], Panel | None]
ChipFunction = Callable[["Actor", Any], Iterable[Chip]]


@dataclass(frozen=True, slots=True)
class Registered:
    """A panel function with its place; `covers` are Objects whose default card it replaces."""

    label: str
    order: int
    icon: str
    covers: tuple[str, ...]
    function: PanelFunction


@dataclass(frozen=True, slots=True)
class Composer:
    """A form one key away from the story: which Object it makes, what is set, what is asked."""

    on: str
    key: str
    label: str
    icon: str
    object: str
    link: str
    preset: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    plans: bool = False
    # A verb of the record itself, or of the customer it belongs to, that is asked instead of making a record.
    verb: str = ""

    @property
    def name(self) -> str:
        """How its address names it."""
        return f"{self.on}.{self.key}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation between two records on the map; `strength` from 0 to 1 sets the width of its line."""

    source: Ref
    target: Ref
    label: str
    strength: float = 0.3
    dashed: bool = False


EdgeFunction = Callable[["Actor", Sequence[int]], Iterable[Edge]]

_panels: dict[str, list[Registered]] = defaultdict(list)
_chips: dict[str, list[ChipFunction]] = defaultdict(list)
_composers: dict[str, Composer] = {}
_edges: dict[str, list[EdgeFunction]] = defaultdict(list)


def panel(
    *objects: str, label: str, order: int = 100, icon: str = "list", covers: tuple[str, ...] = ()
) -> Callable[[PanelFunction], PanelFunction]:
    """Show a card on the pages of these Objects (base or concrete keys). Two queries at most."""

    def add(function: PanelFunction) -> PanelFunction:
        for key in objects:
            _panels[key].append(Registered(label, order, icon, covers, function))
        return function

    return add


def chips(*objects: str) -> Callable[[ChipFunction], ChipFunction]:
    """Show chips in the header of these Objects."""

    def add(function: ChipFunction) -> ChipFunction:
        for key in objects:
            _chips[key].append(function)
        return function

    return add


def composer(
    on: str,
    *,
    key: str,
    label: str,
    icon: str,
    object: str,  # the word a declaration reads best with
    link: str,
    preset: Mapping[str, Any] | None = None,
    fields: tuple[str, ...] = (),
    plans: bool = False,
    verb: str = "",
) -> Composer:
    """Dock a form above the story of `on` ("*": every Object); a later one with the same key replaces it."""
    made = Composer(on, key, label, icon, object, link, dict(preset or {}), fields, plans, verb)
    _composers[made.name] = made
    return made


def map_edges(*objects: str) -> Callable[[EdgeFunction], EdgeFunction]:
    """Give the edges of the map of these base Objects: all that touch one of the ids, visible ones only."""

    def add(function: EdgeFunction) -> EdgeFunction:
        for key in objects:
            _edges[key].append(function)
        return function

    return add


# --- readers --------------------------------------------------------------------------------------------------------


def panels_of(obj: Object) -> list[Registered]:
    found = [one for key in _keys(obj) for one in _panels.get(key, ())]
    return sorted(found, key=lambda one: one.order)


def chips_of(actor: Actor, obj: Object, record: Any) -> list[Chip]:
    return [chip for key in _keys(obj) for function in _chips.get(key, ()) for chip in function(actor, record)]


def composers_of(obj: Object) -> list[Composer]:
    """Those of the Object itself win over those of its base, and these over those of every Object."""
    found: dict[str, Composer] = {}
    for key in _keys(obj):
        for one in _composers.values():
            if one.on == key:
                found.setdefault(one.key, one)
    return list(found.values())


def composer_named(name: str) -> Composer | None:
    return _composers.get(name)


def has_map(obj: Object) -> bool:
    return bool(_edges.get(obj.base.key))


def edges_of(actor: Actor, obj: Object, ids: Sequence[int]) -> list[Edge]:
    return [edge for function in _edges.get(obj.base.key, ()) for edge in function(actor, ids)]


def _keys(obj: Object) -> tuple[str, ...]:
    return tuple(dict.fromkeys((obj.key, obj.base.key, "*")))
