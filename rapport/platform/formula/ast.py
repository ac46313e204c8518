"""A checked expression: every name resolved to a Field, every part with its type.

Two expressions that mean the same letter for letter are equal; `str(expression)` is the canonical text and parses back
to an equal one. What depends on the reader or on the hour stays a symbol until it is compiled or evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from rapport.base.money import Money
from rapport.platform.query.ast import Condition, Path, Relation

Kind = Literal[
    "text", "number", "percent", "money", "date", "datetime", "duration", "boolean", "choice", "reference", "nothing"
]
RollUpFunction = Literal["count", "sum", "avg", "min", "max", "latest", "earliest"]


class Type(NamedTuple):
    """What a value is. `of` is the currency of money ("" for the base currency), the Object of a reference."""

    kind: Kind
    of: str = ""


TEXT, NUMBER, PERCENT, MONEY = Type("text"), Type("number"), Type("percent"), Type("money")
DATE, DATETIME, DURATION, BOOLEAN = Type("date"), Type("datetime"), Type("duration"), Type("boolean")
NOTHING = Type("nothing")


class _Node:
    """What every part of an expression can do."""

    __slots__ = ()

    def __str__(self) -> str:
        from rapport.platform.formula.text import text_of

        return text_of(self)  # type: ignore[arg-type]  # one of the nodes below


@dataclass(frozen=True, slots=True)
class Constant(_Node):
    """A number, text, day, moment, length of time (seconds), sum of money, yes or no; None for nothing."""

    value: Decimal | str | date | datetime | bool | Money | None
    type: Type

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class Today(_Node):
    """The day it is where the reader is."""

    type: Type = DATE

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class RightNow(_Node):
    """The moment of asking."""

    type: Type = DATETIME

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class Value(_Node):
    """A field. The type may be another than the field's own: a choice or a record as text is what it is called."""

    path: Path
    type: Type

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class Test(_Node):
    """A condition of the Query language; yes or no, never unknown."""

    condition: Condition
    type: Type = BOOLEAN

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class RollUp(_Node):
    """How many related records, or a sum, average, least, greatest, latest, earliest of one field of them."""

    function: RollUpFunction
    relation: Relation
    path: Path | None
    where: Condition | None
    type: Type

    __str__ = _Node.__str__


@dataclass(frozen=True, slots=True)
class Apply(_Node):
    """An operation on values: `name` is one of `operations.OPERATIONS`."""

    name: str
    items: tuple[Expression, ...]
    type: Type

    __str__ = _Node.__str__


Expression: TypeAlias = Constant | Today | RightNow | Value | Test | RollUp | Apply


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and all it is made of."""
    yield expression
    if isinstance(expression, Apply):
        for item in expression.items:
            yield from parts(item)
