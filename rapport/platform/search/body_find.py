"""Finding records by what stands in their long texts: mails, notes, minutes.

One statement for all Objects: the newest SCAN texts that hold every word, then, per Object, those of records the actor
may read. Every word counts by its beginning (short ones as a whole); words in quotation marks must stand side by side.
The class of a text is asked with the match itself, so that a text one may not read takes no place among the newest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from rapport.base import text
from rapport.platform.access import scope_sql
from rapport.platform.access.scope import NO
from rapport.platform.fields import DateTime
from rapport.platform.labels import column
from rapport.platform.search.bodies import CLASSES, bodies_of
from rapport.platform.search.body_models import FTS, Body
from rapport.platform.search.words import spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

# Matching texts that are looked at, and records that are shown at most, newest first.
SCAN, CANDIDATES, MOST_WORDS = 20_000, 40, 8
# Shorter words are looked for as they stand: nearly every text has a word that begins with "i".
SHORTEST_BEGINNING = 3
_QUOTED = re.compile(r"[\"“”„«»]([^\"“”„«»]*)[\"“”„«»]")


class Term(NamedTuple):
    """A word, or words that stand side by side."""

    words: tuple[str, ...]

    @property
    def is_phrase(self) -> bool:
        return len(self.words) > 1

    @property
    def is_beginning(self) -> bool:
        return not self.is_phrase and len(self.words[0]) >= SHORTEST_BEGINNING


def terms(typed: str) -> list[Term]:
    """What is looked for; nothing where the longest word has fewer than three letters."""
    line = typed[:200]
    quoted = [_spelled(found[1]) for found in _QUOTED.finditer(line)]
    alone = [(word,) for word in _spelled(_QUOTED.sub(" ", line))]
    found = [Term(words) for words in dict.fromkeys([*quoted, *alone]) if words][:MOST_WORDS]
    return found if any(len(word) >= SHORTEST_BEGINNING for term in found for word in term.words) else []


def _spelled(line: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for word in text.words(line)[:MOST_WORDS] if (found := spelling(word))))


def matching(actor: Actor, wanted: Sequence[Object], looked_for: Sequence[Term]) -> list[tuple[str, int]]:
    """(base Object key, record id), newest first, of at most CANDIDATES records whose long texts hold every term."""
    ways = [way for obj in _bases(wanted) if (way := _of_object(actor, obj, wanted)) is not None]
    if not ways or not looked_for:
        return []
    table = Body._meta.db_table
    classes = " OR ".join(
        f"(b.object = %s AND b.sensitivity IN ({', '.join(['%s'] * len(way.classes))}))" for way in ways
    )
    if connection.vendor == "postgresql":
        source, query = f"{table} b WHERE b.words @@ CAST(%s AS tsquery)", _tsquery(looked_for)
    else:
        source, query = f"{FTS} f JOIN {table} b ON b.id = f.rowid WHERE f.words MATCH %s", _fts5(looked_for)
    newest = "f.rowid" if connection.vendor == "sqlite" else "b.id"
    found = f"SELECT b.object, b.record_id FROM {source} AND ({classes}) ORDER BY {newest} DESC LIMIT {SCAN}"
    parts = " UNION ALL ".join(f"SELECT * FROM ({way.sql}) w{place}" for place, way in enumerate(ways))
    params: list[Any] = [query]
    for way in ways:
        params += [way.key, *way.classes]
    for way in ways:
        params += way.params
    sql = f"WITH found AS MATERIALIZED ({found}) SELECT object, id FROM ({parts}) u ORDER BY at DESC, id DESC LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, CANDIDATES])
        return list(dict.fromkeys((row[0], int(row[1])) for row in cursor.fetchall()))


class _Way(NamedTuple):
    key: str
    classes: tuple[str, ...]
    sql: str
    params: tuple[object, ...]


def _bases(wanted: Sequence[Object]) -> Iterable[Object]:
    return {obj.base.key: obj.base for obj in wanted if bodies_of(obj)}.values()


def _of_object(actor: Actor, base: Object, wanted: Sequence[Object]) -> _Way | None:
    """The rows of one Object that the actor reaches, with the moment they are ordered by."""
    classes = tuple(one for one in CLASSES if actor.rights.level(base.access_key, one) >= 1)
    reach = scope_sql(actor, base, "read", "r")
    if reach is NO or not classes:
        return None
    at = base.story.at if base.story and isinstance(base.field(base.story.at), DateTime) else "updated_at"
    kinds = [obj for obj in wanted if obj.base is base]
    kind, kind_params = "", ()
    if kinds and all(obj.of for obj in kinds):
        asked = [[(column(base, key, "r"), value) for key, value in obj.where.items()] for obj in kinds]
        kind = " AND (" + " OR ".join(" AND ".join(f"{name} = %s" for name, _value in one) for one in asked) + ")"
        kind_params = tuple(value for one in asked for _name, value in one)
    sql = (
        f"SELECT m.object AS object, r.id AS id, {column(base, at, 'r')} AS at FROM found m "
        f"JOIN {base.table} r ON r.id = m.record_id "
        f"WHERE m.object = %s AND r.archived_at IS NULL{kind} AND {reach.sql} ORDER BY 3 DESC LIMIT {CANDIDATES}"
    )
    return _Way(base.key, classes, sql, (base.key, *kind_params, *reach.params))


def _tsquery(looked_for: Sequence[Term]) -> str:
    """Words hold letters and digits only, so quoting is all they need."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in term.words) + ")"
        if term.is_phrase
        else f"'{term.words[0]}'{':*' if term.is_beginning else ''}"
        for term in looked_for
    )


def _fts5(looked_for: Sequence[Term]) -> str:
    return " ".join(f'"{" ".join(term.words)}"{"*" if term.is_beginning else ""}' for term in looked_for)
