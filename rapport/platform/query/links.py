"""What a page needs from outside of its rows: tags, many references, names of records of several kinds.

One query per field (or kind) and page, never one per row. Only records the actor may see are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform import tags
from rapport.platform.access import Fragment
from rapport.platform.fields import ReferenceMany
from rapport.platform.objects import Object, registry
from rapport.platform.query.ast import Path
from rapport.platform.query.frame import Frame, name_column
from rapport.platform.query.plan import Link
from rapport.platform.query.sql import listed, piece

if TYPE_CHECKING:
    from rapport.platform.query.readers import Reader


def named(frame: Frame, refs: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Link]:
    """Links for (object key, id) pairs; what does not exist or may not be seen is missing."""
    by_kind: dict[str, set[int]] = {}
    for key, ident in refs:
        if registry.has(key):
            by_kind.setdefault(key, set()).add(ident)
    found: dict[tuple[str, int], Link] = {}
    for key, idents in by_kind.items():
        target = registry.get(key)
        select = piece("SELECT x.id, x.uid, {} FROM {} x", _name(frame, target), target.table)
        where = piece(" WHERE x.id IN ({}) AND {}", listed(sorted(idents)), frame.context.scope(target, "read", "x"))
        for ident, uid, text in _fetch(piece("{}{}", select, where)):
            found[key, ident] = _link(target, ident, uid, text)
    return found


def outside_reader(frame: Frame, path: Path) -> Reader:
    """Tags or many references of a record, by its id."""
    from rapport.platform.query.readers import Reader

    alias, obj = frame.owner(path)
    field = path.field

    def load(inner: Frame, raws: Sequence[tuple[Any, ...]]) -> dict[Any, Any]:
        idents = [raw[0] for raw in raws if raw[0] is not None]
        return _linked(inner, field, idents) if isinstance(field, ReferenceMany) else tags.load(obj.model, idents)

    def value(ident: int | None, found: dict[Any, Any]) -> Any:
        return found.get(ident, [])

    def plain(ident: int | None, found: dict[Any, Any]) -> Any:
        return [item.uid if isinstance(item, Link) else item for item in found.get(ident, [])]

    return Reader(path, (Fragment(f"{alias}.id"),), value, plain, load)


def _linked(frame: Frame, field: ReferenceMany, idents: Sequence[int]) -> dict[int, list[Link]]:
    if not idents:
        return {}
    here, there = field.link_ends
    target = field.target
    select = piece('SELECT l."{}", x.id, x.uid, {} FROM {} l', here, _name(frame, target), field.link_source)
    join = piece(' JOIN {} x ON x.id = l."{}" AND {}', target.table, there, frame.context.scope(target, "read", "x"))
    where = piece(' WHERE l."{}" IN ({}) ORDER BY l.id', here, listed(idents))
    found: dict[int, list[Link]] = {}
    for source, ident, uid, text in _fetch(piece("{}{}{}", select, join, where)):
        found.setdefault(source, []).append(_link(target, ident, uid, text))
    return found


def _name(frame: Frame, target: Object) -> str:
    name = name_column(frame.context.actor, target)
    return f"x.{name}" if name else "NULL"


def _link(target: Object, ident: int, uid: object, text: str | None) -> Link:
    from rapport.platform.query.readers import uid_text

    return Link(target.key, ident, uid_text(uid), text or f"{target.label} {ident}")


def _fetch(statement: Fragment) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return list(cursor.fetchall())
