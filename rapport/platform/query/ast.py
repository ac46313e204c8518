"""A checked query: every name resolved to a Field, every value cast to the type of its field.

Two queries that mean the same letter for letter are equal; `str(query)` is the canonical text and parses back to an
equal query. What depends on the reader or on the hour (`me`, `last 30 days`) stays a symbol until it is compiled or
evaluated, so that a saved view means the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from rapport.base.money import Money
from rapport.base.periods import Calendar, Instant, Rolling
from rapport.platform.fields import Field, Ref
from rapport.platform.objects import Object

Operator = Literal[
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "contains",
    "not contains",
    "starts with",
    "in",
    "not in",
    "is empty",
    "is not empty",
    "between",
]
Function = Literal["count", "sum", "avg", "min", "max"]
GroupUnit = Literal["", "day", "week", "month", "quarter", "year"]

# What `!=` and the like deny. They are true exactly where the positive form is false, so also for empty.
NEGATIVE: dict[Operator, Operator] = {"!=": "=", "not contains": "contains", "not in": "in", "is not empty": "is empty"}


@dataclass(frozen=True, slots=True)
class RightNow:
    """The moment of asking: now."""


@dataclass(frozen=True, slots=True)
class Me:
    """The user who asks."""


@dataclass(frozen=True, slots=True)
class MyTeam:
    """The teams of the user who asks, with all below; for a user field, the people in them."""


@dataclass(frozen=True, slots=True)
class Id:
    """A record by its local id: #12."""

    id: int


@dataclass(frozen=True, slots=True)
class RefUid:
    """A record of some kind by its uid: toy:0190a5a0-…"""

    object: str
    uid: UUID


Value: TypeAlias = (
    str
    | bool
    | Decimal
    | Money
    | date
    | datetime
    | timedelta
    | Calendar
    | Rolling
    | Instant
    | RightNow
    | Me
    | MyTeam
    | Id
    | UUID
    | Ref
    | RefUid
)


@dataclass(frozen=True, slots=True)
class Path:
    """A field of the Object asked, or of one reached over references: `hops` are the references, root first."""

    keys: tuple[str, ...]
    hops: tuple[Field[Any], ...]
    field: Field[Any]

    def __str__(self) -> str:
        return ".".join(self.keys)


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Condition


@dataclass(frozen=True, slots=True)
class Comparison:
    """`path operator values`. One value for most operators, none for `is empty`, two for `between`, many for `in`."""

    path: Path
    operator: Operator
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """The way from a record to related ones.

    `field` is a reference of `obj` that points back at the record; with `forward` it is a many-reference of the record
    itself that points at records of `obj`. `name` is how it is written, `default` whether it needs no `via`.
    """

    name: str
    obj: Object = field(compare=False)
    field: Field[Any]
    forward: bool = False
    default: bool = True


@dataclass(frozen=True, slots=True)
class Related:
    """At least one related record that meets the condition; with `none`, not a single one."""

    relation: Relation
    where: Condition | None = None
    none: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of related records, or a sum, average, least or greatest of one field of them, compared with a value."""

    function: Function
    relation: Relation
    path: Path | None
    where: Condition | None
    operator: Operator
    value: Value


Condition: TypeAlias = And | Or | Not | Comparison | Related | Measure


@dataclass(frozen=True, slots=True)
class Sort:
    path: Path
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.path}" if self.descending else str(self.path)


@dataclass(frozen=True, slots=True)
class Group:
    """A field to group by; `unit` cuts dates and moments to the period they lie in."""

    path: Path
    unit: GroupUnit = ""

    def __str__(self) -> str:
        return f"{self.path} by {self.unit}" if self.unit else str(self.path)


@dataclass(frozen=True, slots=True)
class Aggregate:
    function: Function
    path: Path | None = None

    def __str__(self) -> str:
        return f"{self.function} {self.path}" if self.path else self.function


@dataclass(frozen=True, slots=True)
class Query:
    """What records (`condition`; None for all), in which order, grouped by what, showing which totals."""

    obj: Object = field(compare=False)
    condition: Condition | None = None
    sort: tuple[Sort, ...] = ()
    group: tuple[Group, ...] = ()
    show: tuple[Aggregate, ...] = ()

    def __str__(self) -> str:
        from rapport.platform.query.text import query_text

        return query_text(self)

    def narrowed(self, *others: Condition | None) -> Query:
        """The same query with further conditions that must hold as well."""
        parts: list[Condition] = []
        for condition in (self.condition, *others):
            if isinstance(condition, And):
                parts.extend(condition.items)
            elif condition is not None:
                parts.append(condition)
        return replace(self, condition=both(*parts))

    @property
    def names_archived(self) -> bool:
        """Whether archived records were asked about; where not, they stay out."""
        return any(names_archived(condition) for condition in (self.condition,))


def both(*conditions: Condition) -> Condition | None:
    """All of the conditions; None for none of them."""
    if len(conditions) > 1:
        return And(conditions)
    return conditions[0] if conditions else None


def names_archived(condition: Condition | None) -> bool:
    """Whether a condition on a record itself (not on related ones) speaks of its being archived."""
    return any(comparison.path.keys[0] in ("archived", "archived_at") for comparison in comparisons(condition))


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """Every comparison on the record itself, in order; those inside related records are left out."""
    match condition:
        case And(items) | Or(items):
            for item in items:
                yield from comparisons(item)
        case Not(item):
            yield from comparisons(item)
        case Comparison():
            yield condition
