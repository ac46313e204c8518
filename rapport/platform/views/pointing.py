"""What points at a record: the reference fields that lead to it, and the first rows of each with how many there are.

One UNION ALL over the referring tables, with access on each; how many is counted up to a limit.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from rapport.platform import access
from rapport.platform.access import Fragment, scope_sql
from rapport.platform.access.scope import NO, all_of
from rapport.platform.fields import Choice, DateTime, Field, MoneyField, Reference, ReferenceAny, ReferenceMany
from rapport.platform.labels import column, concrete_sql, name_sql, quote, where_sql
from rapport.platform.objects import Object, registry
from rapport.platform.record import Steps

if TYPE_CHECKING:
    from rapport.platform.access import Actor

SHOWN = 5
MOST = 100
_AT = DateTime("at")


@dataclass(frozen=True)
class Pointing:
    """A reference field of an Object that may point at the record."""

    obj: Object
    field: Field[Any]

    @property
    def key(self) -> str:
        return f"{self.obj.key}.{self.field.key}"


class Found(NamedTuple):
    """A row of a default card as it comes from the database; `total` counts all of them, at most MOST + 1."""

    card: str
    kind: str
    id: int
    name: str | None
    amount: Any
    currency: str | None
    state: str | None
    stage: str | None
    step_at: datetime | None
    has_step: int
    total: int


def pointing_at(actor: Actor, obj: Object) -> Iterator[Pointing]:
    """Reference fields of readable Objects that lead here and want a card."""
    for other in registry.all():
        if other.of or actor.may(other, "read") == "none":
            continue
        readable = access.readable(actor, other)
        for field in other.fields.values():
            if field.key in readable and leads(field, obj) and getattr(field, "panel", True):
                yield Pointing(other, field)


def leads(field: Field[Any], obj: Object) -> bool:
    """Whether a reference may point at records of `obj`."""
    if isinstance(field, ReferenceAny):
        return not field.to or bool({obj.key, obj.base.key} & set(field.to))
    if isinstance(field, Reference | ReferenceMany):
        fits = not field.kinds or obj.key in field.kinds or not obj.of
        return field.to == obj.model._meta.label and fits
    return False


# --- rows -----------------------------------------------------------------------------------------------------------


def rows(actor: Actor, obj: Object, record: Any, asked: Sequence[Pointing]) -> dict[str, list[Found]]:
    """The newest rows of each card by its key, at most SHOWN; `total` says how many there are, at most MOST + 1."""
    parts = [part for one in asked if (part := _part(actor, obj, record, one))]
    if not parts:
        return {}
    union = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{number}" for number, part in enumerate(parts))
    text = f"SELECT * FROM ({union}) u ORDER BY card, id DESC"
    with connection.cursor() as cursor:
        cursor.execute(text, [value for part in parts for value in part.params])
        found = [_found(row) for row in cursor.fetchall()]
    grouped: dict[str, list[Found]] = {}
    for row in found:
        grouped.setdefault(row.card, []).append(row)
    return grouped


def _found(row: Sequence[Any]) -> Found:
    values = [*row[:8], _AT.from_row(row[8]), *row[9:]]
    return Found(*values)


def _part(actor: Actor, obj: Object, record: Any, one: Pointing) -> Fragment | None:
    scope = scope_sql(actor, one.obj, "read", "t")
    if scope is NO:
        return None
    readable = access.readable(actor, one.obj)
    join, where = _points(obj, record, one)
    kind = concrete_sql(one.obj, "t")
    board = one.obj.board
    money = readable.get(board.value) if board else None
    by = readable.get(board.by) if board else _state_field(one.obj, readable)
    sums = money.columns(one.obj.model, "t") if isinstance(money, MoneyField) else ["NULL", "NULL"]
    amount, currency = sums[:2]
    state = by.columns(one.obj.model, "t")[0] if isinstance(by, Choice) else "NULL"
    steps = issubclass(one.obj.model, Steps) and "next_step_at" in readable
    step_at = (
        column(one.obj, "next_step_at", "t")
        if steps
        else "CAST(NULL AS TIMESTAMP)"
        if connection.vendor == "sqlite"
        else "CAST(NULL AS TIMESTAMPTZ)"
    )
    has_step = (
        f"CASE WHEN {column(one.obj, 'next_step', 't')} <> '' OR {step_at} IS NOT NULL THEN 1 ELSE 0 END"
        if steps
        else "-1"
    )
    text = (
        f"SELECT CAST(%s AS TEXT) AS card, {kind.sql} AS kind, t.id AS id, {name_sql(one.obj, 't')} AS name, "
        f"CAST({amount} AS TEXT) AS amount, CAST({currency} AS TEXT) AS currency, CAST({state} AS TEXT) AS state, "
        f"{_stage_sql(one.obj, by)} AS stage, {step_at} AS step_at, {has_step} AS has_step, n.total AS total "
        f"FROM ({_newest(one, join, all_of(where, where_sql(one.obj, 't'), scope))}) n "
        f"JOIN {quote(one.obj.table)} t ON t.id = n.id"
    )
    bound = (*where.params, *where_sql(one.obj, "t").params, *scope.params)
    return Fragment(text, (one.key, *kind.params, *bound))


def _newest(one: Pointing, join: str, where: Fragment) -> str:
    """The ids of the rows shown, each with how many there are: counted over ids alone, and never beyond the limit."""
    found = f"SELECT t.id FROM {quote(one.obj.table)} t {join} WHERE {where.sql} ORDER BY t.id DESC LIMIT {MOST + 1}"
    return f"SELECT f.id AS id, COUNT(*) OVER () AS total FROM ({found}) f ORDER BY f.id DESC LIMIT {SHOWN}"


def _state_field(obj: Object, readable: dict[str, Field[Any]]) -> Field[Any] | None:
    """The choice that says how a record stands: the first whose answers have tones."""
    return next(
        (one for one in readable.values() if isinstance(one, Choice) and any(option.tone for option in one.options)),
        None,
    )


def _stage_sql(obj: Object, by: Field[Any] | None) -> str:
    """The name of the column a card stands in, where the board goes by a reference."""
    if not isinstance(by, Reference):
        return "CAST(NULL AS TEXT)"
    stage = by.columns(obj.model, "t")[0]
    return f"(SELECT {name_sql(by.target, 'g')} FROM {quote(by.target.table)} g WHERE g.id = {stage})"


def _points(obj: Object, record: Any, one: Pointing) -> tuple[str, Fragment]:
    """(join, condition) for the rows that point at the record."""
    field = one.field
    if isinstance(field, ReferenceAny):
        kinds = tuple(dict.fromkeys((obj.base.key, *(member.key for member in registry.family(obj.base)))))
        marks = ", ".join(["%s"] * len(kinds))
        kind, pointed = field.columns(one.obj.model, "t")
        return "", Fragment(f"{kind} IN ({marks}) AND {pointed} = %s", (*kinds, record.pk))
    if isinstance(field, ReferenceMany):
        here, there = field.link_ends
        join = f"JOIN {field.link_source} l ON l.{quote(here)} = t.id"
        return join, Fragment(f"l.{quote(there)} = %s", (record.pk,))
    return "", Fragment(f"{field.columns(one.obj.model, 't')[0]} = %s", (record.pk,))
