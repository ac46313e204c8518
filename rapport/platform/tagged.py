"""Tags in use, as far as they stand on records the actor may see: a word on a hidden record is nobody's proposal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from rapport.base.text import fold
from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import NO
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object


def words(actor: Actor, beginning: str, limit: int) -> list[str]:
    """At most `limit` tags that begin so, in alphabetical order. One query."""
    ways = [way for obj in registry.all() if not obj.of and (way := _tagged(actor, obj)) is not NO]
    if not ways:
        return []
    either = " OR ".join(way.sql for way in ways)
    begins = fold(beginning)[:60].replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    sql = f"SELECT g.name FROM platform_tag g WHERE g.fold LIKE %s ESCAPE '\\' AND ({either}) ORDER BY g.fold LIMIT %s"  # noqa: S608  # identifiers of the registry
    with connection.cursor() as cursor:
        cursor.execute(sql, [begins, *(value for way in ways for value in way.params), limit])
        return [row[0] for row in cursor.fetchall()]


def _tagged(actor: Actor, obj: Object) -> Fragment:
    if actor.may(obj, "read") == "none" or "tags" not in readable(actor, obj):
        return NO
    scope = scope_sql(actor, obj, "read", "r")
    source = f"platform_tagging l JOIN {obj.table} r ON r.id = l.record_id"
    where = f"l.tag_id = g.id AND l.object = %s AND {scope.sql}"
    return Fragment(f"EXISTS (SELECT 1 FROM {source} WHERE {where})", (obj.key, *scope.params))  # noqa: S608  # as above
