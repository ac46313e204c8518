"""A query as it was written: names and literals with their places, nothing looked up yet. `check` makes it an `ast`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from rapport.platform.query.ast import Function, GroupUnit, Operator


@dataclass(frozen=True, slots=True)
class Name:
    """A field, or a path over references: `customer.industry`."""

    text: str
    at: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. A quoted one is always text; an unquoted one may be a number, a period, `me`, `#12` …"""

    text: str
    quoted: bool = False
    at: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Many:
    """`and` or `or` of several."""

    word: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    item: Node


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, or with operator None a name standing alone (a yes/no field)."""

    name: Name
    operator: Operator | None
    values: tuple[Literal, ...] = ()
    at: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class RelatedTo:
    """`any` or `no` related record."""

    none: bool
    name: Name
    via: Name | None
    where: Node | None


@dataclass(frozen=True, slots=True)
class Measured:
    """`count opportunities … > 2`, `sum opportunities.amount … > 10000`."""

    function: Function
    name: Name
    via: Name | None
    where: Node | None
    operator: Operator
    value: Literal


Node: TypeAlias = Many | Negated | Compared | RelatedTo | Measured


@dataclass(frozen=True, slots=True)
class SortBy:
    name: Name
    descending: bool


@dataclass(frozen=True, slots=True)
class GroupBy:
    name: Name
    unit: GroupUnit


@dataclass(frozen=True, slots=True)
class Shown:
    function: Function
    name: Name | None


@dataclass(frozen=True, slots=True)
class Written:
    """A whole query as written."""

    condition: Node | None = None
    sort: tuple[SortBy, ...] = ()
    group: tuple[GroupBy, ...] = ()
    show: tuple[Shown, ...] = ()
