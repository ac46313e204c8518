"""Rows into tables as fast as the database takes them: indexes come off first and go back on at the end.

Only the benchmark may do this: it goes round the write path, and the generator keeps by itself what projections keep.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from rapport.platform.records.rows import _converter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db import models

CHUNK = 20_000


class Table:
    """A model's table with a ready row of defaults, into which a generator puts only what it says."""

    def __init__(self, model: type[models.Model], *said: str) -> None:
        """`said`: attribute names (Django attnames) in the order in which `fill` gets their values."""
        self.model = model
        blank = model()
        fields = [
            field
            for field in model._meta.concrete_fields
            if field.column != "transaction" and (not field.primary_key or field.attname in said)
        ]
        self.names = [field.column for field in fields]
        converters = {field.attname: _converter(field) for field in fields}
        self.template = [self._ready(converters[field.attname], getattr(blank, field.attname)) for field in fields]
        places = {field.attname: place for place, field in enumerate(fields)}
        self.places = [places[name] for name in said]
        self.converters = [converters[name] for name in said]

    @staticmethod
    def _ready(convert: Any, value: Any) -> Any:
        return value if convert is None or value is None else convert(value)

    def fill(self, values: Iterable[Sequence[Any]]) -> int:
        """Insert; returns how many rows."""
        rows = self._rows(values)
        count = 0
        while chunk := list(islice(rows, CHUNK)):
            _insert(self.model._meta.db_table, self.names, chunk)
            count += len(chunk)
        return count

    def _rows(self, values: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
        for said in values:
            row = self.template.copy()
            for place, convert, value in zip(self.places, self.converters, said, strict=True):
                row[place] = value if convert is None or value is None else convert(value)
            yield row


def _insert(table: str, names: Sequence[str], rows: list[list[Any]]) -> None:
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)  # identifiers of the models


@contextmanager
def without_indexes(*models_: type[models.Model]) -> Iterator[None]:
    """Take the plain indexes of these tables off for the time of the block."""
    tables = [model._meta.db_table for model in models_]
    statements = [statement for table in tables for statement in _index_statements(table)]
    with connection.cursor() as cursor:
        for name, _statement in statements:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, statement in statements:
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _index_statements(table: str) -> list[tuple[str, str]]:
    """(name, statement that makes it) of the indexes that stand for no constraint."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes "
                "WHERE tablename = %s AND indexdef NOT LIKE 'CREATE UNIQUE%%'",
                [table],
            )
            return [(row[0], row[1]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL", [table]
        )
        return [(row[0], row[1]) for row in cursor.fetchall() if not re.match("create unique", row[1], re.IGNORECASE)]


def set_sequence(model: type[models.Model]) -> None:
    """The next id follows the largest one that was written (SQLite does so by itself)."""
    if connection.vendor == "postgresql":
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))"
            )  # identifiers of the models
