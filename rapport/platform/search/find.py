"""Answering what somebody types.

Idea: every typed word must be the beginning of a word of the record. Per Object one query: walk the rows of the word
with the fewest (counted up to a limit), names first, keep those whose record has the other words too and whose record
the actor may see, and stop as soon as there are enough to rank. A pair of words is also looked up as one joined word,
because two common words (a first and a family name) are a rare pair. When nothing is found, words one typing mistake
away are tried, and it is said.

Cost: O(limit) rows per Object whatever the size of the base. What is cut off is told (`Found.more`), never hidden.
Rejected: trigram indexes (an extension on PostgreSQL, absent on SQLite), full-text search (no prefixes of several
words, no typing mistakes).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from rapidfuzz.distance import OSA

from rapport.base.text import deletions
from rapport.platform.access import readable, scope_sql
from rapport.platform.culture import current
from rapport.platform.fields import Ref, Reference
from rapport.platform.labels import names
from rapport.platform.objects import registry
from rapport.platform.search.bodies import bodies_of, plain_text
from rapport.platform.search.body_find import CANDIDATES as MOST_BODIES
from rapport.platform.search.body_find import matching, terms
from rapport.platform.search.index import CORRECTABLE, searched
from rapport.platform.search.models import Misspelling, SearchWord, Vocabulary
from rapport.platform.search.snippets import snippet
from rapport.platform.search.words import SHORTEST_DIGITS, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object
    from rapport.platform.search.body_find import Term
    from rapport.platform.search.snippets import Piece

# Rows of the rarest word that are looked at, and candidates that are ranked, per Object.
SCAN, CANDIDATES, MOST_WORDS = 10_000, 60, 6
# What a name weighs, what the first search fields, what the others: looked at in this order.
WEIGHTS = (3, 2, 1)
# (access key, word) -> rows that begin with it
Counts = dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found. `corrected` when a typing mistake had to be assumed; `snippet` where it was its long text."""

    object: str
    id: int
    title: str
    subtitle: str
    icon: str
    url: str
    score: float
    corrected: bool = False
    snippet: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Ranked hits; `more` when others were left out; `instead` the words that were assumed for mistyped ones."""

    hits: list[Hit] = field(default_factory=list)
    more: bool = False
    instead: tuple[str, ...] = ()


def find(actor: Actor, text: str, *, objects: Iterable[str] = (), limit: int = 20) -> Found:
    """Records the actor may see whose words begin with the typed ones, best first. Never raises for any text."""
    typed = _typed(text)
    if not typed:
        return Found()
    wanted = _wanted(actor, objects)
    found = _search(actor, wanted, typed, limit)
    if found.hits:
        return found
    instead = _corrected(actor, wanted, typed)
    return Found() if instead == typed else _search(actor, wanted, instead, limit, corrected=True)


def find_everywhere(actor: Actor, text: str, *, objects: Iterable[str] = (), limit: int = 20) -> Found:
    """As `find`, and after its hits those whose long texts hold the words: one statement more.

    A typing mistake is only assumed where the long texts do not know the word either.
    """
    keys = list(objects)
    looked_for = terms(text)
    chosen = [registry.get(key) for key in keys] or [obj for obj in registry.all() if not obj.of]
    deep = matching(actor, [obj for obj in chosen if actor.may(obj, "read") != "none"], looked_for)
    typed = _typed(text)
    known = bool(deep and typed)
    wanted = _wanted(actor, keys)
    found = _search(actor, wanted, typed, limit) if known else find(actor, text, objects=keys, limit=limit)
    named = {(registry.get(hit.object).base.key, hit.id) for hit in found.hits}
    deeper = _of_bodies(actor, [ref for ref in deep if ref not in named], looked_for)
    # Many names leave half of the room to the texts.
    names = found.hits[: max(limit - len(deeper), (limit + 1) // 2)]
    hits = [*names, *deeper][:limit]
    more = found.more or len(hits) < len(found.hits) + len(deeper) or len(deep) >= MOST_BODIES
    return Found(hits, more, found.instead)


def _of_bodies(actor: Actor, refs: Sequence[tuple[str, int]], looked_for: Sequence[Term]) -> list[Hit]:
    """Hits of long texts in the order of `refs`, each with the words around what was found."""
    hits: dict[tuple[str, int], Hit] = {}
    for key in dict.fromkeys(key for key, _pk in refs):
        obj = registry.get(key)
        shown = readable(actor, obj)
        rows = [(pk, 0.0) for other, pk in refs if other == key]
        records = _records(actor, obj, [pk for pk, _score in rows], whole=True)
        texts = {
            record.pk: "\n\n".join(plain_text(obj, body, record) for body in bodies_of(obj) if body in shown)
            for record in records
        }
        for hit in _hits(actor, obj, rows, (), records=records):
            hits[key, hit.id] = replace(hit, snippet=snippet(texts[hit.id], looked_for))
    return [hits[ref] for ref in refs if ref in hits]


def _typed(text: str) -> tuple[str, ...]:
    """The typed words; a number with blanks or signs in it counts as one run of digits."""
    line = text[:200]
    digits = re.sub(r"\D", "", line)
    if len(digits) >= SHORTEST_DIGITS and re.fullmatch(r"[\d\s()+/.\-]+", line):
        return (digits.removeprefix("00") if line.strip().startswith("00") else digits,)
    return tuple(spellings(line)[:MOST_WORDS])


def _wanted(actor: Actor, keys: Iterable[str]) -> list[Object]:
    chosen = [registry.get(key) for key in keys] or [obj for obj in registry.all() if not obj.of]
    return [obj for obj in chosen if searched(obj) and actor.may(obj, "read") != "none"]


def _search(
    actor: Actor, wanted: Sequence[Object], typed: tuple[str, ...], limit: int, *, corrected: bool = False
) -> Found:
    hits: list[Hit] = []
    more = False
    counts = _counts(wanted, typed)
    for obj in wanted:
        rows, cut = _rows(actor, obj, typed, counts, limit)
        more |= cut
        hits += _hits(actor, obj, rows, typed, corrected=corrected)
    hits.sort(key=lambda hit: (-hit.score, len(hit.title), hit.title, hit.object, hit.id))
    return Found(hits[:limit], more or len(hits) > limit, typed if corrected and hits else ())


def _rows(
    actor: Actor, obj: Object, typed: tuple[str, ...], counts: Counts, limit: int
) -> tuple[list[tuple[int, float]], bool]:
    """(record id, score) of at most CANDIDATES records and whether others were left out; no query where a word has no
    row at all, nor where the first two words as neighbours fill the answer.
    """
    best: dict[int, float] = {}
    alternatives = _alternatives(typed)
    for place, words in enumerate(alternatives):
        if not all(counts.get((obj.access_key, word)) for word in words):
            continue
        if len(best) >= limit:
            return list(best.items()), True
        found = _matching(actor, obj, words, counts)
        for record_id, score in found:
            # A joined pair is an exact neighbour in a name: better than the same words anywhere.
            best[record_id] = max(best.get(record_id, 0), score + (2 if place == 0 and len(alternatives) > 1 else 0))
        if len(found) >= CANDIDATES:
            return list(best.items()), True
    return list(best.items()), False


def _alternatives(typed: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What to look for: the first two words as a neighbouring pair, then all of them anywhere."""
    return [(typed[0] + typed[1], *typed[2:]), typed] if len(typed) > 1 else [typed]


