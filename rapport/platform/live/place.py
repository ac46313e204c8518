"""How far somebody has heard, as text: `transaction.id`, the order of the Events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from rapport.platform.events.cursor import horizon

if TYPE_CHECKING:
    from rapport.platform.events.cursor import Position

# What a page shows was read after this: on PostgreSQL all of earlier transactions, on SQLite all of lower number.
PLACE = {
    "postgresql": "(SELECT pg_snapshot_xmin(pg_current_snapshot())::text)",
    "sqlite": "(SELECT COALESCE(MAX(e.id), 0) FROM platform_event e)",
}
LAST = 2**62
DIGITS = 19


def begins(read: object) -> str:
    """The place of a page from what the database said for `PLACE` before anything else was read for it."""
    number = int(str(read))
    return sealed((number - 1, LAST) if connection.vendor == "postgresql" else (0, number))


def here() -> str:
    """The place after all that has happened."""
    return sealed(horizon())


def sealed(place: Position) -> str:
    """A place as text."""
    return f"{place[0]}.{place[1]}"


def opened(text: str) -> Position | None:
    """A place from its text; None for what is none."""
    first, dot, second = text.partition(".")
    if not dot or not (first + second).isascii() or max(len(first), len(second)) > DIGITS:
        return None
    return (int(first), int(second)) if first.isdecimal() and second.isdecimal() else None
