"""The batch form of the write path: the same checks and the same Events, set-wise, a few thousand rows at a time.

For imports, the demonstration and the benchmark. Rights on the Object are asked once; the caller has checked references
(`check_references`) or made them itself. History is loaded as facts: `reactions=False` tells subscribers to stay still.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects

from rapport.base.clock import now
from rapport.platform.access import require
from rapport.platform.events.append import append_created, build
from rapport.platform.events.models import Event
from rapport.platform.fields import Field
from rapport.platform.formula import conditions
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, project
from rapport.platform.records.write import Cleaning, defaults, kind, number, prepare, unique_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object


def load(
    actor: Actor,
    obj: Object,
    values: Sequence[Mapping[str, Any]],
    *,
    at: Sequence[datetime] | None = None,
    event: str = "created",
    reactions: bool = False,
) -> list[Any]:
    """Create many records in one transaction; `at[i]` is when the i-th came to be. Returns them with their ids.

    Raises PermissionDenied, or ValidationError for the first bad row with its position: nothing of the batch is
    written.
    """
    require(actor, obj, "create")
    if not values:
        return []
    moment = now()
    shared = {**defaults(actor, obj), **kind(obj)}
    fields = obj.fields
    tidy = Cleaning(obj, new=True)
    with transaction.atomic():
        records, fulls = [], []
        make, apart = _beginning(actor, obj, shared)
        for position, row in enumerate(values):
            cleaned = _cleaned(tidy, row, position)
            record = make()
            for key, value in {**apart, **cleaned}.items():
                fields[key].write(record, value)
            record.created_at = record.updated_at = at[position] if at else moment
            records.append(record)
            fulls.append(cleaned)
        _prepare_all(obj, records)
        _require_all(obj, [(record, full, None) for record, full in zip(records, fulls, strict=True)])
        number(obj, records)
        for record, pk in zip(records, rows.take_ids(obj.model, len(records)), strict=True):
            record.pk = pk
        try:
            rows.insert(obj.model, records)
        except IntegrityError as error:
            raise ValidationError(unique_message(obj, error)) from error
        outside = {key: field for key, field in fields.items() if field.outside}
        given = {key: value for key, value in shared.items() if key in outside}
        if outside:
            fulls = [{**given, **{key: full[key] for key in outside if key in full}} for full in fulls]
            _links(obj, records, fulls)
        read = Reading(obj)
        afters = [{**read(record), **(full if outside else {})} for record, full in zip(records, fulls, strict=True)]
        append_created(actor, obj, zip(records, afters, strict=True), kind=event, reactions=reactions)
        base = obj.base
        project(
            actor, [Change(base, record.pk, record, None, after) for record, after in zip(records, afters, strict=True)]
        )
    return records


class Reading:
    """The values of many records of one Object, without those kept in links. Most are a column's content as it is."""

    def __init__(self, obj: Object) -> None:
        columns = {column.attname for column in obj.model._meta.concrete_fields}
        inside = {key: field for key, field in obj.fields.items() if not field.outside}
        self.bare = [key for key, field in inside.items() if type(field).read is Field.read and key in columns]
        self.others = [(key, field.read) for key, field in inside.items() if key not in self.bare]

    def __call__(self, record: Any) -> dict[str, Any]:
        contents = record.__dict__
        return {**{key: contents[key] for key in self.bare}, **{key: read(record) for key, read in self.others}}


def _beginning(actor: Actor, obj: Object, shared: Mapping[str, Any]) -> tuple[Callable[[], Any], dict[str, Any]]:
    """What makes a new record with what all of a batch have in common, and those values that each needs for itself."""
    contents: dict[str, Any] = {"created_by_id": actor.user_id, "updated_by_id": actor.user_id}
    apart = {}
    for key, value in shared.items():
        columns = {} if obj.fields[key].outside or obj.fields[key].names else obj.fields[key].to_columns(value)
        # One list or dictionary must not stand on many records.
        if columns and all(isinstance(one, int | str | date | Decimal | None) for one in columns.values()):
            contents |= columns
        else:
            apart[key] = value
    return rows.blank(obj.model, contents), apart


