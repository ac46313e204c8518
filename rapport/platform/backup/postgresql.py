"""Backups of PostgreSQL: COPY of every table inside one snapshot, and its tables as the catalogue has them.

Not `pg_dump`: it must be as new as the server and lie on this machine, which a wheel cannot promise. A restore fills a
schema of its own in the same database and takes the place of the one in use by two renames in one transaction.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.base.crash import point
from rapport.platform.backup import catalogue, parts
from rapport.platform.backup.databases import Rows, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    from rapport.platform.backup.catalogue import Table
    from rapport.platform.backup.parts import Opener, Sink, Writing

SCRATCH = "rapport_scratch"
# So that a value is written in one way, whatever the settings of server, database and user.
PLAIN = (
    "SET timezone = 'UTC'", "SET datestyle = 'ISO, YMD'", "SET intervalstyle = 'postgres'", "SET bytea_output = 'hex'",
    "SET extra_float_digits = 1", "SET statement_timeout = 0", "SET lock_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
)  # fmt: skip


class Postgresql:
    """Every table of the schema in use."""

    vendor = "postgresql"

    def take(self, work: Path, scratch: Path, recipients: Sequence[str]) -> Taken:
        taken = Taken()
        with _session(connection.copy()) as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            schema = catalogue.read(cursor)
            taken.schema = schema.plain()
            for table in schema.tables:
                out, taken.rows[table.name] = _write(cursor, table, work, recipients)
                taken.written.append(out)
                point("backup.copied")
            cursor.execute("SELECT DISTINCT sha256 FROM platform_storedfile")
            taken.files = [row[0] for row in cursor.fetchall()]
            if "django_migrations" in taken.rows:
                cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
                taken.migrations = [(app, name) for app, name in cursor.fetchall()]
            cursor.execute("ROLLBACK")
        return taken

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])

    @contextmanager
    def restored(
        self, parts_folder: Path, told: Mapping[str, Any], opener: Opener, scratch: Path
    ) -> Iterator[BaseDatabaseWrapper]:
        schema = catalogue.Schema.of(told["schema"])
        _drop_scratch()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {SCRATCH}")
        made = _in_schema(SCRATCH)
        try:
            with _session(made, keep=True) as cursor:
                _fill(cursor, schema, parts_folder, opener)
            yield made
        finally:
            made.close()
            _drop_scratch()

    def rows(self, database: BaseDatabaseWrapper) -> dict[str, Rows]:
        found = {}
        with _session(database.copy()) as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in catalogue.tables(cursor):
                found[table.name] = _copy_out(cursor, table, _Nowhere())
            cursor.execute("ROLLBACK")
        return found

    def broken(self, database: BaseDatabaseWrapper) -> list[str]:
        """Constraints were checked one by one while they were made; one that is not valid would be named here."""
        with database.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint "
                "WHERE connamespace = current_schema()::regnamespace AND NOT convalidated"
            )
            return [row[0] for row in cursor.fetchall()]

    def busy(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            number = cursor.fetchone()[0]
        return _("{n} other connections use this database.").format(n=number) if number else ""

    def put_in_place(self, database: BaseDatabaseWrapper, stamp: str) -> str:
        kept = f"before_{stamp.replace('-', '_')}"
        database.close()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            place = cursor.fetchone()[0]
            cursor.execute(f"ALTER SCHEMA {place} RENAME TO {kept}")
            cursor.execute(f"ALTER SCHEMA {SCRATCH} RENAME TO {place}")
        return kept


@contextmanager
def _session(database: BaseDatabaseWrapper, *, keep: bool = False) -> Iterator[CursorWrapper]:
    """A session that writes values plainly; closed afterwards unless it is needed further."""
    database.ensure_connection()
    try:
        with database.cursor() as cursor:
            for setting in PLAIN:
                cursor.execute(setting)
            yield cursor
    finally:
        if not keep:
            database.close()


def _in_schema(name: str) -> BaseDatabaseWrapper:
    made = connection.copy()
    options = made.settings_dict["OPTIONS"]
    options["options"] = f"{options.get('options', '')} -c search_path={name}".strip()
    return made


def _drop_scratch() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")


class _Nowhere:
    def write(self, content: bytes) -> int:
        return len(content)


def _write(cursor: CursorWrapper, table: Table, work: Path, recipients: Sequence[str]) -> tuple[Writing, Rows]:
    with parts.writing(work / _name(table), recipients) as out:
        rows = _copy_out(cursor, table, out)
    return out, rows


def _name(table: Table) -> str:
    return f"{table.name}.copy.age"


def _copy_out(cursor: CursorWrapper, table: Table, out: Sink) -> Rows:
    columns, order = ", ".join(table.columns), ", ".join(table.order)
    count, digest = 0, hashlib.sha256()
    asked = f'COPY (SELECT {columns} FROM "{table.name}" ORDER BY {order}) TO STDOUT'  # of the catalogue
    with cursor.cursor.copy(asked) as copy:
        for block in copy:
            content = bytes(block)
            count += content.count(b"\n")  # one a row: those inside of values are written \n
            digest.update(content)
            out.write(content)
    return Rows(count, digest.hexdigest())


def _fill(cursor: CursorWrapper, schema: catalogue.Schema, folder: Path, opener: Opener) -> None:
    """All in one transaction: a schema is whole or not there."""
    cursor.execute("BEGIN")
    for statement in (*schema.before, *(table.create for table in schema.tables)):
        cursor.execute(statement)
    for table in schema.tables:
        columns = ", ".join(table.columns)
        with (
            parts.reading(folder / _name(table), opener) as source,
            cursor.cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
        ):
            parts.copy(source, copy)
        point("restore.table")
    for statement in schema.after:
        cursor.execute(statement)
    for table_name, column, value in schema.counters:
        if value is not None:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table_name}"', column, value])
    cursor.execute("COMMIT")
    cursor.execute("ANALYZE")