def _matching(actor: Actor, obj: Object, typed: tuple[str, ...], counts: Counts) -> list[tuple[int, float]]:
    """Records that have every word, names first; read in the order of the index until there are enough."""
    table = SearchWord._meta.db_table
    personal = "" if actor.rights.level(obj.access_key, "personal") >= 1 else " AND NOT {alias}.personal"
    first, *rest = sorted(typed, key=lambda word: counts.get((obj.access_key, word), 0))
    reach = scope_sql(actor, obj, "read", "r")
    kind, kind_params = _of_kind(obj)
    others, params = "", []
    for place, word in enumerate(rest, start=1):
        hidden = personal.format(alias=f"o{place}")
        also = (
            f"o{place}.object = %s AND o{place}.record_id = w.record_id AND o{place}.word >= %s AND o{place}.word < %s"
        )
        others += f" AND EXISTS (SELECT 1 FROM {table} o{place} WHERE {also}{hidden})"
        params += [obj.access_key, word, after(word)]
    one = (
        "SELECT * FROM (SELECT w.record_id, w.word, w.weight FROM (SELECT x.record_id, x.word, x.weight "
        f"FROM {table} x WHERE x.object = %s AND x.weight = %s AND x.word >= %s AND x.word < %s"
        f"{personal.format(alias='x')} ORDER BY x.word, x.record_id LIMIT {SCAN}) w "
        f"JOIN {obj.table} r ON r.id = w.record_id "
        f"WHERE r.archived_at IS NULL{kind} AND {reach.sql}{others} LIMIT {CANDIDATES}) s{{weight}}"
    )
    bound = [(obj.access_key, weight, first, after(first), *kind_params, *reach.params, *params) for weight in WEIGHTS]
    best: dict[int, float] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"{' UNION ALL '.join(one.format(weight=weight) for weight in WEIGHTS)} LIMIT {CANDIDATES}",
            [value for params in bound for value in params],
        )
        for record_id, word, weight in cursor.fetchall():
            best[record_id] = max(best.get(record_id, 0), weight + (1.0 if word == first else 0.0))
    return list(best.items())


