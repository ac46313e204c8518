"""Finding records by values, many at once: one query per chunk and key.

Text is compared exactly first (an index can answer), then without regard to case. The second look reads the whole
table,
so it is left out where that holds more than `LOOSE_ROWS` records.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from rapport.base.errors import shown
from rapport.platform.access import visible
from rapport.platform.fields import AutoNumber, Email, Field, Phone, Reference, Text, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture
    from rapport.platform.objects import Object

LOOSE_ROWS = 100_000
UID = "uid"
Wanted = tuple[Any, ...]


class Uid(Text):
    """A record's public name, as our own exports write it."""

    def parse(self, raw: object, culture: Culture) -> Any:
        try:
            return UUID(str(raw).strip())
        except ValueError as error:
            raise invalid(_("“%(value)s” is no uid."), value=shown(str(raw))) from error


UID_FIELD = Uid(UID)


class Matcher:
    """Finds records for one actor; remembers which tables are too large for a second look."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._small: dict[str, bool] = {}

    def find(self, obj: Object, keys: tuple[str, ...], wanted: Iterable[Wanted]) -> dict[Wanted, list[Any]]:
        """Readable records whose fields `keys` have the wanted values, by `normal` values; archived ones come last."""
        asked = {normal(one) for one in wanted}
        exact = {one[_leading(obj, keys)] for one in wanted}
        if not asked:
            return {}
        found = self._read(obj, keys, exact, loose=False)
        by_value = _grouped(obj, keys, found, asked)
        missing = {one[_leading(obj, keys)] for one in asked - set(by_value)}
        if missing and _is_loose(_field(obj, keys[_leading(obj, keys)])) and self._is_small(obj):
            again = self._read(obj, keys, missing, loose=True)
            by_value |= {key: rows for key, rows in _grouped(obj, keys, again, asked).items() if key not in by_value}
        return by_value

    def _read(self, obj: Object, keys: tuple[str, ...], values: set[Any], *, loose: bool) -> list[Any]:
        key = keys[_leading(obj, keys)]
        rows = visible(self.actor, obj, "read")
        if key == UID:
            return list(rows.filter(uid__in=values).order_by("pk"))
        return list(obj.field(key).holding(rows, values, loose=loose).order_by("pk"))

    def _is_small(self, obj: Object) -> bool:
        if obj.table not in self._small:
            last = obj.model._default_manager.order_by("pk").values_list("pk", flat=True)[LOOSE_ROWS : LOOSE_ROWS + 1]
            self._small[obj.table] = not list(last)
        return self._small[obj.table]


def _leading(obj: Object, keys: tuple[str, ...]) -> int:
    """The key that narrows most: uid, a unique field, the name, other text, a reference, the rest."""

    def rank(place: int) -> int:
        if keys[place] == UID:
            return 0
        found = obj.field(keys[place])
        if found.unique:
            return 1
        if keys[place] == obj.name:
            return 2
        return 3 if isinstance(found, Text) else 4 if isinstance(found, Reference) else 5

    return min(range(len(keys)), key=rank)


def _field(obj: Object, key: str) -> Field[Any] | None:
    return None if key == UID else obj.field(key)


def _is_loose(field: Field[Any] | None) -> bool:
    """Whether equal values may be written differently; addresses and numbers are kept in one form."""
    return isinstance(field, Text) and not isinstance(field, Email | Phone)


def _grouped(obj: Object, keys: tuple[str, ...], found: Sequence[Any], asked: set[Wanted]) -> dict[Wanted, list[Any]]:
    groups: dict[Wanted, list[Any]] = {}
    for record in sorted(found, key=lambda record: record.archived_at is not None):
        value = normal(tuple(record.uid if key == UID else obj.field(key).read(record) for key in keys))
        if value in asked:
            groups.setdefault(value, []).append(record)
    return groups


def normal(values: Wanted) -> Wanted:
    """The form in which values are compared: text without case."""
    return tuple(value.lower() if isinstance(value, str) else value for value in values)


def one_of(found: list[Any]) -> Any | None:
    """The single record meant: the only one, or the only one not archived. None when several are meant."""
    present = [record for record in found if record.archived_at is None]
    if len(present) == 1:
        return present[0]
    return found[0] if len(found) == 1 else None


def names_of(actor: Actor, obj: Object, by: str = "") -> list[str]:
    """Fields by which people refer to a record, in the order they are tried."""
    from rapport.platform.access import readable

    seen = readable(actor, obj)
    if by:
        return [by] if by == UID or by in seen else []
    single = [keys[0] for keys in obj.match if len(keys) == 1]
    numbers = [key for key, field in seen.items() if isinstance(field, AutoNumber)]
    emails = [key for key, field in seen.items() if isinstance(field, Email)]
    wanted = [UID, *numbers, *emails, *single, obj.name]
    return [key for key in dict.fromkeys(wanted) if key == UID or (key in seen and not seen[key].outside)]


def fits(obj: Object, key: str, text: str) -> Any | None:
    """The text as a value of that field, None when it cannot be one (no UUID, no address)."""
    if key == UID:
        try:
            return UUID(text)
        except ValueError:
            return None
    field = obj.field(key)
    if isinstance(field, Email):
        return text.lower() if "@" in text else None
    return text if isinstance(field, Text) else None


def models_with_records() -> Iterable[type[models.Model]]:
    """Tables that name records by (object, record_id)."""
    from django.apps import apps

    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        if {"object", "record_id"} <= names:
            yield model
