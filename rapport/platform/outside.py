"""What a record keeps outside of its row, read in one statement: tags, many references, attached files."""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection

from rapport.platform.access import Fragment
from rapport.platform.labels import quote
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.fields import Field

FILES = "file"
MOST_FILES = 100


class Attached(NamedTuple):
    """A file that hangs on a record."""

    id: int
    uid: UUID
    name: str
    size: int


class Outside(NamedTuple):
    """The values of the fields kept outside by key, and the attached files, newest first."""

    values: Mapping[str, Any]
    files: list[Attached]


def read(record: Any, fields: Mapping[str, Field[Any]]) -> Outside:
    """One statement for a record the actor may read: such fields of it as are given, and its files."""
    linked = {key: field for key, field in fields.items() if field.outside}
    parts = [_link(key, field, record) for key, field in linked.items()]
    parts.append(_files(record))
    text = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{place}" for place, part in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT part, target, name, size, uid FROM ({text}) u ORDER BY part, place",
            [value for part in parts for value in part.params],
        )
        rows = cursor.fetchall()
    files = [Attached(int(row[1]), _uuid(row[4]), row[2], row[3] or 0) for row in rows if row[0] == FILES]
    found: dict[str, list[str]] = {}
    for part, target, *_rest in rows:
        found.setdefault(part, []).append(target)
    return Outside({key: field.from_links(found.get(f"field {key}", [])) for key, field in linked.items()}, files)


def _link(key: str, field: Field[Any], record: Any) -> Fragment:
    links, params = field.links_sql(type(record), record.pk)
    text = (
        f"SELECT 'field {key}' AS part, place, CAST(target AS TEXT) AS target, CAST(NULL AS TEXT) AS name, "
        f"CAST(NULL AS BIGINT) AS size, CAST(NULL AS TEXT) AS uid FROM ({links}) l"
    )
    return Fragment(text, params)


def _files(record: Any) -> Fragment:
    ref = registry.ref(record)
    newest = "ORDER BY f.created_at DESC, f.id DESC"
    table, link = quote(registry.get("file").table), "platform_attachment a"
    text = (
        f"SELECT '{FILES}' AS part, ROW_NUMBER() OVER ({newest}) AS place, CAST(f.id AS TEXT) AS target, "
        f"CAST(f.name AS TEXT) AS name, CAST(f.size AS BIGINT) AS size, CAST(f.uid AS TEXT) AS uid "
        f"FROM {link} JOIN {table} f ON f.id = a.file_id "
        f"WHERE a.object = %s AND a.record_id = %s AND f.archived_at IS NULL {newest} LIMIT {MOST_FILES}"
    )
    return Fragment(text, (ref.object, ref.id))


def _uuid(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(str(raw))
