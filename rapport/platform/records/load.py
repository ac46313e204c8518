"""The batch form of the write path: the same checks and the same Events, set-wise, a few thousand rows at a time.

For imports, the demonstration and the benchmark. Rights on the Object are asked once; the caller has checked references
(`check_references`) or made them itself. History is loaded as facts: `reactions=False` tells subscribers to stay still.
"""

from __future__ import annotations

import inspect
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects
from django.db.models.query_utils import DeferredAttribute

from rapport.base.clock import now
from rapport.platform.access import require
from rapport.platform.events.append import append_created, build
from rapport.platform.events.models import Event
from rapport.platform.fields import Field, Reference
from rapport.platform.formula import conditions
from rapport.platform.privacy import restriction
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, project
from rapport.platform.records.write import Cleaning, defaults, kind, number, preparing, unique_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db import models

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
        fulls = [_cleaned(tidy, row, position) for position, row in enumerate(values)]
        contents, apart = _beginning(actor, obj, {"created_at": moment, "updated_at": moment, **shared})
        begun, *records = rows.blanks(obj.model, contents, len(fulls) + 1)
        begin = Beginning(obj, begun, apart)
        for position, (record, cleaned) in enumerate(zip(records, fulls, strict=True)):
            begin.write(record, {**apart, **cleaned})
            if at:
                record.created_at = record.updated_at = at[position]
        _prepare_all(obj, records)
        _require_all(obj, [(record, full, None) for record, full in zip(records, fulls, strict=True)])
        number(obj, records)
        ids = rows.take_ids(obj.model, len(records))
        for record, pk in zip(records, ids, strict=True):
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
        new = [begin.differences(record) for record in records]
        if outside:
            new = [{**differing, **full} for differing, full in zip(new, fulls, strict=True)]
        append_created(actor, obj, begin.values, zip(records, new, strict=True), kind=event, reactions=reactions)
        base = obj.base
        project(
            actor,
            [
                Change(base, pk, record, None, {**begin.values, **differing})
                for pk, record, differing in zip(ids, records, new, strict=True)
            ],
        )
    return records


class Beginning:
    """What all new records of a batch begin with, as one record of them says it; each is told by what differs from it.

    A noun has fifty fields and a row of a file fills five of them: reading and comparing only those is most of what a
    batch saves against as many single writes.
    """

    def __init__(self, obj: Object, begun: Any, apart: Mapping[str, Any]) -> None:
        self.fields = obj.fields
        columns = {column.name: column.attname for column in obj.model._meta.concrete_fields}
        # Columns that hold a value as it is, behind no descriptor but Django's own.
        self.bare = {
            key: next(iter(field.to_columns(None)))
            for key, field in self.fields.items()
            if not field.outside and not field.names and key in columns and _is_bare(obj.model, columns[key], field)
        }
        self.write(begun, apart)
        inside = {key: field for key, field in self.fields.items() if not field.outside}
        self.values = {key: field.read(begun) for key, field in inside.items()}
        self.of_column: dict[str, list[str]] = {}
        for key, field in inside.items():
            for name in ("custom",) if field.names else field.attributes:
                self.of_column.setdefault(columns[name], []).append(key)
        self.contents = {name: begun.__dict__[name] for name in self.of_column}

    def write(self, record: Any, values: Mapping[str, Any]) -> None:
        """Put values on a new record."""
        for key, value in values.items():
            column = self.bare.get(key)
            if column is None:
                self.fields[key].write(record, value)
            else:
                record.__dict__[column] = value

    def differences(self, record: Any) -> dict[str, Any]:
        """The values of a record, without those kept in links, that are other than at the beginning."""
        known, found = record.__dict__, {}
        for name, content in self.contents.items():
            now = known[name]
            if now is not content and now != content:
                for key in self.of_column[name]:
                    found[key] = self.fields[key].read(record)
        return found


def _is_bare(model: type[models.Model], attname: str, field: Field[Any]) -> bool:
    """Whether writing the field is nothing but giving its one column the value as it is."""
    if type(field).write is not Field.write or list(field.to_columns(None)) != [attname]:
        return False
    as_is = type(field).to_columns is Field.to_columns or isinstance(field, Reference)
    return as_is and isinstance(inspect.getattr_static(model, attname, None), DeferredAttribute)


def _beginning(actor: Actor, obj: Object, shared: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contents of columns that all of a batch have in common, and those values that each needs for itself."""
    contents: dict[str, Any] = {"created_by_id": actor.user_id, "updated_by_id": actor.user_id}
    apart = {}
    for key, value in shared.items():
        columns = {} if obj.fields[key].outside or obj.fields[key].names else obj.fields[key].to_columns(value)
        # One list or dictionary must not stand on many records.
        if columns and all(isinstance(one, int | str | date | Decimal | None) for one in columns.values()):
            contents |= columns
        else:
            apart[key] = value
    return contents, apart


def load_updates(
    actor: Actor,
    obj: Object,
    changes: Sequence[tuple[Any, Mapping[str, Any]]],
    *,
    reactions: bool = False,
    action: str = "update",
    event: str = "updated",
    undone: str = "",
) -> list[Any]:
    """Change many records in one transaction; returns those in which something differed. `undone` is the reason of an
    undo, which is told as one; other changes are told as `action` and `event`.

    Raises PermissionDenied, or ValidationError for the first bad row. Rights on each record were asked by the caller.
    """
    require(actor, obj, "edit")
    if not changes:
        return []
    moment = now()
    tidy = Cleaning(obj, new=False)
    begun: list[tuple[Any, dict[str, Any], dict[str, Any]]] = []
    with transaction.atomic():
        barred = restriction.barred(actor, obj, [record for record, _row in changes])
        for position, (record, row) in enumerate(changes):
            cleaned = {
                key: value
                for key, value in _cleaned(tidy, row, position).items()
                if value != obj.field(key).read(record)
            }
            if cleaned:
                _unlocked(obj, record, cleaned, position, barred)
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
        told = ("undone", "undo") if undone else (event, action)
        _write_back(actor, obj, done, told=told, reactions=reactions, reason=undone)
    return [record for record, _before, _after in done]


def _write_back(
    actor: Actor,
    obj: Object,
    done: Sequence[tuple[Any, dict[str, Any], dict[str, Any]]],
    *,
    told: tuple[str, str],
    reactions: bool,
    reason: str,
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
    kind, action = told
    events = [
        build(
            *(actor, obj, record),
            kind=kind,
            action=action,
            before=before,
            after=after,
            reason=reason,
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
    steps = preparing(obj)
    for position, record in enumerate(records):
        try:
            for step in steps:
                step(record)
        except ValidationError as error:
            raise at_row(error, position) from error


def _require_all(obj: Object, rows: Sequence[tuple[Any, Mapping[str, Any], Mapping[str, Any] | None]]) -> None:
    for position, (record, given, before) in enumerate(rows):
        try:
            conditions.require(obj, record, given, before)
        except ValidationError as error:
            raise at_row(error, position) from error


def _unlocked(obj: Object, record: Any, changed: Mapping[str, Any], position: int, barred: frozenset[int]) -> None:
    try:
        if record.pk in barred:
            raise ValidationError(restriction.words())
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
