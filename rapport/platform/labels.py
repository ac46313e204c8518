"""Labels: what records pointed at are called. Many references of many kinds in one query, each record asked for access.

A record the actor may not read is left out, exactly like one that does not exist.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from rapport.platform.access import Fragment, scope_sql
from rapport.platform.fields import Ref
from rapport.platform.objects import Object, registry
from rapport.platform.query.plan import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field


@dataclass(frozen=True, slots=True)
class Names:
    """The links found, asked by reference of any Object of a family."""

    found: Mapping[Ref, Link]

    def get(self, ref: Ref | None) -> Link | None:
        return None if ref is None else self.found.get(base_ref(ref))

    def text(self, ref: Ref | None, otherwise: str = "") -> str:
        link = self.get(ref)
        return link.label if link else otherwise


def base_ref(ref: Ref) -> Ref:
    """The same reference under the base Object's key, as Events and tags write it."""
    return Ref(registry.get(ref.object).base.key, ref.id) if registry.has(ref.object) else ref


def names(actor: Actor, refs: Iterable[Ref | None]) -> Names:
    """What the actor may see of these references; one query, none where nothing is asked."""
    wanted: dict[str, set[int]] = {}
    for ref in refs:
        if ref is not None and registry.has(ref.object):
            wanted.setdefault(registry.get(ref.object).base.key, set()).add(ref.id)
    if not wanted:
        return Names({})
    parts = [_of_one(actor, registry.get(key), sorted(ids)) for key, ids in sorted(wanted.items())]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(part.sql for part in parts), [value for part in parts for value in part.params]
        )
        rows = cursor.fetchall()
    return Names({Ref(key, pk): _link(key, kind, pk, uid, label) for key, kind, pk, uid, label in rows})


def _of_one(actor: Actor, obj: Object, ids: list[int]) -> Fragment:
    kind, scope = concrete_sql(obj, "t"), scope_sql(actor, obj, "read", "t")
    marks = ", ".join(["%s"] * len(ids))
    text = (
        f"SELECT CAST(%s AS TEXT), {kind.sql}, t.id, t.uid, {name_sql(obj, 't')} "
        f"FROM {quote(obj.table)} t WHERE t.id IN ({marks}) AND {scope.sql}"
    )
    return Fragment(text, (obj.key, *kind.params, *ids, *scope.params))


def _link(key: str, kind: str, pk: int, uid: Any, label: str | None) -> Link:
    text = label or f"{registry.get(kind).label} {pk}"
    return Link(kind, pk, str(uid if isinstance(uid, UUID) else UUID(str(uid))), text)


# --- pieces of SQL that other readers of many kinds of records need too ---------------------------------------------


def quote(name: str) -> str:
    return str(connection.ops.quote_name(name))


def column(obj: Object, attribute: str, alias: str) -> str:
    """A model attribute of `obj` as SQL."""
    name: str = obj.model._meta.get_field(attribute).column  # type: ignore[union-attr, assignment]  # a concrete one
    return f"{alias}.{quote(name)}"


def text_sql(obj: Object, field: Field[Any], alias: str) -> str:
    """A field of one column as text; composite ones have none."""
    if field.outside or len(field.attributes) != 1:
        return "CAST(NULL AS TEXT)"
    return f"CAST({field.columns(obj.model, alias)[0]} AS TEXT)"


def name_sql(obj: Object, alias: str) -> str:
    """What a record is called, as text or NULL."""
    found = obj.base.fields.get(obj.base.name)
    return text_sql(obj.base, found, alias) if found else "CAST(NULL AS TEXT)"


def concrete_sql(obj: Object, alias: str) -> Fragment:
    """The key of the most specific Object of a row: `person` for a party that is one."""
    members = [member for member in registry.family(obj.base) if member.where]
    if not members:
        return Fragment("CAST(%s AS TEXT)", (obj.base.key,))
    cases, params = [], []
    for member in members:
        tests = " AND ".join(f"{column(obj, key, alias)} = %s" for key in member.where)
        cases.append(f"WHEN {tests} THEN CAST(%s AS TEXT)")
        params += [*member.where.values(), member.key]
    return Fragment(f"CASE {' '.join(cases)} ELSE CAST(%s AS TEXT) END", (*params, obj.base.key))


def where_sql(obj: Object, alias: str) -> Fragment:
    """The rows of a family table that are of this Object and not archived."""
    tests = [f"{alias}.archived_at IS NULL", *(f"{column(obj, key, alias)} = %s" for key in obj.where)]
    return Fragment(" AND ".join(tests), tuple(obj.where.values()))
