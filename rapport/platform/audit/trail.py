"""Trail: what one request has to tell, gathered while it runs and written once when its answer is made.

A page that shows sensitive values asks for them in several places; together they leave one entry. A surface opens the
trail (`around`); outside of one (a job, a command) every `read` is written at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapport.platform.access import Actor


@dataclass(eq=False)
class Visit:
    """Where a request comes from, its number, and which records showed which sensitive fields."""

    address: str = ""
    number: str = ""
    seen: dict[str, set[int]] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    actor: Actor | None = None
    closed: bool = False


_visit: ContextVar[Visit | None] = ContextVar("audit_visit", default=None)


def visit() -> Visit | None:
    """The request that is being answered; None in a job or a command."""
    return _visit.get()


def entered(actor: Actor) -> None:
    """Who it is that asks, once that is known."""
    visit = _visit.get()
    if visit is not None:
        visit.actor = actor


@contextmanager
def around(address: str, number: str = "") -> Iterator[Visit]:
    """Gather what a request shows; `finish` writes it."""
    opened = Visit(address, number)
    token = _visit.set(opened)
    try:
        yield opened
    finally:
        opened.closed = True
        _visit.reset(token)


def finish(actor: Actor | None, opened: Visit) -> None:
    """Write what was shown: one entry, none where nothing sensitive was."""
    opened.closed = True
    if opened.seen:
        from rapport.platform.audit.write import write_read

        write_read(actor, opened.seen, opened.fields)
