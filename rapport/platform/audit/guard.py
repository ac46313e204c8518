"""Guard: the database itself refuses to change or delete what was written (ADR 15).

Triggers on both databases, put in place by a migration and again after every `rapport migrate`: a migration that makes
a table anew on SQLite takes its triggers away. What may still change is named: the number of the transaction, which a
restore into another PostgreSQL server makes anew, and `changes` and `reason` of an Event, where an erasure takes values
of a person out; the chain tells the one from the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper

# Table -> columns that may be changed.
GUARDED: dict[str, tuple[str, ...]] = {
    "platform_auditentry": ("transaction",),
    "platform_auditseal": (),
    "platform_event": ("transaction", "changes", "reason"),
}
WORDS = "append-only: rows are never changed or deleted"


def install(database: BaseDatabaseWrapper | None = None) -> None:
    """Put the triggers in place where they are missing."""
    made = database or connection
    for statement in _statements(made):
        _run(made, statement)


def remove(database: BaseDatabaseWrapper | None = None) -> None:
    """Take the triggers away: for tests that break what they guard."""
    made = database or connection
    for table in GUARDED:
        for name in names(made, table):
            on = f" ON {table}" if made.vendor == "postgresql" else ""
            _run(made, f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(database: BaseDatabaseWrapper | None = None) -> list[str]:
    """Triggers that should be there and are not (or are switched off)."""
    made = database or connection
    wanted = {name for table in GUARDED for name in names(made, table)}
    text = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
        if made.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with made.cursor() as cursor:
        cursor.execute(text)
        return sorted(wanted - {row[0] for row in cursor.fetchall()})


def names(database: BaseDatabaseWrapper, table: str) -> list[str]:
    """The triggers of a guarded table."""
    kinds = ("update", "delete", "truncate") if database.vendor == "postgresql" else ("update", "delete")
    return [f"{table}_no_{kind}" for kind in kinds]


def _statements(database: BaseDatabaseWrapper) -> list[str]:
    found = []
    for table, open_ in GUARDED.items():
        columns = _columns(database, table)
        closed = ", ".join(f'"{name}"' for name in columns if name not in open_)
        found += (_postgresql if database.vendor == "postgresql" else _sqlite)(table, closed)
    return ([FUNCTION] if database.vendor == "postgresql" else []) + found


FUNCTION = f"""
CREATE OR REPLACE FUNCTION platform_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is {WORDS}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def _postgresql(table: str, closed: str) -> list[str]:
    call = "EXECUTE FUNCTION platform_refuse_change()"
    return [
        f"CREATE OR REPLACE TRIGGER {table}_no_update BEFORE UPDATE OF {closed} ON {table} FOR EACH ROW {call}",
        f"CREATE OR REPLACE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {call}",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]


def _sqlite(table: str, closed: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is {WORDS}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {closed} ON {table} {refuse}",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}",
    ]


def _columns(database: BaseDatabaseWrapper, table: str) -> Sequence[str]:
    with database.cursor() as cursor:
        return [column.name for column in database.introspection.get_table_description(cursor, table)]


def _run(database: BaseDatabaseWrapper, statement: str) -> None:
    with database.cursor() as cursor:
        cursor.execute(statement)
