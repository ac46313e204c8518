"""Stored formulas kept equal to the records at every commit: calculated set-wise in the transaction of the change.

A write tells which fields of which records changed. For each stored formula, in their order, the records whose value
may differ are found (`affected`), calculated in one statement and written where they do differ, without a new version
and without an Event: nobody did anything to them. What changed so is a change for the formulas after it. They are
calculated by the engine with every right, so that their value is one for all readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from rapport.platform import access, jobs
from rapport.platform.access import Fragment
from rapport.platform.custom.field import InCustom, as_json
from rapport.platform.fields import MoneyField
from rapport.platform.formula.affected import CHUNK, affected
from rapport.platform.formula.compile import expression_sql, money_columns
from rapport.platform.formula.field import places_of
from rapport.platform.formula.graph import Name, Stored, name_of, stored_in_order
from rapport.platform.objects import Object, registry
from rapport.platform.query.frame import Context, Frame
from rapport.platform.query.run import fetch
from rapport.platform.query.sql import listed, piece
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, follows_derived, projection

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

SMALL = 2_000  # records that are calculated while somebody waits for the definition
STEP = 1_000


def engine() -> Actor:
    """Who calculates: every right, days of the zone of the installation."""
    found = access.system("formulas")
    return replace(found, culture=replace(found.culture, tz=ZoneInfo(settings.TIME_ZONE)))


@projection()
def follow(actor: Actor, changes: Sequence[Change]) -> None:
    """Recalculate what a write may have changed."""
    order = stored_in_order()
    if order:
        _spread(order, changes, {})


@follows_derived
def follow_derived(obj: Object, keys: Sequence[str], ids: Sequence[int]) -> None:
    """Recalculate what reads fields that the engine itself wrote: next steps, replies, the strength of a tie."""
    order = stored_in_order()
    if order:
        _spread(order, (), {(obj.base.key, key): set(ids) for key in keys})


def _spread(order: Sequence[Stored], changes: Sequence[Change], moved: dict[Name, set[int]]) -> None:
    """Calculate in order; `moved` are values that changed though nobody wrote them, by field."""
    by_object: dict[str, list[Change]] = {}
    for change in changes:
        by_object.setdefault(change.obj.base.key, []).append(change)
    for one in order:
        ids = set(_ids(one, by_object, moved))
        if ids and (differing := calculate(one, ids)):
            moved.setdefault(one.name, set()).update(differing)


def _ids(one: Stored, by_object: dict[str, list[Change]], moved: dict[Name, set[int]]) -> Iterable[int]:
    for change in by_object.get(one.obj.key, ()):
        # The JSON column is written whole: a value calculated meanwhile may have been written over.
        whole = bool(one.field.names) and any(_in_custom(change.obj, key) for key in change.after)
        if change.is_new or whole:
            yield change.record_id
    for read in one.reads:
        key = read.field.key
        touched = [change for change in by_object.get(read.obj.base.key, ()) if change.is_new or change.touches(key)]
        if touched:
            yield from affected(read, touched)
        if others := moved.get(name_of(read)):
            yield from affected(read, [Change(read.obj.base, pk, None, {}, {}) for pk in others])


def _in_custom(obj: Object, key: str) -> bool:
    return key in obj.fields and bool(obj.fields[key].names)


def calculate(one: Stored, ids: Iterable[int]) -> set[int]:
    """Bring the values of some records up to date; the ids of those that differed."""
    known = sorted(ids)
    found: set[int] = set()
    for start in range(0, len(known), CHUNK):
        found |= _chunk(one, known[start : start + CHUNK])
    return found


def _chunk(one: Stored, ids: list[int]) -> set[int]:
    differing = deviating(one, ids)
    _write(one, differing)
    return set(differing)


def deviating(one: Stored, ids: list[int]) -> dict[int, Any]:
    """Those of these records at which what is kept is not what the formula gives, with what it gives."""
    frame = Frame(Context(engine()), one.obj)
    column = expression_sql(frame, one.expression, places_of(one.field))
    kind = one.expression.type
    wanted = money_columns(column, kind) if kind.kind == "money" else [column]
    kept = [Fragment(text) for text in one.field.columns(one.obj.model, frame.alias)]
    columns = [Fragment(f"{frame.alias}.id"), *wanted, *kept]
    select = piece(", ".join(["{}"] * len(columns)), *columns)
    text = "SELECT {} FROM {} WHERE {}.id IN ({})"
    differing = {}
    for pk, *row in fetch(piece(text, select, frame.source(), frame.alias, listed(ids))):
        new, old = (_value(one, part) for part in (row[: len(wanted)], row[len(wanted) :]))
        if new != old:
            differing[pk] = new
    return differing


def _value(one: Stored, raw: list[Any]) -> Any:
    value = one.field.from_row(*(raw[:2] if isinstance(one.field, MoneyField) else raw))
    return one.field.empty() if value is None else value


def _write(one: Stored, values: dict[int, Any]) -> None:
    """Only the columns of the formula; nothing else of the record."""
    if not values:
        return
    field, model = one.field, one.obj.model
    contents = {pk: list(field.to_columns(value).values()) for pk, value in values.items()}
    if isinstance(field, InCustom):
        patches = [
            (pk, {name: _json(item) for name, item in zip(field.names, row, strict=True)})
            for pk, row in contents.items()
        ]
        rows.patch(model, patches)
        return
    columns: list[Any] = [model._meta.get_field(name) for name in field.attributes]
    sets = ", ".join(f"{connection.ops.quote_name(column.column)} = %s" for column in columns)
    prepared = [
        [*(column.get_db_prep_save(item, connection) for column, item in zip(columns, row, strict=True)), pk]
        for pk, row in contents.items()
    ]
    with connection.cursor() as cursor:
        text = f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {sets} WHERE id = %s"  # noqa: S608  # identifiers
        cursor.executemany(text, prepared)


def _json(content: Any) -> Any:
    """As own fields keep it: nothing where nothing is."""
    written = as_json(content)
    return None if written is False or written in ("", []) else written


# --- all records of a formula ----------------------------------------------------------------------------------------


def find(name: Name) -> Stored | None:
    return next((one for one in stored_in_order() if one.name == name), None)


def start(actor: Actor, obj: Object, key: str) -> None:
    """A formula was made or changed: calculate it everywhere, at once in a small table, else by a job."""
    one = find((obj.base.key, key))
    if one is None:
        return
    ids = [row[0] for row in fetch(piece("SELECT x.id FROM {} x ORDER BY x.id LIMIT {}", one.obj.table, SMALL + 1))]
    if len(ids) <= SMALL:
        _all_of(one, ids)
    else:
        jobs.enqueue(actor, recalculate, {"object": obj.base.key, "key": key}, unique=f"{obj.base.key}.{key}")


def _all_of(one: Stored, ids: Iterable[int]) -> int:
    differing = calculate(one, ids)
    if differing:
        order = stored_in_order()
        after = order[[other.name for other in order].index(one.name) + 1 :]
        _spread(after, (), {one.name: differing})
    return len(differing)


@jobs.stepwise_job("formula.recalculate", retries=3)
def recalculate(actor: Actor, job: Run, *, object: str, key: str) -> None:
    """Calculate a stored formula for every record, a thousand at a time."""
    one = find((object, key)) if registry.has(object) else None
    if one is None:
        raise jobs.GiveUp(_("The formula “%(key)s” can no more be read.") % {"key": f"{object}.{key}"})
    _in_steps(job, one)


@jobs.stepwise_job("formula.renew", every=timedelta(days=1))
def renew(actor: Actor, job: Run) -> None:
    """Calculate every stored formula anew: some depend on the day."""
    for one in stored_in_order():
        _in_steps(job, one)


def _in_steps(job: Run, one: Stored) -> None:
    total = fetch(piece("SELECT COUNT(*) FROM {} x", one.obj.table))[0][0]
    last = done = 0
    while True:
        text = "SELECT x.id FROM {} x WHERE x.id > {} ORDER BY x.id LIMIT {}"
        ids = [row[0] for row in fetch(piece(text, one.obj.table, last, STEP))]
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        with job.step(done, total):
            _all_of(one, ids)


def recalculate_now(obj: Object, key: str) -> int:
    """For tests and the command line: calculate everywhere; how many values differed."""
    one = find((obj.base.key, key))
    if one is None:
        return 0
    with transaction.atomic():
        return _all_of(one, [row[0] for row in fetch(piece("SELECT x.id FROM {} x", one.obj.table))])


__all__ = ["calculate", "deviating", "follow", "recalculate", "recalculate_now", "start"]
