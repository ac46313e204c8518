"""Subject: what is held about one record whose story Objects belong to (`path`): ids by Object, and telling values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapport.base.text import clean_line
from rapport.platform.fields import AutoNumber, Reference
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.fields import Field
    from rapport.platform.objects import Object
    from rapport.platform.record import Record

# Shorter texts are not somebody's own: they stand by chance in what belongs to others.
TELLING = 5
WORD = 3


@dataclass(frozen=True)
class Subject:
    """`records` {base Object: its records}, the subject's own among them; `values` what they are known by.

    `words` is every short text on their own record: a first name is nobody's alone, so these are looked for only where
    something is known to be about them.
    """

    obj: Object
    record: Record
    records: dict[str, list[Any]] = field(default_factory=dict)
    values: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @property
    def party(self) -> int | None:
        """The number under which records belong to somebody; None for a record that is nobody's whole."""
        return self.record.pk if has_subjects(self.obj) else None

    @property
    def ids(self) -> dict[str, list[int]]:
        return {key: [one.pk for one in found] for key, found in self.records.items()}

    def each(self) -> Iterator[tuple[Object, list[Any]]]:
        return ((registry.get(key), found) for key, found in self.records.items() if found)

    @property
    def uids(self) -> set[str]:
        return {str(one.uid) for found in self.records.values() for one in found}


def has_subjects(obj: Object) -> bool:
    """Whether records of an Object are somebody: those a story belongs to."""
    return obj.base.path == "id"


def gather(record: Record) -> Subject:
    """Everything that belongs to somebody. One query for each Object whose records belong to somebody."""
    obj = registry.of_record(record)
    records = {obj.base.key: [record]}
    for one in belonging(obj):
        path = one.base.field(one.base.path).attributes[0]
        records[one.key] = list(one.model._default_manager.filter(**{path: record.pk}).order_by("pk"))
    own = (str(one.read(record) or "") for one in obj.fields.values() if one.family == "text" and not one.formula)
    words = frozenset(text for one in own if len(text := clean_line(one, 300)) >= WORD)
    return Subject(obj, record, records, frozenset(_telling(obj, record, records)), words)


def belonging(obj: Object) -> Iterator[Object]:
    """The base Objects whose records belong to records of `obj`: their `path` points at it."""
    for one in registry.all():
        if one.of or not one.path or one.path == "id" or one.path not in one.fields:
            continue
        found = one.field(one.path)
        if isinstance(found, Reference) and found.to == obj.model._meta.label:
            yield one


def _telling(obj: Object, record: Record, records: dict[str, list[Any]]) -> Iterator[str]:
    """Names, and every text of the class personal or sensitive; in one line, long enough to be theirs alone."""
    found = {obj.title(record)}
    for key, some in records.items():
        fields = [one for one in registry.get(key).fields.values() if is_personal(one) and one.family == "text"]
        found |= {str(one.read(row) or "") for row in some for one in fields}
    yield from {text for one in found if len(text := clean_line(one, 300)) >= TELLING}


def is_personal(field: Field[Any]) -> bool:
    return field.sensitivity in ("personal", "sensitive", "secret")


def is_own_word(field: Field[Any]) -> bool:
    """Whether a field of a record that stays is emptied: free text, and whatever is marked personal or sensitive."""
    if isinstance(field, AutoNumber):
        return False
    return is_personal(field) or field.family in ("text", "composite", "file", "tags")
