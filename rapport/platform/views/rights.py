"""What the reader may do with one record: several rights in at most one query, and the Actions they open."""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform.access import scope_sql
from rapport.platform.access.scope import EVERY, NO
from rapport.platform.labels import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor, Fragment
    from rapport.platform.actions import Action
    from rapport.platform.objects import Object


def rights(actor: Actor, obj: Object, record: Any, wanted: Iterable[str]) -> frozenset[str]:
    """Those of `wanted` (edit, delete, assign, ...) that the actor has on this very record."""
    asked = {right: scope_sql(actor, obj, right, "t") for right in sorted(set(wanted))}
    sure = {right for right, scope in asked.items() if scope is EVERY}
    open_questions = {right: scope for right, scope in asked.items() if scope is not EVERY and scope is not NO}
    return frozenset(sure | _asked(obj, record.pk, open_questions)) if open_questions else frozenset(sure)


def _asked(obj: Object, pk: int, scopes: dict[str, Fragment]) -> set[str]:
    columns = ", ".join(f"CASE WHEN {scope.sql} THEN 1 ELSE 0 END" for scope in scopes.values())
    params = [value for scope in scopes.values() for value in scope.params]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {quote(obj.table)} t WHERE t.id = %s", [*params, pk])
        row = cursor.fetchone() or ()
    return {right for right, yes in zip(scopes, row, strict=False) if yes}


def offered(obj: Object, record: Any, held: frozenset[str]) -> list[Action]:
    """The Actions to offer: the right on this record is there, and its state fits. None for an archived one."""
    if record.is_archived:
        return []
    return [one for one in obj.all_actions if one.needs in held and (one.when is None or one.when(record))]
