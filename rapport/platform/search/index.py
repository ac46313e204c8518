"""Keeping the words equal to the records: a projection of every write, set-wise, in the writer's transaction."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from rapport.base.text import deletions
from rapport.platform import derived
from rapport.platform.derived import Derived
from rapport.platform.objects import registry
from rapport.platform.records import rows
from rapport.platform.records.changes import Change, projection
from rapport.platform.search import words
from rapport.platform.search.models import Misspelling, SearchWord, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# Words of these lengths are worth correcting; shorter ones are all one mistake apart, longer ones are codes.
CORRECTABLE = range(4, 21)
CHUNK = 2_000
# (object, record id, word, weight, personal)
Entry = tuple[str, int, str, int, bool]


@projection()
def keep_words(actor: Actor, changes: Sequence[Change]) -> None:
    """Follow every write that touches a search field."""
    by_object: dict[str, list[Change]] = {}
    keys = {key: searched(registry.get(key)) for key in {change.obj.key for change in changes}}
    for change in changes:
        asked = keys[change.obj.key]
        if asked and (change.is_new or change.touches(*asked)):
            by_object.setdefault(change.obj.key, []).append(change)
    for key, found in by_object.items():
        store(registry.get(key), [change.record for change in found], fresh=all(change.is_new for change in found))


def searched(obj: Object) -> tuple[str, ...]:
    """Search fields of an Object's whole family."""
    family = (obj.base, *registry.family(obj.base))
    return tuple(dict.fromkeys(key for one in family for key in one.all_search))


def reindex(obj: Object, record_ids: Iterable[int]) -> None:
    """Read the words of these records again; for nouns whose words are kept in other records."""
    store(obj.base, list(obj.base.model._default_manager.filter(pk__in=list(record_ids))), fresh=False)


def rebuild(obj: Object) -> int:
    """Read the words of every record of an Object again, chunk by chunk; returns how many records were read."""
    last, count = 0, 0
    while chunk := list(obj.base.model._default_manager.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        with transaction.atomic():
            store(obj.base, chunk, fresh=False)
        last, count = chunk[-1].pk, count + len(chunk)
    return count


def store(obj: Object, records: Sequence[Any], *, fresh: bool) -> None:
    """Write the words of records; `fresh` ones have none yet."""
    # Nothing can point at a record that is just being made.
    extra = obj.also_found_by([record.pk for record in records]) if obj.also_found_by and not fresh else {}
    spell = Spelling(obj)
    entries = [entry for record in records for entry in spell(record, extra.get(record.pk, ()))]
    if not fresh:
        for start in range(0, len(records), 500):
            ids = [record.pk for record in records[start : start + 500]]
            SearchWord.objects.filter(object=obj.key, record_id__in=ids).delete()
    # In the order of the index: neighbours then share a page, which is read and written once for a batch.
    entries.sort(key=itemgetter(3, 2))
    rows.insert_values(SearchWord, ("object", "record_id", "word", "weight", "personal"), entries)
    learn({word for _object, _record, word, _weight, _personal in entries})


def misspelt(obj: Object, records: Sequence[Any]) -> list[int]:
    """Those of these records whose words are not the ones that stand in the index."""
    ids = [record.pk for record in records]
    extra = obj.also_found_by(ids) if obj.also_found_by else {}
    spell = Spelling(obj)
    stands: dict[int, set[tuple[object, ...]]] = {pk: set() for pk in ids}
    for start in range(0, len(ids), 500):
        kept = SearchWord.objects.filter(object=obj.key, record_id__in=ids[start : start + 500])
        for pk, *word in kept.values_list("record_id", "word", "weight", "personal"):
            stands[pk].add(tuple(word))
    wanted = ((record.pk, {entry[2:] for entry in spell(record, extra.get(record.pk, ()))}) for record in records)
    return [pk for pk, those in wanted if those != stands[pk]]


@derived.provider
def _proofs() -> Iterator[Derived]:
    for obj in registry.all():
        if obj.base is obj and searched(obj):
            yield Derived(f"words of {obj.key}", partial(_all_misspelt, obj), partial(reindex, obj), nightly=False)


def _all_misspelt(obj: Object) -> list[int]:
    found: list[int] = []
    last = 0
    while chunk := list(obj.model._default_manager.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        found += misspelt(obj, chunk)
        last = chunk[-1].pk
    return found


def entries_of(obj: Object, record: Any, extra: Iterable[str]) -> list[Entry]:
    """The rows of one record: each word once, with its best weight, personal only when every source of it is."""
    return Spelling(obj)(record, extra)


class Spelling:
    """`entries_of` for many records of a family: which fields count, and how much, is found out once."""

    def __init__(self, obj: Object) -> None:
        self.obj = obj
        self.family = [(one, tuple(one.where.items())) for one in registry.family(obj) if one.where]
        self.sources: dict[str, list[tuple[Any, int, bool, bool]]] = {}

    def __call__(self, record: Any, extra: Iterable[str]) -> list[Entry]:
        concrete = self._concrete(record)
        best: dict[str, tuple[int, bool]] = {}
        for field, weight, personal, is_name in self.sources.get(concrete.key) or self._sources(concrete):
            text = field.read(record)
            for word in words.of_field(field, text, is_name=is_name) if text else ():
                _keep(best, word, weight, personal)
        for text in extra:
            for word in (*words.spellings(text), *words.runs_of_digits(text)):
                _keep(best, word, 1, True)
        key, pk = self.obj.key, record.pk
        return [(key, pk, word, weight, personal) for word, (weight, personal) in best.items()]

    def _concrete(self, record: Any) -> Object:
        for one, where in self.family:
            if all(getattr(record, key) == value for key, value in where):
                return one
        return self.obj

    def _sources(self, concrete: Object) -> list[tuple[Any, int, bool, bool]]:
        keys = concrete.all_search if concrete.search else self.obj.all_search
        found = []
        for place, key in enumerate(keys):
            field, is_name = self.obj.field(key), key == self.obj.name
            if field.sensitivity not in {"sensitive", "secret"}:
                found.append((field, 3 if is_name else 2 if place < 2 else 1, field.sensitivity == "personal", is_name))
        self.sources[concrete.key] = found
        return found


def _keep(best: dict[str, tuple[int, bool]], word: str, weight: int, personal: bool) -> None:
    known = best.get(word)
    best[word] = (weight, personal) if known is None else (max(weight, known[0]), personal and known[1])


def learn(found: set[str]) -> None:
    """Add new words to the vocabulary, with their misspellings."""
    plain = sorted(word for word in found if len(word) in CORRECTABLE and word.isalpha())
    for start in range(0, len(plain), 500):
        chunk = plain[start : start + 500]
        with connection.cursor() as cursor:
            vocabulary, misspelling = Vocabulary._meta.db_table, Misspelling._meta.db_table
            marks = ", ".join(["%s"] * len(chunk))
            cursor.execute(f"SELECT word FROM {vocabulary} WHERE word IN ({marks})", chunk)  # as below
            new = set(chunk) - {row[0] for row in cursor.fetchall()}
            if not new:
                continue
            cursor.executemany(
                f"INSERT INTO {vocabulary} (word) VALUES (%s) ON CONFLICT DO NOTHING", [(word,) for word in sorted(new)]
            )  # identifiers of the models
            pairs = [(spelling, word) for word in sorted(new) for spelling in deletions(word)]
            cursor.executemany(
                f"INSERT INTO {misspelling} (spelling, word) VALUES (%s, %s) ON CONFLICT DO NOTHING", pairs
            )  # identifiers of the models
