"""Invariant: one sentence that must always be true of the data of a house, the question that finds where it is not,
and what to do then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SHOWN = 5
# Counting stops here: a house with ten thousand of one fault has one fault.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Where it is not true: how often (at most MOST), and the first examples."""

    number: int = 0
    examples: tuple[str, ...] = ()


Question = Callable[[], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """`beside`: asks for what lies beside the database (files, keys, the time), so it is not asked of a copy."""

    key: str
    says: str | _StrPromise
    remedy: str | _StrPromise
    question: Question
    beside: bool = False


@dataclass
class Finding:
    """What one invariant found."""

    invariant: Invariant
    number: int
    examples: list[str] = field(default_factory=list)


_known: dict[str, Invariant] = {}


def invariant(
    key: str, says: str | _StrPromise, remedy: str | _StrPromise, *, beside: bool = False
) -> Callable[[Question], Question]:
    """Name something that must be true. The function gives a `Found` for each place it asked."""

    def add(question: Question) -> Question:
        known = _known.get(key)
        if known and known.question.__module__ != question.__module__:
            raise ValueError(f"Two invariants are called {key!r}.")
        _known[key] = Invariant(key, says, remedy, question, beside)
        return question

    return add


def every() -> tuple[Invariant, ...]:
    """All of them, those of the engine first."""
    return tuple(_known.values())


def get(key: str) -> Invariant | None:
    return _known.get(key)


def run(chosen: Sequence[Invariant] | None = None) -> Iterator[Finding]:
    """Ask each; a Finding for every one, with number 0 where it holds. Bounded in memory, whatever the size."""
    for one in every() if chosen is None else chosen:
        found = [answer for answer in one.question() if answer.number]
        examples = [example for answer in found for example in answer.examples]
        yield Finding(one, sum(answer.number for answer in found), examples[:SHOWN])


def ask(where: str, sql: str, params: Sequence[Any] = ()) -> Found:
    """The rows that a SELECT of one column gives: how many, and the first, each named by where it stands.

    The text is made of names of our own tables; values are bound.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql + f" LIMIT {MOST + 1}", list(params))
        first = cursor.fetchmany(SHOWN)
        number = len(first)
        while rows := cursor.fetchmany(1_000):
            number += len(rows)
    return Found(min(number, MOST), tuple(f"{where} {row[0]}".strip() for row in first))


def told(where: str, those: Sequence[object]) -> Found:
    """What Python found."""
    return Found(min(len(those), MOST), tuple(f"{where} {one}".strip() for one in those[:SHOWN]))
