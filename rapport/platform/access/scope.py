"""Which rows an actor reaches: one SQL condition per (actor, Object, action), used under every read and every write.

    all   every row
    team  team in the actor's teams (and all below), or mine, or shared
    own   one of the Object's `mine` fields is me, or shared
    none  no row

An Object with `parents` is reached only where, besides, at least one of the records it points at can be read (or it
points at none). Only identifiers of the registry enter the text; values are bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import connection
from django.db.models import BooleanField, F, Func

from rapport.platform.fields import Reference, ReferenceAny
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rapport.platform.access.actor import Actor
    from rapport.platform.objects import Object


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of SQL and what is bound in it, in order."""

    sql: str
    params: tuple[Any, ...] = ()


EVERY, NO = Fragment("1 = 1"), Fragment("1 = 0")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a row, by which `explain` says why: `key` is the field that decides, where one does."""

    kind: Literal["all", "mine", "team", "share", "parent", "alone"]
    key: str
    test: Fragment


def scope_sql(actor: Actor, obj: Object, action: str, alias: str, *, depth: int = 0) -> Fragment:
    """The rows of `obj` (table under `alias`) on which `actor` may do `action`.

    Own Objects share one table without being a family: the right to one of them never reaches a row of another.
    """
    found = _scope_sql(actor, obj, action, alias, depth)
    if actor.behind is not None and found is not NO:
        own = _scope_sql(actor.behind, obj, action, alias, depth)
        found = own if found is EVERY or own is NO else found if own is EVERY else all_of(found, own)
    if not obj.where or obj.of or found is NO:
        return found
    tests = " AND ".join(f"{alias}.{_column(obj, key)} = '{_word(value)}'" for key, value in obj.where.items())
    return Fragment(tests) if found is EVERY else all_of(Fragment(tests), found)


def _word(value: Any) -> str:
    """A kind as it stands in SQL: as a literal, so that partial indexes of own fields serve. Never a user's text."""
    if not (isinstance(value, str) and value.isascii() and value.isidentifier()):
        raise ValueError(f"{value!r} is not the kind of an Object")
    return value


def _scope_sql(actor: Actor, obj: Object, action: str, alias: str, depth: int) -> Fragment:
    scope = actor.may(obj, action)
    own = _own_rows(actor, obj, action, alias, scope)
    if obj.base.reach is not None and own is not NO and actor.user_id is not None:
        return all_of(own, obj.base.reach(actor, alias))
    if own is NO or not obj.base.parents or depth > 3:
        return own
    parents = _parent_rows(actor, obj, alias, depth)
    if own is EVERY:
        return parents
    return parents if parents is NO else all_of(own, parents)


def _own_rows(actor: Actor, obj: Object, action: str, alias: str, scope: str) -> Fragment:
    ways = own_ways(actor, obj, action, alias, scope)
    if not ways:
        return NO
    return EVERY if ways[0].test is EVERY else any_of(*(way.test for way in ways))


def own_ways(actor: Actor, obj: Object, action: str, alias: str, scope: str) -> list[Way]:
    """Every way by which a row may be reached before its parents are asked; one that holds is enough."""
    if scope == "all":
        return [Way("all", "", EVERY)]
    if scope == "none" or actor.user_id is None:
        return []
    ways = [Way("mine", key, Fragment(f"{alias}.{_column(obj, key)} = %s", (actor.user_id,))) for key in obj.base.mine]
    if scope == "team" and actor.team_ids:
        ways.append(Way("team", "team", _in(f"{alias}.{_column(obj, 'team')}", actor.team_ids)))
    if action in {"read", "edit", "export"}:
        ways.append(Way("share", "", _shared(actor, obj, action, alias)))
    return ways


def _shared(actor: Actor, obj: Object, action: str, alias: str) -> Fragment:
    with_me = Fragment("s.user_id = %s", (actor.user_id,))
    with_us = any_of(with_me, _in("s.team_id", actor.team_ids)) if actor.team_ids else with_me
    edit = " AND s.may_edit" if action == "edit" else ""
    where = f"s.object = %s AND s.record_id = {alias}.id{edit} AND {with_us.sql}"
    text = f"EXISTS (SELECT 1 FROM platform_share s WHERE {where})"
    return Fragment(text, (obj.access_key, *with_us.params))


