"""From the definitions in the database to the set a process works with.

Each process asks for the stamp where it reads who asks anyway (one row, one statement), and reads the definitions anew
only when it changed. Reading is done by one thread at a time; the others wait, since they need the same set.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from rapport.platform import definitions
from rapport.platform.custom.models import DefinitionsStamp, OwnField, OwnObject, model_of
from rapport.platform.custom.types import TYPES
from rapport.platform.definitions import Definitions
from rapport.platform.fields import Field, fields_of
from rapport.platform.objects import Board, Object, Section, registry
from rapport.platform.record import Record

MOST_FIELDS = 500  # of one Object
MOST_OBJECTS = 200
# Read in one statement with the user: see views.middleware and api.signin.
STAMP = "(SELECT d.number FROM platform_definitionsstamp d WHERE d.id = 1)"
_reading = Lock()


def using(stamp: int | None) -> AbstractContextManager[None]:
    """Work with the definitions of this stamp, as one request does from its beginning to its end."""
    return definitions.use(known(stamp))


def known(stamp: int | None) -> Definitions:
    """The set of a stamp, read if this process does not know it yet."""
    found = definitions.latest()
    if found.stamp == (stamp or 0):
        return found
    with _reading:
        found = definitions.latest()
        if found.stamp != (stamp or 0):
            found = read(stamp or 0)
            definitions.share(found)
    return found


def fresh() -> AbstractContextManager[None]:
    """Work with the definitions of this moment, as a job does from its beginning to its end. One query."""
    return using(_stamp())


def follow() -> None:
    """Read the definitions anew if they changed: at the start of a command. One query."""
    definitions.replace(known(_stamp()))


def _stamp() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {STAMP}")  # a constant of this module
        return int(cursor.fetchone()[0] or 0)


def changed() -> None:
    """Call in the transaction that changes a definition: everybody reads again, this request at once."""
    # The time, not a count: a number that was rolled back is never given to other definitions.
    number = time.time_ns() // 1_000
    if not DefinitionsStamp.objects.filter(pk=1).update(number=number):
        DefinitionsStamp.objects.create(pk=1, number=number)
    definitions.replace(read(number))


# --- reading ----------------------------------------------------------------------------------------------------------


def read(stamp: int) -> Definitions:
    """The set as the database has it now. Two queries."""
    if not stamp:
        return Definitions()
    objects = list(OwnObject.objects.filter(archived_at=None).order_by("pk"))
    rows = list(OwnField.objects.filter(archived_at=None).order_by("position", "pk"))
    return _Making(stamp, objects, rows).made()


class _Making:
    """The set in the making: Objects first, because fields point at them, and then the fields."""

    def __init__(self, stamp: int, objects: Iterable[OwnObject], rows: Iterable[OwnField]) -> None:
        self.stamp = stamp
        self.problems: list[str] = []
        self.rows = list(rows)
        self.defined = {one.key: one for one in objects if one.key not in registry.declared}
        by_object: dict[str, list[OwnField]] = {}
        for row in self.rows:
            by_object.setdefault(row.object, []).append(row)
        self.objects = {key: build_object(one, by_object.get(key, [])) for key, one in self.defined.items()}

    def made(self) -> Definitions:
        fields: dict[str, dict[str, Field[Any]]] = {}
        on: dict[str, dict[str, str]] = {}
        sections: dict[str, dict[str, str]] = {}
        searched: dict[str, set[str]] = {}
        for row in self.rows:
            obj = self.lookup(row.object) if self.has(row.object) else None
            field = self._field(row, obj) if obj else None
            if obj is None or field is None:
                continue
            base = registry.declared[obj.of].key if obj.of else obj.key
            fields.setdefault(base, {})[field.key] = field
            on.setdefault(base, {})[field.key] = obj.key
            if base in registry.declared:  # an own Object has its sections and search from `build_object`
                sections.setdefault(base, {})[field.key] = row.section
            if row.searchable and "searchable" in TYPES[row.type].can and base in registry.declared:
                searched.setdefault(base, set()).add(field.key)
        return Definitions(
            self.stamp,
            fields=fields,
            on=on,
            sections=sections,
            searched={key: frozenset(found) for key, found in searched.items()},
            objects=self.objects,
            problems=tuple(self.problems),
        )

    def has(self, key: str) -> bool:
        return key in self.objects or key in registry.declared

    def lookup(self, key: str) -> Object:
        """Raises LookupError for a kind that is retired or gone."""
        found = registry.declared.get(key) or self.objects.get(key)
        if found is None:
            raise LookupError(key)
        return found

    def _field(self, row: OwnField, obj: Object) -> Field[Any] | None:
        kind = TYPES.get(row.type)
        if kind is None:
            self.problems.append(_("“%(field)s”: its type is not known here.") % {"field": row.label})
            return None
        try:
            field = kind.build(row, self.lookup)
        except LookupError:
            self.problems.append(_("“%(field)s”: what it points at is retired.") % {"field": row.label})
            return None
        declared = (registry.declared[obj.of] if obj.of else obj).declared
        if row.key in declared:
            # A newer version of the program has a field of this name: that one wins, ours stays within reach.
            field.key = f"own_{row.key}"
            words = _("“%(object)s” has a field “%(key)s” of its own now; yours is called “own_%(key)s”.")
            self.problems.append(words % {"object": obj.label, "key": row.key})
        return field


def build_object(definition: OwnObject, rows: list[OwnField]) -> Object:
    """The Object of a definition. Its columns, sections, board and path follow from its fields."""
    keys = [row.key for row in rows if row.type in TYPES]
    short = [row.key for row in rows if row.type in TYPES and row.type not in ("long_text", "address")]
    headings = dict.fromkeys(row.section for row in rows if row.section and row.type in TYPES)
    placed = tuple(
        Section(heading, tuple(row.key for row in rows if row.section == heading and row.type in TYPES))
        for heading in headings
    )
    loose = tuple(row.key for row in rows if not row.section and row.type in TYPES)
    first = (Section(definition.label, ("name", *loose)),)
    return Object(
        key=definition.key,
        label=definition.label,
        plural=definition.plural,
        model_class=model_of(definition.key, definition.name_label),
        where={"kind": definition.key},
        slug=definition.slug,
        icon=definition.icon or "layers",
        help=definition.help,
        columns=("name", *short[:7], "owner"),
        sections=(*first, *placed),
        quick=("name", *(row.key for row in rows if row.required and row.key in keys)),
        search=("name", *(row.key for row in rows if row.searchable and "searchable" in TYPES[row.type].can)),
        match=(("name",), *((row.key,) for row in rows if row.unique and "unique" in TYPES[row.type].can)),
        board=_board(definition, rows),
        path=_path(rows),
        navigation=definition.navigation or 0,
    )


def _board(definition: OwnObject, rows: list[OwnField]) -> Board | None:
    """By the choice that is named, else by the first one; cards carry the first sum of money."""
    choices = [row.key for row in rows if row.type == "choice"]
    by = definition.board if definition.board in choices else next(iter(choices), "")
    if not by:
        return None
    value = next((row.key for row in rows if row.type == "money"), "")
    card = tuple(row.key for row in rows if row.type in ("reference", "money", "date", "user") and row.key != value)
    return Board(by, value=value, card=card[:3])


def _path(rows: list[OwnField]) -> str:
    """The first reference to a customer: their story is where these records belong."""
    for row in rows:
        target = registry.declared.get(row.target) if row.type == "reference" else None
        if target is not None and (target.path or target.base.path) == "id":
            return row.key
    return ""


# --- questions ------------------------------------------------------------------------------------------------------


def shared_keys() -> frozenset[str]:
    """Names every Record has."""
    return frozenset(fields_of(Record))


def base_key(key: str) -> str:
    """The key of the base Object of a family; of an own Object itself."""
    found = registry.declared.get(key)
    return found.of if found is not None and found.of else key


def family_keys(key: str) -> list[str]:
    """The keys of every Object that shares a table as a family with this one."""
    base = base_key(key)
    return [base, *(obj.key for obj in registry.declared.values() if obj.of == base)]


def problems() -> tuple[str, ...]:
    """What of the definitions is not in use and why, in words."""
    return definitions.current().problems
