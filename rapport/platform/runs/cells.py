"""Many cells at once, as a spreadsheet pastes them: each value read by its field, each fate told, all one run.

    run, fates = fill(actor, obj, [Cell(12, "stage", "Won", version=3), …], culture, read=…)

A cell conflicts where somebody changed that very field after the version it was typed over; then nothing of it is
written and both values are told. A record whose write is refused for some of its fields keeps the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.platform import batch, records
from rapport.platform.access import readable, require, visible
from rapport.platform.events.models import Event
from rapport.platform.runs.run import kept
from rapport.platform.runs.work import CHANGED, REFUSED, UNCHANGED, Fate, reason

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object
    from rapport.platform.runs.models import Run

MOST = 5_000
CONFLICT = "conflict"
# Makes the raw form of a value of what was written: a name typed for a record becomes its id.
Read = Callable[["Field[Any]", Any], Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """What shall stand in one field of one record; `version` is the record's as the writer saw it."""

    record_id: int
    key: str
    raw: Any
    version: int | None = None


@dataclass(frozen=True, slots=True)
class CellFate:
    """changed, unchanged, refused with the reason, or conflict with the value that stands there and the one meant."""

    record_id: int
    key: str
    outcome: str
    reason: str = ""
    theirs: Any = None
    mine: Any = None


def fill(
    actor: Actor, obj: Object, cells: Sequence[Cell], culture: Culture, *, read: Read = lambda _field, raw: raw
) -> tuple[Run, list[CellFate]]:
    """Raises PermissionDenied when the actor may not edit, or not many at once, and ValidationError for too many cells.

    About ten statements for fields without behaviour, whatever their number.
    """
    require(actor, obj, "edit")
    if len(cells) > MOST:
        raise ValidationError(_("At most {n} cells can be filled at once.").format(n=MOST))
    if len({cell.record_id for cell in cells}) > 1:
        require(actor, obj, "mass")
    told: list[CellFate] = []

    def write(inside: Actor) -> list[Fate]:
        told.extend(_Filling(inside, obj, culture, read).fill(cells))
        return _of_records(obj, told)

    return kept(actor, obj, "cells", write), told


def _of_records(obj: Object, told: Sequence[CellFate]) -> list[Fate]:
    """The fate of each record: changed where one cell was; with what was refused beside it."""
    by_record: dict[int, list[CellFate]] = defaultdict(list)
    for fate in told:
        by_record[fate.record_id].append(fate)
    found = []
    for pk, fates in by_record.items():
        outcomes = {fate.outcome for fate in fates}
        outcome = CHANGED if CHANGED in outcomes else REFUSED if outcomes & {REFUSED, CONFLICT} else UNCHANGED
        words = " ".join(dict.fromkeys(_labelled(obj, fate) for fate in fates if fate.reason))
        found.append(Fate(pk, outcome, words[:500]))
    return found


def _labelled(obj: Object, fate: CellFate) -> str:
    field = obj.fields.get(fate.key)
    return f"{field.label}: {fate.reason}" if field else fate.reason