def _parent_rows(actor: Actor, obj: Object, alias: str, depth: int) -> Fragment:
    """At least one parent readable, or no parent set at all. Parents of which everything is readable need no query."""
    return any_of(*(way.test for way in parent_ways(actor, obj, alias, depth)))


def parent_ways(actor: Actor, obj: Object, alias: str, depth: int = 0) -> list[Way]:
    """By which parent a row may be read; the last way is that none is set."""
    readable: list[Way] = []
    unset: list[str] = []
    p = f"p{depth}"  # a name of its own at every level: the condition of a parent's parent stands inside of this one
    for key in obj.base.parents:
        found = obj.field(key)
        if isinstance(found, ReferenceAny):
            kinds = [registry.get(kind) for kind in found.to] or [kind for kind in registry.all() if not kind.of]
            for kind in {kind.base.key: kind.base for kind in kinds}.values():
                inner = scope_sql(actor, kind, "read", p, depth=depth + 1)
                there = f"SELECT 1 FROM {kind.table} {p} WHERE {p}.id = {alias}.{found.key}_id AND {inner.sql}"
                pointed = f"{alias}.{found.key}_object = %s AND EXISTS ({there})"
                text = f"({alias}.{found.key}_object = %s)" if inner is EVERY else f"({pointed})"
                readable.append(Way("parent", key, Fragment(text, (kind.key, *inner.params))))
            unset.append(f"{alias}.{found.key}_id IS NULL")
        elif isinstance(found, Reference):
            column = f"{alias}.{_column(obj, key)}"
            inner = scope_sql(actor, found.target, "read", p, depth=depth + 1)
            text = f"EXISTS (SELECT 1 FROM {found.target.table} {p} WHERE {p}.id = {column} AND {inner.sql})"
            test = Fragment(f"{column} IS NOT NULL") if inner is EVERY else Fragment(text, inner.params)
            readable.append(Way("parent", key, test))
            unset.append(f"{column} IS NULL")
    return [*readable, Way("alone", "", Fragment(f"({' AND '.join(unset)})"))]


def visible(actor: Actor, obj: Object, action: str = "read") -> QuerySet[Any]:
    """The records of `obj` on which the actor may do `action`, as a queryset without joins that could repeat rows."""
    rows = obj.model._default_manager.filter(**obj.where)
    fragment = scope_sql(actor, obj, action, "v")
    if fragment is EVERY:
        return rows
    if fragment is NO:
        return rows.none()
    return rows.filter(_Reached(obj.table, fragment))


class _Reached(Func):
    """Whether this very row meets a scope. Asked row by row, by the primary key: as `id IN (SELECT …)` SQLite would
    first gather every row of the table that anybody may reach, for the sake of the few that a page shows.
    """

    output_field = BooleanField()

    def __init__(self, table: str, fragment: Fragment) -> None:
        super().__init__(F("pk"))
        self.table, self.fragment = table, fragment

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]  # as wide as Django's
        pk, params = compiler.compile(self.source_expressions[0])
        # Identifiers of the registry; values are bound.
        text = f"EXISTS (SELECT 1 FROM {self.table} v WHERE v.id = {pk} AND {self.fragment.sql})"
        return text, (*params, *self.fragment.params)


def any_of(*fragments: Fragment) -> Fragment:
    return Fragment(
        f"({' OR '.join(part.sql for part in fragments)})", tuple(value for part in fragments for value in part.params)
    )


def all_of(*fragments: Fragment) -> Fragment:
    return Fragment(
        f"({' AND '.join(part.sql for part in fragments)})", tuple(value for part in fragments for value in part.params)
    )


def _in(column: str, values: tuple[int, ...]) -> Fragment:
    return Fragment(f"{column} IN ({', '.join(['%s'] * len(values))})", values)


def _column(obj: Object, key: str) -> str:
    column: str = getattr(obj.model._meta.get_field(key), "column")  # noqa: B009  # its types know no column
    return connection.ops.quote_name(column)
