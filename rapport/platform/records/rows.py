"""Many rows into one table at once: COPY on PostgreSQL, executemany on SQLite. Ids are taken beforehand.

Only for instances built by the engine; nothing is validated here. Columns with a database default are left to it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain, islice
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from django.db.models.base import ModelState

from rapport.base.ids import uuid7, uuid7s

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

CHUNK = 500
# Below this, one INSERT is cheaper on PostgreSQL than beginning and ending a COPY.
FEW = 20


def take_ids(model: type[models.Model], count: int) -> range | list[int]:
    """`count` unused ids, in order; inside the transaction that will insert them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return range(first, first + count)


def blanks(model: type[models.Model], shared: Mapping[str, Any], count: int) -> list[Any]:
    """New instances of a model that begin with these contents of columns.

    The same as `model(**shared)` without asking every column for its default every time, which costs more than the row.
    """
    first = model(**shared)
    made_anew = {
        column.attname: _anew(column.default, count)
        for column in model._meta.concrete_fields
        if column.attname not in shared and column.has_default() and callable(column.default)
    }
    contents = {key: value for key, value in first.__dict__.items() if key != "_state"}
    made = []
    for own in zip(*made_anew.values(), strict=True) if made_anew else [()] * count:
        instance = model.__new__(model)
        instance.__dict__ |= contents
        instance.__dict__ |= zip(made_anew, own, strict=True)
        instance._state = ModelState()
        made.append(instance)
    return made


def _anew(default: Callable[[], Any], count: int) -> list[Any]:
    return uuid7s(count) if default is uuid7 else [default() for _row in range(count)]


def insert(model: type[models.Model], instances: Sequence[Any]) -> None:
    """Insert instances that carry their ids (or whose ids nobody needs)."""
    if not instances:
        return
    with_id = instances[0].pk is not None
    columns = [field for field in _columns(model) if with_id or not field.primary_key]
    # Past Django's descriptors, which cost more than the insert: an instance of the engine holds all its columns.
    take = itemgetter(*(field.attname for field in columns))
    _insert(model, columns, (take(one.__dict__) for one in instances))


def insert_one(model: type[models.Model], instance: Any) -> None:
    """Insert one instance and give it its id. The statement is put together once per model: the ORM would do it anew
    each time, which costs more than the row.
    """
    text, attributes, prepare = _statement(model, connection.vendor)
    changed = [place for place, convert in enumerate(prepare) if convert is not None]
    with connection.cursor() as cursor:
        cursor.execute(text, list(_prepared(attributes(instance), prepare, changed)))
        instance.pk = cursor.fetchone()[0]
    instance._state.adding, instance._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[str, Any, list[Callable[[Any], Any] | None]]:
    columns = [field for field in _columns(model) if not field.primary_key]
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    table, marks = connection.ops.quote_name(model._meta.db_table), ", ".join(["%s"] * len(columns))
    text = f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id"  # identifiers of the model
    return text, attrgetter(*(field.attname for field in columns)), [_converter(field) for field in columns]


def _columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.db_default is NOT_PROVIDED]


def insert_values(model: type[models.Model], attributes: Sequence[str], values: Iterable[tuple[Any, ...]]) -> None:
    """Insert tuples in the order of `attributes`: for small models of which nobody needs instances."""
    _insert(model, [model._meta.get_field(name) for name in attributes], values)


def _insert(model: type[models.Model], columns: Sequence[Any], values: Iterable[tuple[Any, ...]]) -> None:
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    prepare = [_converter(field) for field in columns]
    changed = [place for place, convert in enumerate(prepare) if convert is not None]
    rows = (_prepared(row, prepare, changed) for row in values) if changed else iter(values)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(few := list(islice(rows, FEW))) < FEW:
            if few:
                one = f"({', '.join(['%s'] * len(columns))})"
                many = [value for row in few for value in row]
                cursor.execute(f"INSERT INTO {table} ({names}) VALUES {', '.join([one] * len(few))}", many)
            return
        if connection.vendor == "postgresql":
            # COPY goes round Django's cursor, so its errors are translated here.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in chain(few, rows):
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # identifiers of the model


# Contents the drivers take as they are: asking Django's field for each of them is most of the cost of a batch.
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


NATIVE = (models.DateField, models.DateTimeField, models.UUIDField, models.DecimalField)


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """What makes a column's content ready for the driver; None where it is already."""
    if isinstance(field, PLAIN) or (connection.vendor == "postgresql" and isinstance(field, NATIVE)):
        return None
    if isinstance(field, models.DateTimeField):
        return _utc_text
    if isinstance(field, models.DateField):
        return str
    if isinstance(field, models.UUIDField):
        return attrgetter("hex")
    if isinstance(field, models.JSONField) and field.encoder is None:
        return _as_json
    return lambda value: field.get_db_prep_save(value, connection)


@lru_cache(maxsize=256)
def _utc_text(moment: datetime) -> str:
    """As Django writes it: UTC without saying so. The moments of a batch are mostly one."""
    return str(moment.astimezone(UTC).replace(tzinfo=None))


def _as_json(value: Any) -> str:
    """As Django writes it, several times as fast; what orjson refuses (integers of 65 bits) goes the long way."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


def _prepared(
    row: Sequence[Any], prepare: Sequence[Callable[[Any], Any] | None], changed: Sequence[int]
) -> Sequence[Any]:
    if not changed:
        return row
    ready = list(row)
    for place in changed:
        convert = prepare[place]
        if ready[place] is not None and convert is not None:
            ready[place] = convert(ready[place])
    return ready


def update(
    model: type[models.Model], instances: Sequence[Any], attributes: Sequence[str], *, names: Sequence[str] = ()
) -> None:
    """Write some attributes of many instances back by id; of the JSON column `custom` only the values at `names`.

    What somebody else wrote beside them in that column meanwhile stays.
    """
    if not instances:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in attributes if name != "custom"]
    sets = [f"{connection.ops.quote_name(field.column)} = %s" for field in columns]
    if names:
        patched = "jsonb_strip_nulls(custom || %s::jsonb)" if _is_postgresql() else "json_patch(custom, %s)"
        sets.append(f"custom = {patched}")
    table = connection.ops.quote_name(model._meta.db_table)
    rows = [
        [
            *(field.get_db_prep_save(getattr(one, field.attname), connection) for field in columns),
            *([json.dumps({name: one.custom.get(name) for name in names})] if names else ()),
            one.pk,
        ]
        for one in instances
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {', '.join(sets)} WHERE id = %s", rows)  # identifiers of the model


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def patch(model: type[models.Model], patches: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Change values inside of `custom` by id; None takes one out. For changes of definitions, not of records."""
    patched = "jsonb_strip_nulls(custom || %s::jsonb)" if _is_postgresql() else "json_patch(custom, %s)"
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET custom = {patched} WHERE id = %s", [(json.dumps(found), pk) for pk, found in patches]
        )
