"""Many writes at once, each with its own fate: the rules of `records.create` and `records.update` for every one.

What the batch path can take goes through it in one pass; a record whose write is refused costs that record. Fields
with behaviour go through their Actions one by one. A fate is the record as it stands now, or the refusal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform import guards, records
from rapport.platform.access import NotFound, allows, require, visible
from rapport.platform.records.refer import check_many
from rapport.platform.records.write import check_version, clean, defaults
from rapport.platform.transfer.batches import isolate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# What one record may meet without the others; everything else ends the whole.
REFUSALS = (ValidationError, PermissionDenied, NotFound, records.Conflict)
Refusal = ValidationError | PermissionDenied | NotFound | records.Conflict
Fate = Any  # the record, or a Refusal
Values = dict[str, Any]


def create_many(actor: Actor, obj: Object, rows: Sequence[Mapping[str, Any]]) -> list[Fate]:
    """New records. Raises PermissionDenied when the actor may create none at all."""
    require(actor, obj, "create")
    fates: list[Fate] = [None] * len(rows)
    wrong = check_many(actor, obj.fields, rows, despite_restriction=obj.base.despite_restriction)
    asked = guards.asked(f"{obj.access_key}.create")
    open_: list[int] = []
    for place, row in enumerate(rows):
        refusal = wrong.get(place) or (_ask_create(actor, obj, row) if asked else None)
        if refusal is None:
            open_.append(place)
        else:
            fates[place] = refusal

    def load(places: list[int]) -> None:
        made = records.load(actor, obj, [rows[place] for place in places], reactions=True)
        _ensure_reach(actor, obj, [record.pk for record in made])
        for place, record in zip(places, made, strict=True):
            fates[place] = record

    def refuse(place: int, error: ValidationError | PermissionDenied) -> None:
        fates[place] = _own_words(error)

    isolate(open_, load, refuse)
    return fates


def _ask_create(actor: Actor, obj: Object, row: Mapping[str, Any]) -> Refusal | None:
    try:
        full = {**defaults(actor, obj), **dict(obj.where), **clean(obj, row, new=True)}
        guards.ask(f"{obj.access_key}.create", actor, None, full)
    except REFUSALS as refusal:
        return refusal
    return None


def _ensure_reach(actor: Actor, obj: Object, ids: list[int]) -> None:
    """Nobody creates what they then could not reach."""
    if actor.may(obj, "create") == "all" or actor.user_id is None:
        return
    reached = set(visible(actor, obj.base, "create").filter(pk__in=ids).values_list("pk", flat=True))
    for place, pk in enumerate(ids):
        if pk not in reached:
            words = _("You may only create records of your own or of your team.")
            raise ValidationError(words, params={"row": place}) from PermissionDenied(words)


def _own_words(error: Exception) -> Exception:
    """The refusal as the single path says it: the batch path adds the row and keeps the cause."""
    cause = error.__cause__
    return cause if isinstance(cause, ValidationError | PermissionDenied) else error


# --- changing ---------------------------------------------------------------------------------------------------------


def update_many(actor: Actor, obj: Object, changes: Sequence[tuple[Any, Mapping[str, Any], int | None]]) -> list[Fate]:
    """Change records the actor may read, each named once: (record, values, the version the actor worked on or None).

    Call it inside a transaction: the rows are locked until it ends.
    """
    current = _locked(actor, obj, [record.pk for record, _values, _version in changes])
    fates: list[Fate] = [None] * len(changes)
    plain: list[int] = []
    for place, (record, values, version) in enumerate(changes):
        row = current.get(record.pk)
        if row is None:
            fates[place] = _out_of_reach(actor, obj, record)
        elif (stale := _stale(obj, row, version, values)) is not None:
            fates[place] = stale
        elif _has_verb(obj.concrete(row), row, values):
            fates[place] = alone(partial(records.update, actor, row, values))
        else:
            plain.append(place)
    wrong = check_many(actor, obj.fields, [changes[place][1] for place in plain])
    fates_of_wrong = {plain[number]: refusal for number, refusal in wrong.items()}
    for place, refusal in fates_of_wrong.items():
        fates[place] = refusal
    by_kind: dict[str, list[int]] = {}
    for place in plain:
        if place not in fates_of_wrong:
            by_kind.setdefault(obj.concrete(current[changes[place][0].pk]).key, []).append(place)
    for places in by_kind.values():
        _load_updates(actor, obj.concrete(current[changes[places[0]][0].pk]), changes, places, current, fates)
    return fates


def _locked(actor: Actor, obj: Object, ids: list[int]) -> dict[int, Any]:
    """The rows the actor may change, locked in the order of their ids: no two batches wait for each other."""
    if actor.may(obj, "edit") == "none":
        return {}
    able = set(visible(actor, obj, "edit").filter(pk__in=ids).values_list("pk", flat=True))
    rows = obj.model._default_manager.select_for_update().filter(pk__in=able).order_by("pk")
    return {row.pk: row for row in rows}


def _out_of_reach(actor: Actor, obj: Object, record: Any) -> Refusal:
    if allows(actor, obj, record, "read"):
        return PermissionDenied(_("You may read this record, not change it."))
    return NotFound(_("There is no such record, or you may not see it."))


def _stale(obj: Object, row: Any, version: int | None, values: Mapping[str, Any]) -> Refusal | None:
    try:
        check_version(obj, row, version, values)
    except records.Conflict as conflict:
        return conflict
    return None


def _has_verb(obj: Object, row: Any, values: Mapping[str, Any]) -> bool:
    verbs = {**obj.base.set_by, **obj.set_by}
    return any(key in verbs and value != obj.field(key).read(row) for key, value in values.items())


def _load_updates(
    actor: Actor,
    obj: Object,
    changes: Sequence[tuple[Any, Mapping[str, Any], int | None]],
    places: list[int],
    current: dict[int, Any],
    fates: list[Fate],
) -> None:
    tried: set[int] = set()

    def load(batch: list[int]) -> None:
        ids = [changes[place][0].pk for place in batch]
        again = [pk for pk in ids if pk in tried]
        # A refused try has left its values on the records in memory: read those again.
        current.update(obj.model._default_manager.in_bulk(again) if again else {})
        tried.update(ids)
        for row, place in enumerate(batch):
            try:
                guards.ask(f"{obj.access_key}.update", actor, current[ids[row]], changes[place][1])
            except ValidationError as error:
                raise ValidationError(error.messages, params={"row": row}) from error
        records.load_updates(
            actor, obj, [(current[pk], changes[place][1]) for pk, place in zip(ids, batch, strict=True)], reactions=True
        )
        for pk, place in zip(ids, batch, strict=True):
            fates[place] = current[pk]

    def refuse(place: int, error: ValidationError | PermissionDenied) -> None:
        fates[place] = _own_words(error)

    isolate(places, load, refuse)


def alone(write: Callable[[], Any]) -> Fate:
    """One write in a savepoint of its own."""
    try:
        with transaction.atomic():
            return write()
    except REFUSALS as refusal:
        return refusal


def refused(fates: Sequence[Fate]) -> Iterator[tuple[int, Refusal]]:
    """The places that were refused, and why."""
    return ((place, fate) for place, fate in enumerate(fates) if isinstance(fate, REFUSALS))
