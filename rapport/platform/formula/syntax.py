"""An expression as it was written: names and literals with their places, nothing looked up yet; `check` does that."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from rapport.platform.query import syntax as query


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text something stands."""

    at: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `unit` is "", "%", a currency, or the seconds of a unit of time in `seconds`."""

    value: Decimal
    unit: str
    seconds: int
    place: Place


@dataclass(frozen=True, slots=True)
class Quoted:
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Word:
    """A field, a path over references, or one of today, now, yes, no, empty."""

    name: query.Name

    @property
    def place(self) -> Place:
        return Place(self.name.at, self.name.length)


@dataclass(frozen=True, slots=True)
class Sign:
    """An operator with its operands: + - * / % & and or not neg, comparisons, `is empty`."""

    sign: str
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of a field or a roll-up with something that may be read as in a Query, as an expression, or both."""

    field: Node
    sign: str
    items: tuple[Node, ...] | None
    query: query.Node | None
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Choose:
    """if … then … else …"""

    condition: Node
    then: Node
    otherwise: Node | None
    place: Place


@dataclass(frozen=True, slots=True)
class RollUp:
    """`count plays where …`, `latest plays.score`."""

    function: str
    name: query.Name
    via: query.Name | None
    where: query.Node | None

    @property
    def place(self) -> Place:
        return Place(self.name.at, self.name.length)


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition of the Query language as it stands: `any plays where …`, `no tasks`."""

    query: query.Node
    place: Place


Node: TypeAlias = Number | Quoted | Word | Sign | Compared | Call | Choose | RollUp | Asked
