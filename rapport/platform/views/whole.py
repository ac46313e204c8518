"""A record whole: its row, what hangs on it outside of the row, what the reader may do with it and whether they follow
it. One statement.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _

from rapport.platform import outside
from rapport.platform.access import NotFound, scope_sql
from rapport.platform.access.scope import NO
from rapport.platform.labels import column, quote
from rapport.platform.notifications import follow
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.outside import Attached

_MAY, _SAID = "_may_", "_said"


class Whole(NamedTuple):
    """`held`: every right that the pages of the record ask for; `outside`: values that do not stand in its row."""

    record: Any
    held: frozenset[str]
    outside: dict[str, Any]
    files: list[Attached]
    follows: bool


def find(actor: Actor, obj: Object, pk: int) -> Whole:
    """The record with this id. Raises NotFound alike for a missing and a foreign one."""
    reach = scope_sql(actor, obj, "read", "t")
    asked = {right: scope_sql(actor, obj, right, "t") for right in _rights_asked(obj)}
    extra = {**outside.columns(actor, obj), _SAID: follow.said_sql(actor, obj)}
    answers = [f"CASE WHEN {scope.sql} THEN 1 ELSE 0 END AS {_MAY}{right}" for right, scope in asked.items()]
    shown = ", ".join(["t.*", *answers, *(f"{part.sql} AS {name}" for name, part in extra.items())])
    tests = ["t.id = %s", reach.sql, *(f"{column(obj, key, 't')} = %s" for key in obj.where)]
    bound = [value for part in (*asked.values(), *extra.values()) for value in part.params]
    text = f"SELECT {shown} FROM {quote(obj.table)} t WHERE {' AND '.join(tests)}"
    rows = obj.model._default_manager.raw(text, [*bound, pk, *reach.params, *obj.where.values()])
    record = next(iter(rows), None) if reach is not NO and abs(pk) < 2**63 else None
    if record is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    row = {name: record.__dict__.pop(name) for name in (*(f"{_MAY}{right}" for right in asked), *extra)}
    held = frozenset({"read", *(right for right in asked if row[f"{_MAY}{right}"])})
    follows = follow.follows(actor, obj, record, row[_SAID])
    return Whole(record, held, outside.values(registry.of_record(record), row), outside.files(row), follows)


def _rights_asked(obj: Object) -> list[str]:
    """Of a family the rights that any of its members asks for: which one it is stands in the row."""
    family = (obj.base, *registry.family(obj.base))
    needed = {action.needs for one in family for action in one.all_actions}
    return sorted({"edit", "delete", "assign", *needed} - {"read"})
