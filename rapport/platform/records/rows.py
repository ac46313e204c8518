"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite. Ids are taken beforehand.

Only for instances built by the engine; nothing is validated here. Columns with a database default are left to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import NOT_PROVIDED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db import models

CHUNK = 500


def take_ids(model: type[models.Model], count: int) -> range | list[int]:
    """`count` unused ids, in order; inside the transaction that will insert them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def insert(model: type[models.Model], instances: Sequence[Any]) -> None:
    """Insert instances that carry their ids (or whose ids nobody needs)."""
    if not instances:
        return
    with_id = instances[0].pk is not None
    columns = [field for field in model._meta.concrete_fields if field.db_default is NOT_PROVIDED and (with_id or not field.primary_key)]
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    getters = [(field.attname, field) for field in columns]
    rows = ([field.get_db_prep_save(getattr(one, name), connection) for name, field in getters] for one in instances)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608  # identifiers of the model


def update(model: type[models.Model], instances: Sequence[Any], attributes: Sequence[str]) -> None:
    """Write some attributes of many instances back by id."""
    if not instances:
        return
    columns = [model._meta.get_field(name) for name in attributes]
    sets = ", ".join(f"{connection.ops.quote_name(field.column)} = %s" for field in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    rows = [[*(field.get_db_prep_save(getattr(one, field.attname), connection) for field in columns), one.pk] for one in instances]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", rows)  # noqa: S608  # identifiers of the model
