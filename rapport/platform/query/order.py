"""Order and paging: what a list is sorted by, and the rows after (or before) a given one without counting from the top.

Empty values come last in both directions, on both databases. Records alike in every key follow their id, in the
direction of the last key, so that an order is total and one index serves it. Text sorts with small and capital letters
alike, except where only the engine writes it (a number, a name kept for sorting): that is in its form already. Where
the first key may be NULL and is a column of the table itself, a page is read in two steps (rows with a value, then rows
without): each of them an index can walk, which an ORDER BY … NULLS LAST cannot do on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapport.platform.access import Fragment
from rapport.platform.fields import Calculated, Choice, Text
from rapport.platform.query import schema, sql
from rapport.platform.query.ast import Sort
from rapport.platform.query.frame import Frame
from rapport.platform.query.sql import TRUE, all_of, any_of, bound, listed, piece


@dataclass(frozen=True, slots=True)
class Key:
    """One thing to sort by: its SQL, the direction, whether it may be NULL, whether it is a column of the root."""

    sql: Fragment
    descending: bool
    nullable: bool
    plain: bool = False


def keys(frame: Frame, sort: Sequence[Sort]) -> list[Key]:
    """The keys of an order, the id last."""
    found = [_key(frame, item) for item in sort if str(item.path) != "id"]
    by_id = next((item.descending for item in sort if str(item.path) == "id"), bool(sort and sort[-1].descending))
    return [*found, Key(Fragment(f"{frame.alias}.id"), by_id, nullable=False, plain=True)]


def _key(frame: Frame, item: Sort) -> Key:
    path, field = item.path, item.path.field
    nullable = bool(path.hops) or _may_be_null(frame, item)
    if field.family == "reference":
        name = frame.name_of(path)
        by_name = sql.sorted_text(name) if name else Fragment(frame.reference_id(path))
        return Key(by_name, item.descending, nullable=True)
    column = frame.columns(path)[-1]
    if isinstance(field, Text) and field.sorted_as:
        alias, obj = frame.owner(path)
        return Key(
            Fragment(frame.raw(alias, obj, obj.field(field.sorted_as))[0]), item.descending, nullable, not path.hops
        )
    if isinstance(field, schema.Archived):
        return Key(piece("({} IS NOT NULL)", column), item.descending, nullable=False)
    if isinstance(field, Choice):
        return Key(_place(column, field), item.descending, nullable=False)
    if isinstance(field, Calculated):
        by_value = sql.sorted_text(column) if field.family == "text" else column
        return Key(by_value, item.descending, nullable=True)
    if field.family == "text" and not field.read_only:
        return Key(sql.sorted_text(column), item.descending, nullable, plain=not path.hops)
    return Key(column, item.descending, nullable, plain=not path.hops)


def _may_be_null(frame: Frame, item: Sort) -> bool:
    field = item.path.field
    return not isinstance(field, schema.Archived) and field.may_be_null(frame.obj.model)


def _place(column: Fragment, field: Choice) -> Fragment:
    """The place of an answer in its list; what is not in it comes last."""
    options = field.options
    whens = " ".join(f"WHEN %s THEN {place}" for place in range(len(options)))
    if not options:
        return Fragment("0")
    answers = Fragment(f" {whens} ELSE {len(options)} END", tuple(option.key for option in options))
    return piece("CASE {}{}", column, answers)


def order_by(found: Sequence[Key], *, backwards: bool = False) -> Fragment:
    """The ORDER BY list; backwards for what comes before."""
    return _commas([_ordered(key, backwards) for key in found])


def _ordered(key: Key, backwards: bool) -> Fragment:
    direction = "DESC" if key.descending != backwards else "ASC"
    nulls = (" NULLS FIRST" if backwards else " NULLS LAST") if key.nullable else ""
    return piece("{} " + direction + nulls, key.sql)


def _commas(parts: Sequence[Fragment]) -> Fragment:
    return piece(", ".join(["{}"] * len(parts)), *parts)


def beyond(found: Sequence[Key], values: Sequence[object], *, backwards: bool = False) -> Fragment:
    """The rows after the one with these key values in this order, or before it."""
    if all(not key.nullable for key in found) and len({key.descending for key in found}) == 1:
        sign = "<" if found[0].descending != backwards else ">"
        return piece("({}) {} ({})", _commas([key.sql for key in found]), sign, listed(values))
    ways = []
    for place, key in enumerate(found):
        same = [_equal(before, value) for before, value in zip(found[:place], values, strict=False)]
        ways.append(all_of([*same, _later(key, values[place], backwards)]))
    return any_of(ways)


def _equal(key: Key, value: object) -> Fragment:
    return piece("{} IS NULL", key.sql) if value is None else piece("{} = {}", key.sql, bound(value))


def _later(key: Key, value: object, backwards: bool) -> Fragment:
    sign = "<" if key.descending != backwards else ">"
    if value is None:
        return piece("{} IS NOT NULL", key.sql) if backwards else sql.FALSE
    later = piece("{} {} {}", key.sql, sign, bound(value))
    if key.nullable and not backwards:
        return any_of([later, piece("{} IS NULL", key.sql)])
    return later


def steps(found: Sequence[Key], values: Sequence[object] | None) -> list[tuple[Fragment, Sequence[Key]]]:
    """How to read a page: one or two steps, each a condition and keys to sort by, run until the page is full."""
    first = found[0]
    if not (first.nullable and first.plain and len(found) == 2):
        return [(TRUE if values is None else beyond(found, values), found)]
    by_id = found[1:]
    filled = [Key(first.sql, first.descending, nullable=False, plain=True), *by_id]
    with_value, without = piece("{} IS NOT NULL", first.sql), piece("{} IS NULL", first.sql)
    if values is None:
        return [(with_value, filled), (without, by_id)]
    if values[0] is None:
        return [(all_of([without, beyond(by_id, values[1:])]), by_id)]
    return [(all_of([with_value, beyond(filled, values)]), filled), (without, by_id)]