class _Filling:
    """One paste: what is read once for all its cells."""

    def __init__(self, actor: Actor, obj: Object, culture: Culture, read: Read) -> None:
        self.actor, self.obj, self.culture, self.read = actor, obj, culture, read
        self.seen = readable(actor, obj)
        self._parsed: dict[tuple[str, str], Any] = {}

    def fill(self, cells: Sequence[Cell]) -> list[CellFate]:
        """The fates in the order of the cells."""
        there = visible(self.actor, self.obj, "read").in_bulk(list({cell.record_id for cell in cells}))
        moved = self._moved(cells, there)
        fates: dict[tuple[int, str], CellFate] = {}
        wanted: dict[int, dict[str, Any]] = defaultdict(dict)
        for cell in cells:
            place = (cell.record_id, cell.key)
            record = there.get(cell.record_id)
            if record is None:
                fates[place] = CellFate(*place, REFUSED, _("There is no such record, or you may not see it."))
                continue
            try:
                value = self._value(cell)
            except (ValidationError, PermissionDenied) as error:
                fates[place] = CellFate(*place, REFUSED, _words(error))
                continue
            field = self.obj.field(cell.key)
            stands = field.read(record)
            if field.plain(value) == field.plain(stands):
                fates[place] = CellFate(*place, UNCHANGED)
            elif place in moved:
                fates[place] = CellFate(*place, CONFLICT, _("Somebody else changed it meanwhile."), stands, value)
            else:
                wanted[cell.record_id][cell.key] = value
        fates |= self._write(there, wanted)
        return [fates[cell.record_id, cell.key] for cell in cells]

    def _value(self, cell: Cell) -> Any:
        """Parsed once for all cells that say the same; a refusal is remembered too."""
        known = (cell.key, repr(cell.raw))
        if known not in self._parsed:
            try:
                self._parsed[known] = self._parse(cell)
            except (ValidationError, PermissionDenied) as error:
                self._parsed[known] = error
        found = self._parsed[known]
        if isinstance(found, ValidationError | PermissionDenied):
            raise found
        return found

    def _parse(self, cell: Cell) -> Any:
        if cell.key not in self.seen:
            raise ValidationError(_("This column cannot be changed here."))
        raw = self.read(self.obj.field(cell.key), cell.raw)
        return records.parse(self.actor, self.obj, {cell.key: raw}, self.culture)[cell.key]

    def _moved(self, cells: Sequence[Cell], there: Mapping[int, Any]) -> set[tuple[int, str]]:
        """(record, field) that somebody changed after the version the cell was written over; one query at most."""
        over: dict[int, int] = {}
        for cell in cells:
            record = there.get(cell.record_id)
            if record is not None and cell.version is not None and record.version > cell.version:
                over[cell.record_id] = min(cell.version, over.get(cell.record_id, cell.version))
        if not over:
            return set()
        since = Event.objects.filter(
            object=self.obj.access_key, record_id__in=list(over), version__gt=min(over.values())
        )
        found = set()
        for pk, version, changes in since.values_list("record_id", "version", "changes"):
            if version > over[pk]:
                found |= {(pk, key) for key in changes}
        return found

    def _write(self, there: Mapping[int, Any], wanted: Mapping[int, dict[str, Any]]) -> dict[tuple[int, str], CellFate]:
        fates: dict[tuple[int, str], CellFate] = {}
        again: dict[int, dict[str, Any]] = {}
        for pk, fate in self._update(there, wanted):
            wrong = _by_field(fate) if isinstance(fate, batch.REFUSALS) else {}
            good = {key: value for key, value in wanted[pk].items() if key not in wrong}
            if isinstance(fate, batch.REFUSALS):
                words = reason(self.obj, fate)
                if wrong.keys() & wanted[pk].keys() and good:
                    again[pk] = good
                for key in wanted[pk]:
                    fates[pk, key] = CellFate(pk, key, REFUSED, wrong.get(key, words))
            else:
                fates |= {(pk, key): CellFate(pk, key, CHANGED) for key in good}
        for pk, fate in self._update(there, again):
            for key in again[pk]:
                refused = isinstance(fate, batch.REFUSALS)
                fates[pk, key] = CellFate(pk, key, REFUSED if refused else CHANGED, _refusal(self.obj, fate))
        return fates

    def _update(self, there: Mapping[int, Any], wanted: Mapping[int, dict[str, Any]]) -> list[tuple[int, Any]]:
        """Write several records in one pass, each by its own values; the versions were looked at before."""
        if not wanted:
            return []
        if len(wanted) > 1:
            able = set(visible(self.actor, self.obj, "mass").filter(pk__in=list(wanted)).values_list("pk", flat=True))
        else:
            able = set(wanted)
        open_ = [pk for pk in wanted if pk in able]
        done = batch.update_many(self.actor, self.obj, [(there[pk], wanted[pk], None) for pk in open_])
        shut = PermissionDenied(_("You may read this record, not change it together with others."))
        return [*zip(open_, done, strict=True), *((pk, shut) for pk in wanted if pk not in able)]


def _by_field(refusal: Exception) -> dict[str, str]:
    """What a refusal says of single fields."""
    if not hasattr(refusal, "error_dict"):
        return {}
    told: Mapping[str, list[str]] = refusal.message_dict  # type: ignore[attr-defined]  # asked above
    return {key: " ".join(messages) for key, messages in told.items()}


def _refusal(obj: Object, fate: Any) -> str:
    return reason(obj, fate) if isinstance(fate, batch.REFUSALS) else ""


def _words(error: Exception) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
