"""From records that changed back to the records whose formulas read them: set-wise, one statement a step of the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment
from rapport.platform.fields import Field, Ref, ReferenceAny, ReferenceMany
from rapport.platform.query.ast import Relation
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import bound, listed, piece

if TYPE_CHECKING:
    from rapport.platform.formula.depends import Read
    from rapport.platform.objects import Object
    from rapport.platform.records.changes import Change

CHUNK = 5_000


def affected(read: Read, changes: Sequence[Change]) -> set[int]:
    """Records whose formula reads a field over `read.way`, after these changes of records that have the field."""
    ids = {change.record_id for change in changes}
    if not read.way:
        return ids
    *before, (obj, step) = read.way
    found = back(obj, step, ids)
    # A record that was moved to another parent is missed by the old one.
    if isinstance(step, Relation) and not step.forward:
        for change in changes:
            found |= pointed_at(step.field, obj, (change.before or {}).get(step.field.key))
    for obj, step in reversed(before):
        found = back(obj, step, found)
    return found


def back(obj: Object, step: Field[Any] | Relation, ids: Iterable[int]) -> set[int]:
    """The records of `obj` from which a step leads to one of these."""
    known = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(known), CHUNK):
        found |= {row[0] for row in fetch(_back(obj, step, known[start : start + CHUNK])) if row[0] is not None}
    return found


def _back(obj: Object, step: Field[Any] | Relation, ids: list[int]) -> Fragment:
    if not isinstance(step, Relation):
        column = step.columns(obj.model, "x")[0]
        return piece("SELECT x.id FROM {} x WHERE {} IN ({})", obj.table, column, listed(ids))
    field = step.field
    if isinstance(field, ReferenceMany):
        here, there = field.link_ends
        mine, theirs = (here, there) if step.forward else (there, here)
        text = 'SELECT DISTINCT k."{}" FROM {} k WHERE k."{}" IN ({})'
        return piece(text, mine, field.link_source, theirs, listed(ids))
    columns = field.columns(step.obj.model, "x")
    if isinstance(field, ReferenceAny):
        kind, ident = columns
        text = "SELECT DISTINCT {} FROM {} x WHERE x.id IN ({}) AND {} = {}"
        return piece(text, ident, step.obj.table, listed(ids), kind, bound(obj.access_key))
    return piece("SELECT DISTINCT {} FROM {} x WHERE x.id IN ({})", columns[0], step.obj.table, listed(ids))


def pointed_at(field: Field[Any], obj: Object, value: Any) -> set[int]:
    """The records of `obj` that a reference held."""
    if isinstance(value, Ref):
        return {value.id} if value.object == obj.access_key else set()
    if isinstance(value, list):
        return {int(ident) for ident in value}
    return {value} if isinstance(value, int) else set()
