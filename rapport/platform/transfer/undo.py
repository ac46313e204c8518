"""Undoing a run: what it changed is put back, what it made and nobody touched since is taken out, all or nothing.

The Events of the run (they carry its number) are the list of what it did. A record it made goes with everything that
hangs
on it: rows that point at it by a cascading key, and rows that name it by (object, record_id): words, tags, Events. It
stays, and is reported, when an Event of another run names it, or a record made elsewhere points at it. A field it
changed
is put back unless it changed again since.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import records
from rapport.platform.access import rights_changed, visible
from rapport.platform.custom import current
from rapport.platform.custom.field import Stored
from rapport.platform.custom.many import OwnReferenceMany
from rapport.platform.custom.models import OwnField, OwnLink
from rapport.platform.events.models import Event
from rapport.platform.fields import Reference, ReferenceAny, ReferenceMany
from rapport.platform.objects import registry
from rapport.platform.record import Record
from rapport.platform.search import bodies
from rapport.platform.search.models import Misspelling, SearchWord, Vocabulary
from rapport.platform.tags import Tag, Tagging
from rapport.platform.transfer.history import put_back
from rapport.platform.transfer.match import models_with_records
from rapport.platform.transfer.models import Import, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

MANY = 5_000  # ids in one statement
TOLD = 100

Ids = dict[str, set[int]]


@dataclass
class Undone:
    """What was taken back, and what was not and why."""

    removed: dict[str, int] = field(default_factory=dict)
    restored: dict[str, int] = field(default_factory=dict)
    kept: list[dict[str, Any]] = field(default_factory=list)
    kept_count: int = 0

    def plain(self) -> dict[str, Any]:
        return {"removed": self.removed, "restored": self.restored, "kept": self.kept, "kept_count": self.kept_count}

    def keep(self, obj: Object, pk: int, why: str) -> None:
        self.kept_count += 1
        if len(self.kept) < TOLD:
            self.kept.append({"object": obj.key, "id": pk, "reason": why})


def undo_run(run: Import, actor: Actor) -> Undone:
    """Take a run back. Raises ValidationError when there is nothing to take back. One transaction."""
    told = Undone()
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=run.pk)
        if locked.state in {State.UNDONE, State.DRAFT, State.QUEUED}:
            raise ValidationError(_("There is nothing to undo: this import has not run, or was undone already."))
        if locked.state == State.RUNNING:
            # Whoever is doing it finds at its next step that the run is no longer its own.
            Import.objects.filter(pk=run.pk).update(state=State.FAILED)
        with put_back(run.run) as left:
            _put_back(actor, run, told)
        for key, pk in left:
            told.keep(registry.get(key), pk, _("Its history changed since; it was left."))
        made = _made(run)
        stays = _touched(run, made)
        _spread(made, stays)
        for key, ids in stays.items():
            for pk in sorted(ids):
                told.keep(registry.get(key), pk, _("Somebody used or changed it since."))
        _remove(actor, {key: ids - stays.get(key, set()) for key, ids in made.items()}, told)
        notes = {**locked.notes, "undone": told.plain()}
        Import.objects.filter(pk=run.pk).update(state=State.UNDONE, undone_at=now(), notes=notes)
        rights_changed()
    run.refresh_from_db()
    return told


# --- what was changed ------------------------------------------------------------------------------------------------


def _put_back(actor: Actor, run: Import, told: Undone) -> None:
    """Old values of every record the run changed but did not make; the last value it gave must still stand."""
    made = {(key, pk) for key, ids in _made(run).items() for pk in ids}
    first: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    last: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for event in Event.objects.filter(run_id=run.run).exclude(action="create").order_by("id").iterator(chunk_size=2000):
        where = (event.object, event.record_id)
        if where not in made:
            for key, (before, after) in event.changes.items():
                first[where].setdefault(key, before)
                last[where][key] = after
    for key in sorted({key for key, _pk in first}):
        obj = registry.get(key)
        ids = [pk for known, pk in first if known == key]
        for part in _parts(ids):
            _put_back_some(actor, obj, part, first, last, told, run.run)


def _put_back_some(
    actor: Actor,
    obj: Object,
    ids: Sequence[int],
    first: dict[tuple[str, int], Any],
    last: dict[tuple[str, int], Any],
    told: Undone,
    run: int,
) -> None:
    there = visible(actor, obj, "edit").in_bulk(list(ids))
    outside = (
        {key: found.load_links(list(there)) for key, found in obj.fields.items() if found.outside} if there else {}
    )
    changes: list[tuple[Any, dict[str, Any]]] = []
    for pk in ids:
        record = there.get(pk)
        if record is None:
            told.keep(obj, pk, _("It is gone, or you may not change it."))
            continue
        back: dict[str, Any] = {}
        for key, before in first[(obj.key, pk)].items():
            found = obj.fields.get(key)
            if found is None or before == last[(obj.key, pk)][key]:
                continue
            now_there = outside[key].get(pk, found.empty()) if found.outside else found.read(record)
            if found.plain(now_there) == before:
                continue  # put back already, as a consequence of another field
            if found.plain(now_there) != last[(obj.key, pk)][key]:
                told.keep(obj, pk, _("“%(field)s” changed since; it was left.") % {"field": found.label})
            else:
                back[key] = found.empty() if before is None else found.from_plain(before)
        if back:
            changes.append((record, back))
    if changes:
        done = records.load_updates(actor.during(run), obj, changes)
        told.restored[obj.key] = told.restored.get(obj.key, 0) + len(done)


# --- what was made ---------------------------------------------------------------------------------------------------


def _made(run: Import) -> Ids:
    made: Ids = defaultdict(set)
    for key, pk in _creations(run).values_list("object", "record_id").iterator(chunk_size=5000):
        made[key].add(pk)
    return made


def _creations(run: Import) -> Any:
    return Event.objects.filter(run_id=run.run, action="create")


def _touched(run: Import, made: Ids) -> Ids:
    """Made records that others have touched: Events of elsewhere, or links from records made elsewhere."""
    stays: Ids = defaultdict(set)
    for key in made:
        ids = _creations(run).filter(object=key).values("record_id")
        others = Event.objects.filter(object=key, record_id__in=ids).filter(~Q(run_id__in=_over(run)) | Q(run_id=None))
        stays[key].update(others.values_list("record_id", flat=True))
        for other, pointing, column in _pointers(registry.get(key)):
            elsewhere = pointing.filter(**{f"{column}__in": ids})
            if other[0] in made:
                elsewhere = elsewhere.exclude(
                    **{f"{other[1]}__in": _creations(run).filter(object=other[0]).values("record_id")}
                )
            stays[key].update(elsewhere.values_list(column, flat=True))
    return stays


def _over(run: Import) -> list[int]:
    """This run, and those that were undone: what they changed was put back, under their number too."""
    undone = Import.objects.filter(state=State.UNDONE, run__gte=run.run).values_list("run", flat=True)
    return [run.run, *undone]


def _spread(made: Ids, stays: Ids) -> None:
    """What stays keeps what it points at."""
    waiting = [(key, pk) for key, ids in stays.items() for pk in ids]
    while waiting:
        key, pk = waiting.pop()
        obj = registry.get(key)
        record = obj.model._default_manager.filter(pk=pk).first()
        for found in obj.fields.values() if record is not None else ():
            for other, pointed in _pointed_at(found, found.read(record)):
                if pointed in made.get(other, ()) and pointed not in stays[other]:
                    stays[other].add(pointed)
                    waiting.append((other, pointed))


def _pointed_at(found: Any, value: Any) -> Iterator[tuple[str, int]]:
    if value is None:
        return
    if isinstance(found, ReferenceAny):
        yield registry.get(value.object).base.key, value.id
    elif isinstance(found, Reference):
        yield found.target.base.key, value
    elif isinstance(found, ReferenceMany):
        yield from ((found.target.base.key, pk) for pk in value)


def _pointers(obj: Object) -> Iterator[tuple[tuple[str, str], Any, str]]:
    """((object, attribute with the id) of records that may point at records of `obj`, their rows, the pointing
    column)."""
    for other in registry.all():
        if other.of:
            continue
        for found in other.fields.values():
            if isinstance(found, ReferenceAny):
                kinds = [obj.key, *(kind.key for kind in registry.family(obj))]
                if found.names:
                    rows = other.model._default_manager.annotate(
                        _of=Stored(found.names[0], "text"), _pointing=Stored(found.names[1], "whole")
                    )
                    yield (other.key, "pk"), rows.filter(_of__in=kinds), "_pointing"
                    continue
                yield (
                    (other.key, "pk"),
                    other.model._default_manager.filter(**{f"{found.key}_object__in": kinds}),
                    f"{found.key}_id",
                )
            elif isinstance(found, OwnReferenceMany) and found.to == obj.model._meta.label:
                yield (other.key, "record_id"), OwnLink.objects.filter(field_id=found.field_id), "target_id"
            elif found.names and isinstance(found, Reference) and found.to == obj.model._meta.label:
                place = Stored(found.names[0], "whole")
                yield (other.key, "pk"), other.model._default_manager.annotate(_pointing=place), "_pointing"
    for model, column in _relations(obj.model):
        owner = _link_owner(model, column)
        if issubclass(model, Record):
            for one in _objects_of(model):
                yield (one.key, "pk"), one.model._default_manager.all(), column
        elif owner is not None:
            yield owner, model._default_manager.all(), column


def _relations(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """(table, attribute) of every foreign key that points at the model, hidden ones and link tables included."""
    found = []
    relation: Any
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            found.append((relation.related_model, relation.field.attname))
    return found


def _objects_of(model: type[models.Model]) -> list[Object]:
    """The base Object of a table of records; of the table of own Objects, all of these."""
    return [obj for obj in registry.all() if not obj.of and obj.table == model._meta.db_table]


def _link_owner(model: type[models.Model], column: str) -> tuple[str, str] | None:
    """For the link table of a many-reference of some Object, seen from its far end: (that Object's key, its id
    attribute)."""
    if not model._meta.auto_created:
        return None
    source: Any = model._meta.auto_created
    near = next(
        (one.attname for one in model._meta.concrete_fields if one.is_relation and one.related_model is source), None
    )
    return (registry.of_model(source).key, near) if issubclass(source, Record) and near and near != column else None


def _remove(actor: Actor, going: Ids, told: Undone) -> None:
    """Delete records and what hangs on them. Foreign keys are checked when the transaction ends, so order does not
    matter."""
    words = _words_of(going)
    tags = {
        tag
        for key, ids in going.items()
        for part in _parts(sorted(ids))
        for tag in Tagging.objects.filter(object=key, record_id__in=part).values_list("tag_id", flat=True)
    }
    for key, ids in going.items():
        obj = registry.get(key)
        for part in _parts(sorted(ids)):
            bodies.forget(key, part)
            for model in models_with_records():
                if model not in _kept():
                    _raw_delete(model._default_manager.filter(object=key, record_id__in=part))
            _delete_hanging(obj.model, part)
            own = OwnField.objects.filter(object__in=current.family_keys(key), type="reference_many")
            _raw_delete(OwnLink.objects.filter(field__in=own.values("pk"), record_id__in=part))
            _raw_delete(obj.model._default_manager.filter(pk__in=part))
        if ids:
            told.removed[key] = len(ids)
    if going.keys() & {"own_field", "own_object"}:
        current.changed()
    _forget_words(words)
    for part in _parts(sorted(tags)):
        Tag.objects.filter(pk__in=part).exclude(pk__in=Tagging.objects.values("tag_id")).delete()


def _delete_hanging(model: type[models.Model], ids: Sequence[int], depth: int = 0) -> None:
    """Rows of plain tables (memberships, stays in a stage, links) that point at these; records are deleted by
    themselves."""
    for related, column in _relations(model):
        if issubclass(related, Record) or depth > 3:
            continue
        rows = related._default_manager.filter(**{f"{column}__in": ids})
        if _relations(related):
            below = list(rows.values_list("pk", flat=True))
            for part in _parts(below):
                _delete_hanging(related, part, depth + 1)
        relation: Any = related._meta.get_field(
            next(one.name for one in related._meta.concrete_fields if one.attname == column)
        )
        if relation.remote_field.on_delete is models.SET_NULL:
            rows.update(**{column: None})
        else:
            _raw_delete(rows)


def _raw_delete(rows: Any) -> None:
    rows._raw_delete(rows.db)


def _kept() -> tuple[type[models.Model], ...]:
    """What stays: the journal of imports; and that something happened, and who saw it, which nobody takes back."""
    from rapport.platform.audit.models import AuditEntry, AuditSeen
    from rapport.platform.transfer.models import ImportRow

    return (ImportRow, Event, AuditEntry, AuditSeen)


def _words_of(going: Ids) -> set[str]:
    return {
        word
        for key, ids in going.items()
        for part in _parts(sorted(ids))
        for word in SearchWord.objects.filter(object=key, record_id__in=part).values_list("word", flat=True)
    }


def _forget_words(words: set[str]) -> None:
    """Words nobody uses any more leave the vocabulary."""
    for part in _parts(sorted(words)):
        unused = set(part) - set(SearchWord.objects.filter(word__in=part).values_list("word", flat=True).distinct())
        Vocabulary.objects.filter(word__in=unused).delete()
        Misspelling.objects.filter(word__in=unused).delete()


def _parts(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), MANY):
        yield items[start : start + MANY]
