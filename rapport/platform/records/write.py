"""The one write path: right -> values -> version -> guards -> references -> derive and check -> row -> links -> Event
-> projections.

All in one transaction; everything that can refuse comes before the first write, and a refusal later rolls all of it
back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import counters, guards
from rapport.platform.access import find, require, writable
from rapport.platform.events.append import append
from rapport.platform.fields import AutoNumber
from rapport.platform.formula import conditions
from rapport.platform.objects import registry
from rapport.platform.privacy import restriction
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, project
from rapport.platform.records.refer import check_references

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture
    from rapport.platform.objects import Object
    from rapport.platform.record import Record


class Conflict(Exception):
    """Somebody else changed the record in between. Per field in question: what it was, is now, and would become."""

    def __init__(self, record: Record, theirs: Mapping[str, Any], yours: Mapping[str, Any]) -> None:
        super().__init__(_("Somebody changed this record while you were working on it."))
        self.record, self.theirs, self.yours = record, dict(theirs), dict(yours)


def parse(actor: Actor, obj: Object, raw: Mapping[str, object], culture: Culture) -> dict[str, Any]:
    """Raw values to Python values by the writable fields. Raises ValidationError {key: messages}.

    A field the actor may not write is refused; one they may not even read answers exactly like an unknown one.
    """
    from rapport.platform.access import readable

    fields, seen = writable(actor, obj), readable(actor, obj)
    values: dict[str, Any] = {}
    errors: dict[str, list[str]] = {}
    for key, item in raw.items():
        if key not in fields:
            errors[str(key)[:60]] = [_("This field cannot be set.") if key in seen else _("There is no such field.")]
            continue
        try:
            values[key] = fields[key].parse(item, culture)
        except ValidationError as error:
            errors[key] = error.messages
    if errors:
        raise ValidationError(errors)
    return values


def create(
    actor: Actor,
    obj: Object,
    values: Mapping[str, Any],
    *,
    reason: str = "",
    event: str = "created",
    at: datetime | None = None,
) -> Any:
    """A new record. Raises PermissionDenied, ValidationError."""
    require(actor, obj, "create")
    with transaction.atomic():
        full = {**defaults(actor, obj), **kind(obj), **clean(obj, values, new=True)}
        guards.ask(f"{obj.access_key}.create", actor, None, full)
        # What was given; what the engine itself adds (the owner, a default) is not the actor's to see or not.
        given = {key: full[key] for key in values if key in full}
        full |= check_references(actor, obj.fields, given, despite_restriction=obj.base.despite_restriction)
        record = obj.model()
        for key, value in full.items():
            obj.field(key).write(record, value)
        moment = at or now()
        record.created_at, record.created_by_id = moment, actor.user_id
        record.updated_at, record.updated_by_id = moment, actor.user_id
        prepare(obj, record)
        conditions.require(obj, record, full, None)
        number(obj, [record])
        _insert(obj, record)
        _links(obj, {record.pk: full})
        after = _stored(obj, record, {key for key in obj.fields if not obj.field(key).outside}, full)
        _ensure_reach(actor, obj, record)
        append(actor, obj, record, kind=event, action="create", before=None, after=after, reason=reason, at=moment)
        project(actor, [Change(obj.base, record.pk, record, None, after)])
    return record


def update(
    actor: Actor, record: Record, values: Mapping[str, Any], *, version: int | None = None, reason: str = ""
) -> Any:
    """Change fields as a person, a file or the API does: a field with behaviour goes through its Action (`set_by`).

    Raises NotFound, PermissionDenied, ValidationError, Conflict.
    """
    from rapport.platform import actions

    obj = registry.of_record(record)
    verbs: dict[str, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    for key, value in values.items():
        verb = obj.set_by.get(key) or obj.base.set_by.get(key)
        if verb is not None and value != obj.field(key).read(record):
            verbs.setdefault(verb.key, {})[key] = value
        elif verb is None:
            plain[key] = value
    with transaction.atomic():
        # Lock first: two writers with the same version queue up here, and the second one meets the conflict.
        current = find(actor, obj, record.pk, "edit")
        current = obj.model._default_manager.select_for_update().get(pk=current.pk)
        check_version(obj, current, version, values)
        if plain:
            current = write(actor, current, plain, reason=reason)
        for verb_key, answers in verbs.items():
            actions.run(actor, obj, current, verb_key, answers)
        if verbs:
            current.refresh_from_db()
    return current


def write(
    actor: Actor,
    record: Record,
    values: Mapping[str, Any],
    *,
    action: str = "update",
    event: str = "updated",
    reason: str = "",
    at: datetime | None = None,
) -> Any:
    """Set fields of a record, as Actions do: rights on the record were asked by the caller (`update`, `actions.run`).

    Writes nothing and tells nobody when no value differs, unless the event is a fact of its own ("won").
    """
    obj = registry.of_record(record)
    with transaction.atomic():
        cleaned = clean(obj, values, new=False)
        restriction.refuse(actor, obj, record)
        guards.ask(f"{obj.access_key}.{action}", actor, record, cleaned)
        cleaned = check_references(
            actor, obj.fields, {key: value for key, value in cleaned.items() if value != obj.field(key).read(record)}
        )
        conditions.refuse_locked(obj, record, cleaned)
        untouched = {key: field.read(record) for key, field in obj.fields.items() if not field.outside}
        before = {key: obj.field(key).read(record) for key in cleaned}
        for key, value in cleaned.items():
            obj.field(key).write(record, value)
        prepare(obj, record)
        conditions.require(obj, record, cleaned, {**untouched, **before})
        # What `derive` changed beside the given values is part of the change.
        derived = {key for key, old in untouched.items() if key not in cleaned and obj.field(key).read(record) != old}
        before |= {key: untouched[key] for key in derived}
        if not before and event == "updated":
            return record
        moment = at or now()
        record.version += 1
        record.updated_at, record.updated_by_id = moment, actor.user_id
        _write_back(obj, record, before)
        _links(obj, {record.pk: cleaned})
        after = _stored(obj, record, before, cleaned)
        append(actor, obj, record, kind=event, action=action, before=before, after=after, reason=reason, at=moment)
        project(actor, [Change(obj.base, record.pk, record, before, after)])
    return record


def archive(actor: Actor, record: Record, *, reason: str = "") -> Any:
    """Put a record away: out of lists, boards and search, kept with its whole history."""
    return _put(actor, record, away=True, reason=reason)


def restore(actor: Actor, record: Record, *, reason: str = "") -> Any:
    """Bring an archived record back as it was."""
    return _put(actor, record, away=False, reason=reason)


def _put(actor: Actor, record: Record, *, away: bool, reason: str) -> Any:
    obj = registry.of_record(record)
    with transaction.atomic():
        current = find(actor, obj, record.pk, "delete")
        if current.is_archived == away:
            return current
        values = {"archived_at": now() if away else None}
        verb, event = ("archive", "archived") if away else ("restore", "restored")
        return write(actor, current, values, action=verb, event=event, reason=reason)


# --- steps of the path, shared with the batch path --------------------------------------------------------------------


def defaults(actor: Actor, obj: Object) -> dict[str, Any]:
    """Values of a new record before anything was entered; owner and team are the actor's."""
    values = {key: found for key, field in obj.editable.items() if not field.is_empty(found := field.initial())}
    if actor.user_id is not None:
        values.setdefault("owner", actor.user_id)
        values.setdefault("team", actor.main_team_id)
    return values


