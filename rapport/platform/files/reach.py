"""Who reads a file: whoever uploaded it, and whoever may read a record it hangs on (attached, or in a file field)."""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import EVERY, NO, any_of
from rapport.platform.fields import File
from rapport.platform.labels import quote
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object


def reach_sql(actor: Actor, alias: str) -> Fragment:
    """The files (table under `alias`) the actor may read, besides what the role says about files as such."""
    ways = [*_uploader(actor, alias), *_attached(actor, alias), *_in_fields(actor, alias)]
    return any_of(*ways) if ways else NO


def _uploader(actor: Actor, alias: str) -> Iterator[Fragment]:
    if actor.user_id is not None and actor.behind is None:
        yield Fragment(f"{alias}.created_by_id = %s", (actor.user_id,))


def _attached(actor: Actor, alias: str) -> Iterator[Fragment]:
    """Objects that are read whole share one look-up."""
    whole: list[str] = []
    for obj in registry.all():
        scope = scope_sql(actor, obj, "read", "r") if not obj.of and obj.key != "file" else NO
        if scope is EVERY:
            whole.append(obj.key)
        elif scope is not NO:
            inner = f"EXISTS (SELECT 1 FROM {quote(obj.table)} r WHERE r.id = a.record_id AND {scope.sql})"
            yield _attachment(alias, Fragment(f"a.object = %s AND {inner}", (obj.key, *scope.params)))
    if whole:
        yield _attachment(alias, Fragment(f"a.object IN ({', '.join(['%s'] * len(whole))})", tuple(whole)))


def _attachment(alias: str, where: Fragment) -> Fragment:
    text = f"EXISTS (SELECT 1 FROM platform_attachment a WHERE a.file_id = {alias}.id AND {where.sql})"
    return Fragment(text, where.params)


def _stands_on(obj: Object, field: Field[Any]) -> bool:
    """Each field once: where several kinds share a table, on the base unless it is of one of them alone."""
    return not obj.of or field.key not in obj.base.fields


def _in_fields(actor: Actor, alias: str) -> Iterator[Fragment]:
    for obj in registry.all():
        fields = [
            field for field in readable(actor, obj).values() if isinstance(field, File) and _stands_on(obj, field)
        ]
        scope = scope_sql(actor, obj, "read", "r") if fields else NO
        if scope is not NO:
            for field in fields:
                where = f"{field.columns(obj.model, 'r')[0]} = {alias}.id AND {scope.sql}"
                yield Fragment(f"EXISTS (SELECT 1 FROM {quote(obj.table)} r WHERE {where})", scope.params)
