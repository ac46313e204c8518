"""A record with what the reader may do with it: every right a page asks for, in one query."""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound, scope_sql
from rapport.platform.access.scope import EVERY, NO
from rapport.platform.labels import column, quote
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor, Fragment
    from rapport.platform.actions import Action
    from rapport.platform.objects import Object

PREFIX = "_may_"


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


def find(actor: Actor, obj: Object, pk: int) -> tuple[Any, frozenset[str]]:
    """The record and every right its pages ask for. Raises NotFound alike for a missing and a foreign one."""
    asked = {right: scope_sql(actor, obj, right, "t") for right in sorted(_asked_of(obj))}
    reach = asked.pop("read")
    fixed = {key: column(obj, key, "t") for key in obj.where}
    tests = [f"t.id = %s AND {reach.sql}", *(f"{name} = %s" for name in fixed.values())]
    answers = [f"CASE WHEN {scope.sql} THEN 1 ELSE 0 END AS {PREFIX}{right}" for right, scope in asked.items()]
    text = f"SELECT t.*, {', '.join(answers)} FROM {quote(obj.table)} t WHERE {' AND '.join(tests)}"
    bound = [value for scope in asked.values() for value in scope.params]
    rows = obj.model._default_manager.raw(text, [*bound, pk, *reach.params, *obj.where.values()])
    record = next(iter(rows), None) if reach is not NO and abs(pk) < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return record, frozenset({"read", *(right for right in asked if record.__dict__.pop(f"{PREFIX}{right}"))})


def _asked_of(obj: Object) -> set[str]:
    """Of a family the rights that any of its members asks for: which it is stands in the row."""
    family = (obj.base, *registry.family(obj.base))
    return {"read", "edit", "delete", "assign", *(action.needs for one in family for action in one.all_actions)}


def offered(obj: Object, record: Any, held: frozenset[str]) -> list[Action]:
    """The Actions to offer: the right on this record is there, and its state fits. None for an archived one."""
    if record.is_archived:
        return []
    return [one for one in obj.all_actions if one.needs in held and (one.when is None or one.when(record))]
