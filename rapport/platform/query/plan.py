"""A plan: a checked query made ready to be run — which fields of which records in which order, how many, from where.

The names of this module are what lists, boards, exports, API, bulk edits and reports build on; running a plan is
`run`, its SQL is `compile`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from rapport.platform.query.ast import Condition, Path, Query

if TYPE_CHECKING:
    from rapport.platform.access import Fragment
    from rapport.platform.objects import Object

MAX_LIMIT = 1_000
COUNT_CAP = 1_000


@dataclass(frozen=True)
class Plan:
    """What to read. Made by `plan()`; change it with `with_…`, not by hand.

    `action` is the right asked for on every row (read, export, edit, mass …). `archived` keeps archived records in
    even where the query does not name them. `extra` are conditions of the engine's own in SQL, called with the table's
    alias.
    """

    query: Query
    select: tuple[Path, ...] = ()
    limit: int = 50
    cursor: str = ""
    action: str = "read"
    archived: bool = False
    extra: tuple[Callable[[str], Fragment], ...] = ()

    @property
    def obj(self) -> Object:
        return self.query.obj

    def narrowed(self, *conditions: Condition | None) -> Plan:
        """The same plan where further conditions hold as well; the cursor starts anew."""
        return replace(self, query=self.query.narrowed(*conditions), cursor="")

    def with_extra(self, *extra: Callable[[str], Fragment]) -> Plan:
        """The same plan where conditions of the engine's own, written as SQL over an alias, hold as well."""
        return replace(self, extra=(*self.extra, *extra))

    def at(self, cursor: str) -> Plan:
        return replace(self, cursor=cursor)


class Link(NamedTuple):
    """A record pointed at: the base Object's key, local id, uid, and what it is called."""

    object: str
    id: int
    uid: str
    label: str


class Row(NamedTuple):
    """One record read: `values` in the order of the plan's `select` (references as Link, the rest as field values)."""

    id: int
    uid: str
    version: int
    values: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursor of the page after them ("" at the end)."""

    columns: tuple[Path, ...]
    rows: list[Row]
    next: str = ""


@dataclass(frozen=True, slots=True)
class PlainPage:
    """Rows in the plain form (ready for orjson): {"id": uid, "version": 1, "<path>": plain, …}, and the next cursor."""

    rows: list[dict[str, Any]]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many; with `more`, at least so many."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """Aggregates of one field over all rows of a plan.

    For money `sum` … `max` are in the base currency, `by_currency` are sums of the amounts as written, and `unknown`
    counts the rows that have an amount but no known worth in the base currency.
    """

    count: int
    sum: Decimal | None = None
    avg: Decimal | None = None
    min: Any = None
    max: Any = None
    by_currency: tuple[tuple[str, Decimal], ...] = ()
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: a value per `group by` (Link, field value, or the first day of a period), and what was to be shown."""

    values: tuple[Any, ...]
    count: int
    shown: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands in the filtered, sorted set: "14 of 203"; None where it is not in it (any more)."""

    number: int | None
    of: Count
    previous: int | None = None
    next: int | None = None
    number_more: bool = False
