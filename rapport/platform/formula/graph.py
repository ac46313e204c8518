"""Which formulas depend on which fields, and the order in which stored ones are calculated.

A computed formula inside of a stored one is looked through: what it reads, the stored one reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapport.platform.fields import Calculated, Field
from rapport.platform.formula.ast import Expression
from rapport.platform.formula.depends import Read, reads
from rapport.platform.formula.field import cycle_message, expression_of
from rapport.platform.objects import Object, registry
from rapport.platform.query.errors import QueryError

Name = tuple[str, str]  # base Object's key, field's key


@dataclass(frozen=True)
class Stored:
    """A stored formula: its base Object, its field, and everything it reads."""

    obj: Object
    field: Field[Any]
    expression: Expression
    reads: tuple[Read, ...]

    @property
    def name(self) -> Name:
        return self.obj.key, self.field.key


def name_of(read: Read) -> Name:
    return read.obj.base.key, read.field.key


def all_reads(obj: Object, expression: Expression, path: tuple[Name, ...] = ()) -> Iterator[Read]:
    """What an expression reads, and what the computed formulas among it read. Raises QueryError for a cycle."""
    for read in reads(obj, expression):
        yield read
        if not isinstance(read.field, Calculated):
            continue
        name = name_of(read)
        if name in path:
            raise QueryError(cycle_message((*path[path.index(name) :], name)))
        inner = expression_of(read.obj.base, read.field.formula)
        for further in all_reads(read.obj.base, inner, (*path, name)):
            yield Read(further.obj, further.field, (*read.way, *further.way))


def check_cycles(obj: Object, key: str, expression: Expression) -> None:
    """Refuse a formula that leads back to itself, over stored and computed ones alike, naming the path."""
    start = (obj.base.key, key)
    done: set[Name] = set()

    def walk(at: Object, found: Expression, path: tuple[Name, ...]) -> None:
        for read in reads(at, found):
            name = name_of(read)
            if name == start:
                raise QueryError(cycle_message((*path, name)))
            if read.field.formula and name not in done:
                done.add(name)
                walk(read.obj.base, expression_of(read.obj.base, read.field.formula), (*path, name))

    walk(obj.base, expression, (start,))


def stored_in_order() -> tuple[Stored, ...]:
    """Every stored formula of the house, each after those it reads."""
    return _ordered(registry.version)


@lru_cache(maxsize=4)
def _ordered(version: tuple[int, int]) -> tuple[Stored, ...]:
    known = {one.name: one for one in _all()}
    order: dict[Name, Stored] = {}

    def place(one: Stored, path: tuple[Name, ...]) -> None:
        if one.name in order or one.name in path:
            return
        for read in one.reads:
            if (before := known.get(name_of(read))) is not None:
                place(before, (*path, one.name))
        order[one.name] = one

    for one in known.values():
        place(one, ())
    return tuple(order.values())


def _all() -> Iterator[Stored]:
    """Those that can be read; one whose field was retired stands still until it is mended."""
    for obj in {one.base.key: one.base for one in registry.all()}.values():
        for field in obj.fields.values():
            if not field.formula or isinstance(field, Calculated):
                continue
            try:
                expression = expression_of(obj, field.formula)
                found = tuple(all_reads(obj, expression))
            except QueryError:
                continue
            yield Stored(obj, field, expression, found)
