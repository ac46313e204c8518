"""An index over the expression of every own field that is filtered often, and a unique one where values must differ.

    number, day, moment, …               (expression, id)           equality, ranges, and order by keyset
    choice, reference, yes or no         (expression, updated_at, id)   the newest of one value
    text                                 (LOWER(expression), id)    the form in which the Query language compares text
    money                                (worth in base currency, id)
    several of a list                    GIN on PostgreSQL; SQLite cannot, and says so ("unfit")

For an own Object the index is partial: only its rows of the shared table. Small tables get theirs in the transaction
of the definition; large ones in a job, on PostgreSQL without holding up writers (CONCURRENTLY).
"""

from __future__ import annotations

import logging
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from rapport.platform import jobs
from rapport.platform.custom.change import model_with
from rapport.platform.custom.field import InCustom, expression
from rapport.platform.custom.models import Entry, OwnField
from rapport.platform.custom.types import TYPES
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run
    from rapport.platform.records.changes import Change

log = logging.getLogger("rapport.custom")
# Many records share a value, and none is sorted by it: the index gives those of one value as lists begin, newest first.
FEW = frozenset({"choice", "reference", "boolean"})
SMALL = 20_000  # rows a definition may index while somebody waits


@dataclass(frozen=True, slots=True)
class Index:
    """One index as SQL; `unique` ones are partial to filled values."""

    name: str
    table: str
    over: str
    where: str = ""
    unique: bool = False

    def create(self, *, concurrently: bool = False) -> str:
        kind = "UNIQUE INDEX" if self.unique else "INDEX"
        how = " CONCURRENTLY" if concurrently else ""
        where = f" WHERE {self.where}" if self.where else ""
        return f"CREATE {kind}{how} IF NOT EXISTS {self.name} ON {self.table} {self.over}{where}"

    def drop(self, *, concurrently: bool = False) -> str:
        return f"DROP INDEX{' CONCURRENTLY' if concurrently else ''} IF EXISTS {self.name}"


def wanted(definition: OwnField) -> list[Index]:
    """The indexes a definition asks for; none for a retired one or one that keeps nothing."""
    kind = TYPES.get(definition.type)
    if kind is None or not kind.stores or definition.is_archived:
        return []
    try:
        field = kind.build(definition, registry.get)
    except LookupError:
        return []
    if not isinstance(field, InCustom):
        return []
    model = model_with(definition.object)
    table = model._meta.db_table
    only = f"kind = '{definition.object}'" if issubclass(model, Entry) else ""
    name, (_suffix, shape) = field.names[-1], field.shapes[-1]
    place = expression("custom", name, shape)
    found = []
    if definition.filterable and "filterable" in kind.can:
        if shape == "list" and connection.vendor == "postgresql":
            found.append(Index(f"own_{definition.pk}", table, f"USING gin (({place}) jsonb_path_ops)", only))
        elif shape != "list":
            by = f"LOWER({place})" if field.family == "text" else place
            tail = "updated_at, id" if field.family in FEW else "id"
            found.append(Index(f"own_{definition.pk}", table, f"(({by}), {tail})", only))
    if definition.unique and "unique" in kind.can:
        filled = f"{place} <> ''" if shape == "text" else f"{place} IS NOT NULL"
        by = f"LOWER({place})" if shape == "text" else place
        where = " AND ".join(part for part in (only, filled) if part)
        found.append(Index(f"own_{definition.pk}_once", table, f"(({by}))", where, unique=True))
    return found


def keep(actor: Actor, change: Change) -> None:
    """Make, renew or drop the indexes after a definition changed; a projection's part."""
    if not (change.is_new or change.touches("type", "filterable", "unique", "archived_at")):
        return
    definition: OwnField = change.record
    needed = wanted(definition)
    if not change.is_new:
        _run([Index(name, "", "").drop() for name in (f"own_{definition.pk}", f"own_{definition.pk}_once")])
    if not needed:
        unfit = definition.filterable and not definition.is_archived and "filterable" in TYPES[definition.type].can
        _say(definition.pk, "unfit" if unfit else "", "")
    elif is_small(needed[0].table):
        _run([one.create() for one in needed])
        _say(definition.pk, "ready", "")
    else:
        _say(definition.pk, "waiting", "")
        jobs.enqueue(actor, build, {"field": definition.pk}, unique=str(definition.pk))


@jobs.stepwise_job("own_field.index", retries=3)
def build(actor: Actor, job: Run, *, field: int) -> None:
    """Make the indexes of an own field in a large table, while everybody goes on working."""
    definition = OwnField.objects.filter(pk=field).first()
    if definition is None:
        return
    concurrently = connection.vendor == "postgresql" and not connection.in_atomic_block
    try:
        for one in wanted(definition):
            if concurrently and not _is_valid(one.name):
                _run([one.drop(concurrently=True)])  # what a build that was cut off left
            _run([one.create(concurrently=concurrently)])
            _run([f"ANALYZE {one.table}"])
    except DatabaseError as error:
        log.warning("own field %s: no index: %s", field, error)
        doubles = "unique" in str(error).lower() or "duplicate" in str(error).lower()
        words = _("Some values stand in more than one record.") if doubles else str(error)[:200]
        _say(field, "failed", words)
        raise jobs.GiveUp(words) from error
    _say(field, "ready", "")


def is_small(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} LIMIT {SMALL + 1}) c")  # noqa: S608  # an identifier
        return bool(cursor.fetchone()[0] <= SMALL)


def _is_valid(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = %s", [name]
        )
        row = cursor.fetchone()
    return row is None or bool(row[0])


def _run(statements: list[str]) -> None:
    inside = connection.in_atomic_block
    with transaction.atomic() if inside else nullcontext(), connection.cursor() as cursor:
        if inside and connection.vendor == "postgresql":
            # Rows written earlier in this transaction wait for their keys to be checked, and no index may be made then.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)  # names of definitions, proved by `expression`
        if inside and connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _say(pk: Any, state: str, note: str) -> None:
    """The state is the engine's own, not a change of the definition: no Event, no new version."""
    with transaction.atomic():
        OwnField.objects.filter(pk=pk).update(index_state=state, index_note=note)
