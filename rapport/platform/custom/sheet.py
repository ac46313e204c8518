"""Definitions as a file: out of one house and into another, tried before anything is changed.

JSON: {"rapport": "definitions", "version": 1, "objects": [...], "fields": [...]}. Objects and fields are known by their
keys: what is there is changed to what the file says, what is not is made, nothing is ever taken away. A file is taken
whole or not at all, and a trial does exactly what the real thing does, and rolls it back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform import definitions, records
from rapport.platform.culture import DEFAULT
from rapport.platform.custom import current
from rapport.platform.custom.models import OwnField, OwnObject
from rapport.platform.objects import Object, registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor

VERSION = 1
LARGEST = 5_000_000
OBJECT_KEYS = ("key", "label", "plural", "slug", "icon", "help", "name_label", "navigation", "board")
FIELD_KEYS = (
    *("object", "key", "label", "type", "help", "section", "options", "target", "places", "pattern"),
    *("formula", "kept", "required_when", "shown_when", "locked_when"),
    *("required", "unique", "searchable", "filterable", "sensitivity", "position"),
)
Fate = Literal["make", "change", "same", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """What happens to one definition, and why not."""

    fate: Fate
    kind: str
    label: str
    key: str
    why: str = ""


@dataclass
class Report:
    """What a file does."""

    lines: list[Line] = field(default_factory=list)

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.fate == "refused"]

    def count(self, fate: Fate) -> int:
        return sum(line.fate == fate for line in self.lines)


class _TakenBack(Exception):
    """Ends a trial."""


def out(keys: Iterable[str] = ()) -> dict[str, Any]:
    """Every definition in use as JSON; `keys` limits it to some Objects."""
    wanted = set(keys)
    objects = [one for one in _objects() if not wanted or one.key in wanted]
    fields = OwnField.objects.filter(archived_at=None).order_by("object", "position", "pk")
    return {
        "rapport": "definitions",
        "version": VERSION,
        "objects": [_plain("own_object", one, OBJECT_KEYS) for one in objects],
        "fields": [_plain("own_field", one, FIELD_KEYS) for one in fields if not wanted or one.object in wanted],
    }


def _objects() -> Iterator[OwnObject]:
    yield from OwnObject.objects.filter(archived_at=None).order_by("key")


def _plain(of: str, record: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """The filled fields of a definition."""
    fields = registry.get(of).fields
    values = {key: (fields[key], fields[key].read(record)) for key in keys}
    return {
        key: one.plain(value) for key, (one, value) in values.items() if not one.is_empty(value) and value is not False
    }


def read(content: bytes) -> dict[str, Any]:
    """The definitions in a file. Raises ValidationError for anything else."""
    if len(content) > LARGEST:
        raise ValidationError(_("This file is too large to hold definitions."))
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This is no JSON file.")) from error
    if not isinstance(found, dict) or found.get("rapport") != "definitions":
        raise ValidationError(_("This file holds no definitions of fields: it was not exported from these settings."))
    if found.get("version") != VERSION:
        raise ValidationError(_("This file is of another version of Rapport and cannot be read here."))
    for name in ("objects", "fields"):
        rows = found.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValidationError(_("“%(name)s” is not a list of definitions.") % {"name": name})
    return found


def take(actor: Actor, found: Mapping[str, Any], *, trial: bool) -> Report:
    """Make and change what the file says; with `trial`, only say what would happen. All or nothing."""
    report = Report()
    with definitions.use(definitions.current()):
        try:
            with transaction.atomic():
                for row in found.get("objects", []):
                    report.lines.append(_take_one(actor, registry.get("own_object"), row, OBJECT_KEYS))
                for row in found.get("fields", []):
                    report.lines.append(_take_one(actor, registry.get("own_field"), row, FIELD_KEYS))
                if trial or report.refused:
                    raise _TakenBack
        except _TakenBack:
            return report
    current.follow()
    return report


def _take_one(actor: Actor, obj: Object, row: Mapping[str, Any], keys: tuple[str, ...]) -> Line:
    label, key = str(row.get("label", ""))[:80], str(row.get("key", ""))[:40]
    try:
        with transaction.atomic():
            values = _values(obj, row, keys)
            there = _there(obj, row)
            if there is None:
                made = records.create(actor, obj, values)
                return Line("make", str(obj.label), label, made.key)
            differs = {name: value for name, value in values.items() if obj.field(name).read(there) != value}
            if not differs:
                return Line("same", str(obj.label), label, key)
            records.update(actor, there, differs)
            return Line("change", str(obj.label), label, key, ", ".join(str(obj.field(one).label) for one in differs))
    except (ValidationError, PermissionDenied) as error:
        return Line("refused", str(obj.label), label, key, " ".join(getattr(error, "messages", [str(error)])))


def _values(obj: Object, row: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    unknown = sorted(set(row) - set(keys))
    if unknown:
        raise ValidationError(_("“%(name)s” means nothing here.") % {"name": str(unknown[0])[:40]})
    return {name: obj.field(name).parse(row[name], DEFAULT) for name in keys if name in row}


def _there(obj: Object, row: Mapping[str, Any]) -> Any:
    """The definition of this key that is in use."""
    known: Any = obj.model._default_manager  # of OwnField or OwnObject: both have a key
    rows = known.filter(archived_at=None, key=str(row.get("key", "")))
    if obj.key == "own_field":
        rows = rows.filter(object__in=current.family_keys(str(row.get("object", ""))))
    return rows.first()