def load_updates(
    actor: Actor,
    obj: Object,
    changes: Sequence[tuple[Any, Mapping[str, Any]]],
    *,
    reactions: bool = False,
    undone: str = "",
) -> list[Any]:
    """Change many records in one transaction; returns those in which something differed. `undone` is the reason of an
    undo, which is told as one.

    Raises PermissionDenied, or ValidationError for the first bad row. Rights on each record were asked by the caller.
    """
    require(actor, obj, "edit")
    if not changes:
        return []
    moment = now()
    tidy = Cleaning(obj, new=False)
    begun: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
    with transaction.atomic():
        for position, (record, row) in enumerate(changes):
            cleaned = {
                key: value
                for key, value in _cleaned(tidy, row, position).items()
                if value != obj.field(key).read(record)
            }
            if cleaned:
                _unlocked(obj, record, cleaned, position)
                old = {
                    key: field.read(record) for key, field in obj.fields.items() if not field.outside or key in cleaned
                }
                for key, value in cleaned.items():
                    obj.field(key).write(record, value)
                begun.append((record, old, cleaned))
        _prepare_all(obj, [record for record, _old, _cleaned_row in begun])
        _require_all(obj, [(record, cleaned, old) for record, old, cleaned in begun])
        done = [(record, *_difference(obj, record, old, cleaned)) for record, old, cleaned in begun]
        for record, _before, _after in done:
            record.version += 1
            record.updated_at, record.updated_by_id = moment, actor.user_id
        _write_back(actor, obj, done, reactions=reactions, undone=undone)
    return [record for record, _before, _after in done]


def _write_back(
    actor: Actor,
    obj: Object,
    done: Sequence[tuple[Any, dict[str, Any], dict[str, Any]]],
    *,
    reactions: bool,
    undone: str = "",
) -> None:
    touched = {key for _record, before, _after in done for key in before}
    fields = [obj.field(key) for key in sorted(touched)]
    attributes = [name for field in fields if not field.names for name in field.attributes]
    try:
        rows.update(
            obj.model,
            [record for record, _b, _a in done],
            [*attributes, "version", "updated_at", "updated_by"],
            names=[name for field in fields for name in field.names],
        )
    except IntegrityError as error:
        raise ValidationError(unique_message(obj, error)) from error
    _links(obj, [record for record, _b, _a in done], [after for _r, _b, after in done])
    kind, action = ("undone", "undo") if undone else ("updated", "update")
    events = [
        build(
            *(actor, obj, record),
            kind=kind,
            action=action,
            before=before,
            after=after,
            reason=undone,
            reactions=reactions,
        )
        for record, before, after in done
    ]
    rows.insert(Event, events)
    project(actor, [Change(obj.base, record.pk, record, before, after) for record, before, after in done])


def _difference(
    obj: Object, record: Any, old: Mapping[str, Any], cleaned: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of what was given and of what `derive` changed besides."""
    derived = {
        key
        for key in old
        if key not in cleaned and not obj.field(key).outside and obj.field(key).read(record) != old[key]
    }
    after = {**cleaned, **{key: obj.field(key).read(record) for key in derived}}
    return {key: old[key] for key in after}, after


def _cleaned(tidy: Cleaning, row: Mapping[str, Any], position: int) -> dict[str, Any]:
    try:
        return tidy(row)
    except ValidationError as error:
        raise at_row(error, position) from error


def _prepare_all(obj: Object, records: Sequence[Any]) -> None:
    prefetch_related_objects(records, *obj.base.fetch)
    for position, record in enumerate(records):
        try:
            prepare(obj, record)
        except ValidationError as error:
            raise at_row(error, position) from error


def _require_all(obj: Object, rows: Sequence[tuple[Any, Mapping[str, Any], Mapping[str, Any] | None]]) -> None:
    for position, (record, given, before) in enumerate(rows):
        try:
            conditions.require(obj, record, given, before)
        except ValidationError as error:
            raise at_row(error, position) from error


def _unlocked(obj: Object, record: Any, changed: Mapping[str, Any], position: int) -> None:
    try:
        conditions.refuse_locked(obj, record, changed)
    except ValidationError as error:
        raise at_row(error, position) from error


def at_row(error: ValidationError, position: int) -> ValidationError:
    """The same error, knowing the row of the batch (0-based) in `params`."""
    return ValidationError("%(message)s", params={"message": " ".join(error.messages), "row": position})


def _links(obj: Object, records: Sequence[Any], fulls: Sequence[Mapping[str, Any]]) -> None:
    for key, field in obj.fields.items():
        if field.outside:
            values = {record.pk: full[key] for record, full in zip(records, fulls, strict=True) if key in full}
            if values:
                field.save_links(values)