def kind(obj: Object) -> dict[str, Any]:
    """What makes a new record one of this Object's, where a field says it; the models of own Objects know it."""
    return {key: value for key, value in obj.where.items() if key in obj.fields}


def clean(obj: Object, values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Every value checked by its field;
    a new record must have the required ones. Raises ValidationError {key: messages}.
    """
    return Cleaning(obj, new=new)(values)


class Cleaning:
    """`clean` for many rows of one Object: what does not depend on the row is found out once."""

    def __init__(self, obj: Object, *, new: bool) -> None:
        self.fields = obj.fields
        self.required = [
            (key, field)
            for key, field in (obj.editable.items() if new else ())
            if field.required and field.is_empty(field.initial())
        ]

    def __call__(self, values: Mapping[str, Any]) -> dict[str, Any]:
        cleaned: dict[str, Any] = {}
        errors: dict[str, list[str]] = {}
        for key, value in values.items():
            field = self.fields.get(key)
            if field is None:
                errors[key] = [_("There is no such field.")]
                continue
            try:
                cleaned[key] = field.clean(value)
            except ValidationError as error:
                errors[key] = error.messages
        for key, field in self.required:
            if key not in values:
                errors[key] = [_("Enter a value for “%(field)s”.") % {"field": field.label}]
        if errors:
            raise ValidationError(errors)
        return cleaned


def prepare(obj: Object, record: Record) -> None:
    """Derived fields, then what must always hold. Raises ValidationError."""
    for step in preparing(obj):
        step(record)


def preparing(obj: Object) -> list[Callable[[Any], None]]:
    """What `prepare` does with each record of an Object, in order."""
    declared = (obj.base, obj) if obj.of else (obj,)
    return [step for one in declared for step in (one.derive, one.check) if step is not None]


def number(obj: Object, records: list[Any]) -> None:
    """Give new records their numbers, in order."""
    for key, field in obj.fields.items():
        if isinstance(field, AutoNumber):
            waiting = [record for record in records if not field.read(record)]
            taken = counters.take(f"{obj.access_key}.{key}", len(waiting), start=field.start) if waiting else range(0)
            for record, value in zip(waiting, taken, strict=True):
                field.write(record, field.pattern.format(value))


def check_version(obj: Object, record: Record, version: int | None, values: Mapping[str, Any]) -> None:
    """Raises Conflict when the actor worked on an older version and their fields differ from what stands there now."""
    if version is None or record.version == version:
        return
    theirs = {key: obj.field(key).read(record) for key in values if key in obj.fields}
    raise Conflict(record, theirs, values)


def _insert(obj: Object, record: Any) -> None:
    """The caller's transaction is rolled back by the refusal, so it needs no savepoint of its own."""
    try:
        rows.insert_one(obj.model, record)
    except IntegrityError as error:
        raise ValidationError(unique_message(obj, error)) from error


def _write_back(obj: Object, record: Any, keys: Iterable[str]) -> None:
    """Only the columns that changed, and only on the version the record was read in: two writers cannot both succeed.

    The other columns may have been moved on by projections (next steps) since the record was read.
    """
    names = {name for key in keys for name in obj.field(key).attributes} | {"version", "updated_at", "updated_by"}
    columns: list[Any] = [obj.model._meta.get_field(name) for name in names]
    row = obj.model._default_manager.filter(pk=record.pk, version=record.version - 1)
    try:
        if not row.update(**{column.attname: getattr(record, column.attname) for column in columns}):
            raise Conflict(record, {}, {})
    except IntegrityError as error:
        raise ValidationError(unique_message(obj, error)) from error


def unique_message(obj: Object, error: IntegrityError) -> dict[str, str] | str:
    """The user's words for a broken uniqueness:
    the field, never the other record's content. Other breaks pass through.
    """
    text = str(error).lower()
    for key, field in obj.fields.items():
        if field.index_name and field.index_name in text:
            return {key: _("“%(field)s” is already used by another record.") % {"field": field.label}}
        if field.unique and (f".{key}" in text or f"({key})" in text or f"_{key}_" in text or f"(lower({key}" in text):
            return {key: _("“%(field)s” is already used by another record.") % {"field": field.label}}
    if "unique" in text or "duplicate key" in text:
        return _("Another record like this exists already.")
    raise error


def _links(obj: Object, rows: Mapping[int, Mapping[str, Any]]) -> None:
    for key, field in obj.fields.items():
        if field.outside:
            values = {pk: row[key] for pk, row in rows.items() if key in row}
            if values:
                field.save_links(values)


def _stored(obj: Object, record: Any, keys: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: given[key] if obj.field(key).outside else obj.field(key).read(record) for key in keys}
    found |= {key: value for key, value in given.items() if obj.field(key).outside}
    return found


def _ensure_reach(actor: Actor, obj: Object, record: Record) -> None:
    """Nobody creates what they then could not reach: it would be a write into somebody else's drawer."""
    if actor.may(obj, "create") == "all" or actor.user_id is None:
        return
    from rapport.platform.access import allows

    if not allows(actor, obj, record, "create"):
        raise PermissionDenied(_("You may only create records of your own or of your team."))
