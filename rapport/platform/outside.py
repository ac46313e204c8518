"""What a record keeps outside of its row: tags, many references, attached files. As columns beside those of the row.

Each column is a JSON list made by the database, so that a record is read whole in one statement.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection

from rapport.platform.access import Fragment, readable
from rapport.platform.fields import Calculated
from rapport.platform.labels import quote
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

FILES = "_files"
MOST_FILES = 100


class Attached(NamedTuple):
    """A file that hangs on a record."""

    id: int
    uid: UUID
    name: str
    size: int
    content_type: str


def columns(actor: Actor, obj: Object) -> dict[str, Fragment]:
    """Name of a column -> its SQL over a row under the alias `t`: what this actor may read, and the files."""
    found = {FILES: _files(obj)}
    for key, field in readable(actor, obj.base).items():
        if field.outside and not isinstance(field, Calculated):
            links, params = field.links_sql(obj.model, "t.id")
            text = f"(SELECT {_list('l.target')} FROM (SELECT target FROM ({links}) k ORDER BY place) l)"
            found[_name(key)] = Fragment(text, params)
    return found


def values(obj: Object, row: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields outside of the row, by key, from what stands in these columns."""
    fields = {key: field for key, field in obj.fields.items() if field.outside and _name(key) in row}
    return {key: field.from_links(json.loads(row[_name(key)] or "[]")) for key, field in fields.items()}


def files(row: Mapping[str, Any]) -> list[Attached]:
    """The attached files, newest first."""
    found = json.loads(row[FILES] or "[]")
    return [Attached(pk, UUID(uid), name, size or 0, kind or "") for pk, uid, name, size, kind in found]


def _files(obj: Object) -> Fragment:
    """The ids, uids, names, sizes and types of the files that hang on a record."""
    array = "json_build_array" if connection.vendor == "postgresql" else "json_array"
    newest = (
        f"SELECT f.id, f.uid, f.name, f.size, f.content_type FROM platform_attachment a "
        f"JOIN {quote(registry.get('file').table)} f ON f.id = a.file_id "
        f"WHERE a.object = %s AND a.record_id = t.id AND f.archived_at IS NULL "
        f"ORDER BY f.created_at DESC, f.id DESC LIMIT {MOST_FILES}"
    )
    one = f"{array}(n.id, CAST(n.uid AS TEXT), n.name, n.size, n.content_type)"
    return Fragment(f"(SELECT {_list(one)} FROM ({newest}) n)", (obj.base.key,))


def _list(one: str) -> str:
    """The rows of a sub-select as a JSON list in text."""
    if connection.vendor == "postgresql":
        return f"CAST(json_agg({one}) AS TEXT)"
    return f"json_group_array({one})"


def _name(key: str) -> str:
    return f"_out_{key}"
