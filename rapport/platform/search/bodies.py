"""Keeping the words of long texts equal to the records: a projection of every write, in the writer's transaction.

Which texts: `Object.search_bodies`. Words are spelled as in `search.words`, so that Müller, Mueller and Muller meet.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction

from rapport.base import text
from rapport.platform import derived
from rapport.platform.derived import Derived
from rapport.platform.fields import RichText
from rapport.platform.objects import registry
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, projection
from rapport.platform.search.body_models import FTS, Body
from rapport.platform.search.words import spelling
from rapport.platform.timeline.words import bare

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# Further words of one text are not searched. PostgreSQL knows no place beyond 16,383 and 256 places a word.
MOST_WORDS, LAST_PLACE, MOST_PLACES = 50_000, 16_383, 255
CHUNK = 500
CLASSES = ("public", "standard", "personal")


class Entry(NamedTuple):
    """One row to be: whose, of which class, and the text."""

    object: str
    record_id: int
    sensitivity: str
    text: str

    @property
    def digest(self) -> int:
        return int.from_bytes(blake2b(self.text.encode(), digest_size=8).digest(), "big", signed=True)


@projection()
def keep_bodies(actor: Actor, changes: Sequence[Change]) -> None:
    """Follow every write that touches a long text."""
    by_object: dict[str, list[Change]] = {}
    asked = {key: bodies_of(registry.get(key)) for key in {change.obj.key for change in changes}}
    for change in changes:
        keys = asked[change.obj.key]
        if keys and any(change.after.get(key) or not change.is_new for key in keys if key in change.after):
            by_object.setdefault(change.obj.key, []).append(change)
    for key, found in by_object.items():
        store(registry.get(key), [change.record for change in found], fresh=all(change.is_new for change in found))


def bodies_of(obj: Object) -> tuple[str, ...]:
    """Long texts of an Object's whole family that are searched; none that is sensitive or secret."""
    family = (obj.base, *registry.family(obj.base))
    keys = dict.fromkeys(key for one in family for key in one.search_bodies)
    return tuple(key for key in keys if obj.base.field(key).sensitivity in CLASSES)


def searched() -> Iterator[Object]:
    """The base Objects whose long texts are searched."""
    return (obj for obj in registry.all() if not obj.of and bodies_of(obj))


def store(obj: Object, records: Sequence[Any], *, fresh: bool) -> None:
    """Write the words of records' long texts; `fresh` records have none yet."""
    entries = [entry for record in records for entry in entries_of(obj, record)]
    if not fresh:
        forget(obj.key, [record.pk for record in records])
    if entries:
        _insert(entries)


def entries_of(obj: Object, record: Any) -> Iterator[Entry]:
    """The rows of one record: its long texts by class of sensitivity, those without words left out."""
    by_class: dict[str, list[str]] = {}
    for key in bodies_of(obj):
        if said := plain_text(obj, key, record):
            by_class.setdefault(obj.field(key).sensitivity, []).append(said)
    for sensitivity, texts in by_class.items():
        yield Entry(obj.key, record.pk, sensitivity, "\n\n".join(texts))


def plain_text(obj: Object, key: str, record: Any) -> str:
    """A long text without marks of form."""
    field = obj.field(key)
    value = str(field.read(record) or "").strip()
    return bare(value) if value and isinstance(field, RichText) else value


def forget(key: str, record_ids: Sequence[int]) -> None:
    """Take the words of records out of the index."""
    for start in range(0, len(record_ids), CHUNK):
        gone = Body.objects.filter(object=key, record_id__in=record_ids[start : start + CHUNK])
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.executemany(f"DELETE FROM {FTS} WHERE rowid = %s", list(gone.values_list("pk")))
        gone.delete()


def _insert(entries: Sequence[Entry]) -> None:
    ids = rows.take_ids(Body, len(entries))
    keys = ("id", "object", "record_id", "sensitivity", "digest", "words")
    spelled = [words_of(entry.text) for entry in entries]
    on_postgresql = connection.vendor == "postgresql"
    rows.insert_values(
        Body,
        keys,
        [
            (
                pk,
                entry.object,
                entry.record_id,
                entry.sensitivity,
                entry.digest,
                lexemes(found) if on_postgresql else None,
            )
            for pk, entry, found in zip(ids, entries, spelled, strict=True)
        ],
    )
    if not on_postgresql:
        with connection.cursor() as cursor:
            numbered = [(pk, " ".join(found)) for pk, found in zip(ids, spelled, strict=True)]
            cursor.executemany(f"INSERT INTO {FTS} (rowid, words) VALUES (%s, %s)", numbered)


def words_of(body: str) -> list[str]:
    """The words of a text in their stored form and their order, each as often as it stands there."""
    return [found for word in text.words(body)[:MOST_WORDS] if (found := spelling(word))]


def lexemes(found: Iterable[str]) -> str:
    """Words as PostgreSQL reads a tsvector: 'brief':1,4 'kunde':2."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(found, start=1):
        known = places.setdefault(word, [])
        if len(known) < MOST_PLACES:
            known.append(min(place, LAST_PLACE))
    return " ".join(f"'{word}':{','.join(map(str, at))}" for word, at in places.items())


# --- proof and repair ---------------------------------------------------------------------------------------------


def deviating(obj: Object) -> list[int]:
    """Ids of records whose words are missing, stale or left over; reads every long text of the Object once."""
    lost = _lost(obj)
    stands: dict[int, set[tuple[str, int]]] = {}
    for pk, record_id, sensitivity, digest in Body.objects.filter(object=obj.key).values_list(
        "pk", "record_id", "sensitivity", "digest"
    ):
        stands.setdefault(record_id, set()).add((sensitivity, 0 if pk in lost else digest))
    found = []
    everybody = obj.base.model._default_manager.order_by("pk")
    for record in everybody.iterator(chunk_size=CHUNK):
        wanted = {(entry.sensitivity, entry.digest) for entry in entries_of(obj.base, record)}
        if wanted != stands.pop(record.pk, set()):
            found.append(record.pk)
    return [*found, *stands]


def _lost(obj: Object) -> set[int]:
    """Rows whose words are not in the index although the row is there."""
    if connection.vendor == "postgresql":
        return set(Body.objects.filter(object=obj.key, words=None).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT b.id FROM {Body._meta.db_table} b WHERE b.object = %s "
            f"AND NOT EXISTS (SELECT 1 FROM {FTS}_docsize d WHERE d.id = b.id)",
            [obj.key],
        )
        return {row[0] for row in cursor.fetchall()}


@derived.provider
def _proofs() -> Iterator[Derived]:
    for obj in searched():
        yield Derived(f"words of {obj.key} texts", partial(deviating, obj), partial(repair, obj))


def repair(obj: Object, record_ids: Sequence[int]) -> None:
    """Read the long texts of these records again, chunk by chunk."""
    for start in range(0, len(record_ids), CHUNK):
        some = record_ids[start : start + CHUNK]
        with transaction.atomic():
            forget(obj.key, some)
            store(obj.base, list(obj.base.model._default_manager.filter(pk__in=some)), fresh=True)
