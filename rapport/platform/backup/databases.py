"""What both kinds of database are asked for: a snapshot that stands still, and a scratch one to restore into.

A snapshot is one moment of a database that goes on working: WAL readers on SQLite, REPEATABLE READ on PostgreSQL. Every
table is counted and hashed inside of it; a restore is compared with that, row for row.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Protocol

    from django.db.backends.base.base import BaseDatabaseWrapper

    from rapport.platform.backup.parts import Opener, Writing


class Rows(NamedTuple):
    """How many rows a table has, and the SHA-256 of all of them in the order of its key."""

    number: int
    sha256: str


@dataclass
class Taken:
    """What a snapshot gave: sealed parts, rows by table, hashes of attached files, how the tables are made."""

    written: list[Writing] = field(default_factory=list)
    rows: dict[str, Rows] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    migrations: list[tuple[str, str]] = field(default_factory=list)
    schema: dict[str, Any] = field(default_factory=dict)


if TYPE_CHECKING:

    class Engine(Protocol):
        """One kind of database."""

        vendor: str

        def take(self, work: Path, scratch: Path, recipients: Sequence[str]) -> Taken:
            """Write everything of this moment into sealed parts."""

        def size(self) -> int:
            """Bytes of the database, about."""

        def restored(
            self, parts: Path, told: Mapping[str, Any], opener: Opener, scratch: Path
        ) -> AbstractContextManager[BaseDatabaseWrapper]:
            """A database beside the one in use that holds what the parts hold; gone after the block, unless put in
            place."""

        def rows(self, database: BaseDatabaseWrapper) -> dict[str, Rows]:
            """Every table of it, counted and hashed."""

        def broken(self, database: BaseDatabaseWrapper) -> list[str]:
            """What the database itself says is wrong with it."""

        def busy(self) -> str:
            """Who else uses the database in use; "" for nobody."""

        def put_in_place(self, database: BaseDatabaseWrapper, stamp: str) -> str:
            """Make it the one in use, at once and whole; where the one before is kept."""


def engine() -> Engine:
    """For the database in use."""
    from rapport.platform.backup import postgresql, sqlite

    return postgresql.Postgresql() if connection.vendor == "postgresql" else sqlite.Sqlite()


@contextmanager
def standing_in(database: BaseDatabaseWrapper) -> Iterator[None]:
    """For this thread another database is the one in use, for the time of the block."""
    before = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = before