def _counts(wanted: Sequence[Object], typed: tuple[str, ...]) -> Counts:
    """How many rows of each Object begin with each word, counted no further than matters for choosing the rarest.

    One statement for all of them: most Objects have no row for what was typed, and are left alone then.
    """
    asked = {(obj.access_key, word) for obj in wanted for words in _alternatives(typed) for word in words}
    if not asked:
        return {}
    # The words as rows, so that PostgreSQL plans one look-up instead of one for each Object and word.
    words = ", ".join(["(CAST(%s AS TEXT), CAST(%s AS TEXT), CAST(%s AS TEXT))"] * len(asked))
    weights = f"x.weight IN ({', '.join(map(str, WEIGHTS))})"
    rows = f"SELECT 1 FROM {SearchWord._meta.db_table} x WHERE x.object = k.object AND {weights}"
    within = (
        'x.word >= k.word COLLATE "C" AND x.word < k.upto COLLATE "C"'
        if _is_postgresql()
        else ("x.word >= k.word AND x.word < k.upto")
    )
    count = f"SELECT COUNT(*) FROM ({rows} AND {within} LIMIT 1000) c"
    sql = f"WITH k(object, word, upto) AS (VALUES {words}) SELECT object, word, ({count}) FROM k"
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for key, word in asked for value in (key, word, after(word))])
        return {(row[0], row[1]): int(row[2]) for row in cursor.fetchall()}


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _of_kind(obj: Object) -> tuple[str, list[Any]]:
    """The rows of a family member."""
    names = [cast("Any", obj.model._meta.get_field(key)).column for key in obj.where]
    return "".join(f" AND r.{name} = %s" for name in names), list(obj.where.values())


def after(word: str) -> str:
    """The first text that no longer begins with `word`."""
    return word[:-1] + chr(min(ord(word[-1]) + 1, 0x10FFFF))


def _records(actor: Actor, obj: Object, ids: Iterable[int], *, whole: bool = False) -> list[Any]:
    """The records with what their titles and subtitles are made of, and no more unless asked; two of a hundred columns
    are what most answers need.
    """
    schema = readable(actor, obj)
    small = {key for one in (obj, *registry.family(obj)) for key in one.subtitle if key in schema}
    found = obj.model._default_manager.filter(pk__in=list(ids))
    if whole:
        return list(found)
    kinds = {key for one in registry.family(obj) for key in one.where}
    inside = {name for key in small | {obj.name} | kinds for name in obj.field(key).attributes}
    return list(found.only(*inside))


def _hits(
    actor: Actor,
    obj: Object,
    rows: Sequence[tuple[int, float]],
    typed: tuple[str, ...],
    *,
    corrected: bool = False,
    records: Sequence[Any] | None = None,
) -> list[Hit]:
    if not rows:
        return []
    scores = dict(rows)
    schema = readable(actor, obj)
    culture = current()
    hits = []
    found = _records(actor, obj, scores) if records is None else records
    known = names(actor, [_ref(schema[key], record) for record in found for key in _pointing(obj, schema)])
    for record in found:
        concrete = obj.concrete(record)
        small = [schema[key] for key in concrete.subtitle or obj.subtitle if key in schema]
        parts = [
            known.text(_ref(one, record)) if isinstance(one, Reference) else one.format(one.read(record), culture)
            for one in small
        ]
        url = f"/{concrete.url}/{record.pk}"
        title = obj.title(record)
        exact = spellings(title) == list(typed)
        score = scores[record.pk] + (3 if exact else 0)
        hits.append(
            Hit(
                concrete.key,
                record.pk,
                title,
                " · ".join(part for part in parts if part),
                concrete.icon,
                url,
                score,
                corrected,
            )
        )
    return hits


def _pointing(obj: Object, schema: Mapping[str, Field[Any]]) -> list[str]:
    """The references of subtitles: what they point at is named only to those who may read that record."""
    keys = {key for one in (obj, *registry.family(obj)) for key in one.subtitle if key in schema}
    return sorted(key for key in keys if isinstance(schema[key], Reference))


def _ref(field: Field[Any], record: Any) -> Ref | None:
    pk = field.read(record)
    return Ref(field.target.key, pk) if isinstance(field, Reference) and pk else None


def _corrected(actor: Actor, wanted: Sequence[Object], typed: tuple[str, ...]) -> tuple[str, ...]:
    """Known words at most one mistake (letter missing, added, changed, swapped) from the typed ones."""
    return tuple(_nearest(actor, wanted, word) for word in typed)


def _nearest(actor: Actor, wanted: Sequence[Object], word: str) -> str:
    """The nearest word of a record the actor may see: one that stands only in hidden records is unknown to them."""
    if len(word) not in CORRECTABLE or not word.isalpha():
        return word
    spelled = [word, *deletions(word)]
    candidates = set(Vocabulary.objects.filter(word__in=spelled).values_list("word", flat=True))
    candidates |= set(Misspelling.objects.filter(spelling__in=spelled).values_list("word", flat=True)[:200])
    near = sorted((OSA.distance(word, known), known) for known in candidates if OSA.distance(word, known) <= 2)
    return next((known for _far, known in near if _is_seen(actor, wanted, known)), word)


def _is_seen(actor: Actor, wanted: Sequence[Object], word: str) -> bool:
    counts = _counts(wanted, (word,))
    return any(counts.get((obj.access_key, word)) and _matching(actor, obj, (word,), counts) for obj in wanted)
