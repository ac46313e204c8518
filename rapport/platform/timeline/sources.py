"""The SQL of a timeline: a limited sub-select per source, glued with UNION ALL, newest first, keyset paging backwards.

Idea: every source is read in the order of its own index and gives at most one page, so the union sorts a few hundred
rows however long the stories are. Sources are
    own      Events of the record itself
    members  Events of the customers rolled up under it, without their mere edits
    paths    Events of records of every Object that belong to those customers (`Object.path`), without mere edits
    stories  records of every Object with `story` that point at the subject, planned ones and past ones apart
Each asks `scope_sql` for its rows. Order: (at, source, id) descending; `source` is constant in a sub-select, so that
the keyset comparison stays a plain range on the index. All values are bound; identifiers come from the registry.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import EVERY, NO, any_of
from rapport.platform.fields import Date, Field, Reference, ReferenceAny, ReferenceMany
from rapport.platform.labels import column, concrete_sql, quote, text_sql, where_sql
from rapport.platform.objects import Object, Story, registry
from rapport.platform.timeline import threads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.timeline.subject import Subject

MOST_PLANNED = 30
# Enough for a mail's own words and the beginning of what it quotes.
BODY = 2_000
EVENT = "event"
_PLAIN_OBJECT = "(e.object || '')"
# Told by the record's own entry, or by the fact that follows.
MERE_EDITS = ("update",)

# What every sub-select gives, in this order: name and type. SQLite needs no types, PostgreSQL wants them equal.
TYPES = {
    "planned": "INTEGER",
    "at": "",
    "source": "TEXT",
    "id": "BIGINT",
    "object": "TEXT",
    "kind_of": "TEXT",
    "record_id": "BIGINT",
    "party_id": "BIGINT",
    "who_id": "BIGINT",
    "kind": "TEXT",
    "title": "TEXT",
    "body": "TEXT",
    "done": "INTEGER",
    "action": "TEXT",
    "surface": "TEXT",
    "reason": "TEXT",
    "changes": "TEXT",
    "thread_id": "BIGINT",
}


@dataclass(frozen=True, slots=True)
class Before:
    """Only entries before this one: (at, source, id) of the last one shown."""

    at: datetime
    source: str
    id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read: how many past entries, before which point, of which kinds (none: all), seen at which moment."""

    limit: int
    now: datetime
    before: Before | None = None
    kinds: frozenset[str] = frozenset()
    # Conversations told by their latest entry; or the entries of one conversation alone.
    together: bool = False
    thread: int | None = None

    def takes(self, *words: str) -> bool:
        return not self.kinds or not self.kinds.isdisjoint(words)


def union(actor: Actor, subject: Subject, wanted: Wanted) -> Fragment:
    """The one statement of a timeline page."""
    parts = [*_events(actor, subject, wanted), *_stories(actor, subject, wanted)]
    if not parts:
        return Fragment("")
    body = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{number}" for number, part in enumerate(parts))
    params = tuple(value for part in parts for value in part.params)
    # Planned ones come along whole; they are few and sorted by the reader of the page.
    text = f"SELECT {', '.join(TYPES)} FROM ({body}) u ORDER BY planned DESC, at DESC, source DESC, id DESC LIMIT %s"
    page = Fragment(text, (*params, wanted.limit + MOST_PLANNED * len(parts)))
    return threads.counted(page, list(_numbers(actor, subject, wanted))) if wanted.together else page


def _numbers(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    for obj, story in _told(actor, wanted):
        if threads.gathers(actor, obj, story):
            rows = _others(actor, obj, story, subject, wanted)
            if rows is not None:
                yield threads.number_of(obj, story, f"record:{obj.key}", rows)


def _others(actor: Actor, obj: Object, story: Story, subject: Subject, wanted: Wanted) -> Fragment | None:
    """Entries that may stand for their conversation on this timeline; None where none can."""
    links = [link.there(obj) for link in _links(obj, story, subject, threads.OTHER)]
    return threads.others(actor, obj, story, links, _of_kinds(obj, story, wanted, threads.OTHER)) if links else None


def _select(**given: str) -> str:
    """The select list of a source; what it has not is NULL. SQLite needs no types, and less text is sooner read."""
    cast = connection.vendor == "postgresql"
    return ", ".join(
        f"CAST({given.get(name, 'NULL')} AS {kind}) AS {name}"
        if kind and cast
        else f"{given.get(name, 'NULL')} AS {name}"
        for name, kind in TYPES.items()
    )


# --- Events ---------------------------------------------------------------------------------------------------------


def _events(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    if not wanted.takes("changes") or wanted.thread is not None:
        return
    own = Fragment("e.object = %s AND e.record_id = %s", (subject.obj.key, subject.record_id))
    yield _event_part(own, wanted)
    if not subject.is_customer:
        return
    scope = scope_sql(actor, subject.obj, "read", "t")
    others = _even(subject.members[1:])
    if others and scope is not NO:
        where = Fragment(f"e.object = %s AND {_in('e.record_id', others)}", (subject.obj.key, *others))
        yield _event_part(_and(where, _facts_only(), _reached(subject.obj, scope)), wanted)
    yield from _path_events(actor, subject, wanted)


def _path_events(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    """Events of records that belong to the customer, of all Objects in one walk over the customer's Events."""
    ways: list[Fragment] = []
    free: list[Object] = []
    for obj in registry.all():
        if obj.of or not obj.path or obj.path == "id" or not _leads_to(obj, subject.obj):
            continue
        scope = scope_sql(actor, obj, "read", "t")
        if scope is EVERY:
            free.append(obj)
        elif scope is not NO:
            ways.append(_and(_of_objects([obj]), _told_by_story([obj]), _reached(obj, scope)))
    if free:
        ways.insert(0, _and(_of_objects(free), _told_by_story(free)))
    if ways:
        members = _even(subject.members)
        theirs = Fragment(_in("e.party_id", members), members)
        yield _event_part(_and(theirs, _facts_only(), any_of(*ways)), wanted)


def _leads_to(obj: Object, customer: Object) -> bool:
    found = obj.fields.get(obj.path)
    return isinstance(found, Reference) and found.target.key == customer.key


def _of_objects(objs: Sequence[Object]) -> Fragment:
    # As an expression: SQLite without statistics would walk every Event of the Object by (object, record_id).
    keys = tuple(obj.key for obj in objs)
    return Fragment(_in(_PLAIN_OBJECT, keys), keys)


def _facts_only() -> Fragment:
    return Fragment(f"NOT {_in('e.action', MERE_EDITS)}", MERE_EDITS)


def _told_by_story(objs: Sequence[Object]) -> Fragment:
    """A record with a story stands on the timeline itself: its creation need not be told again."""
    keys = tuple(obj.key for obj in objs if obj.story or any(member.story for member in registry.family(obj)))
    return Fragment(f"NOT (e.action = 'create' AND {_in('e.object', keys)})", keys) if keys else EVERY


def _reached(obj: Object, scope: Fragment) -> Fragment:
    if scope is EVERY:
        return EVERY
    return Fragment(
        f"EXISTS (SELECT 1 FROM {quote(obj.table)} t WHERE t.id = e.record_id AND {scope.sql})", scope.params
    )


@cache
def _event_select() -> str:
    return _select(
        planned="0",
        at="e.at",
        source=f"'{EVENT}'",
        id="e.id",
        object="e.object",
        kind_of="e.object",
        record_id="e.record_id",
        party_id="e.party_id",
        who_id="e.actor_id",
        kind="e.kind",
        done="0",
        action="e.action",
        surface="e.surface",
        reason="e.reason",
        changes="e.changes",
    )


def _event_part(where: Fragment, wanted: Wanted) -> Fragment:
    keyset = _keyset("e.at", "e.id", EVENT, wanted)
    text = (
        f"SELECT {_event_select()} FROM platform_event e "
        f"WHERE {where.sql} AND {keyset.sql} ORDER BY e.at DESC, e.id DESC LIMIT %s"
    )
    return Fragment(text, (*where.params, *keyset.params, wanted.limit))


# --- records with a story -------------------------------------------------------------------------------------------


def _stories(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    for obj, story in _told(actor, wanted):
        gathered = _gathered(actor, obj, story, subject, wanted)
        for link in _links(obj, story, subject, "t"):
            yield from _of_link(actor, obj, story, link, gathered, wanted)


def _told(actor: Actor, wanted: Wanted) -> Iterator[tuple[Object, Story]]:
    """The Objects of which the actor may read entries, as far as their kinds are asked for."""
    for obj in registry.all():
        story = obj.story
        answers = (kind for kind in wanted.kinds if kind.startswith(f"{obj.key}:"))
        if story is None or not wanted.takes(obj.key, *answers):
            continue
        if scope_sql(actor, obj, "read", "t") is NO or not {story.at, story.title} <= set(readable(actor, obj)):
            continue
        if wanted.thread is None or threads.gathers(actor, obj, story):
            yield obj, story


def _gathered(actor: Actor, obj: Object, story: Story, subject: Subject, wanted: Wanted) -> Fragment:
    """Which entries stand for their conversation, or belong to the one that is asked for."""
    if wanted.thread is not None:
        return threads.is_in(obj, story, wanted.thread)
    if not wanted.together or not threads.gathers(actor, obj, story):
        return EVERY
    rows = _others(actor, obj, story, subject, wanted)
    return EVERY if rows is None else threads.is_latest(obj, story, rows)


@dataclass(frozen=True, slots=True)
class _Link:
    """How rows of an Object lead to the subject: a condition, and a table to join where the way goes over one."""

    where: Fragment
    join: str = ""
    # The same without a join, where there is one.
    inside: Fragment | None = None

    def there(self, obj: Object) -> Fragment:
        """The condition alone."""
        return self.inside or self.where


def _links(obj: Object, story: Story, subject: Subject, alias: str) -> Iterator[_Link]:
    """Customers are reached by the fields `story.party` names, other records by whatever reference points at them."""
    ids = _even(subject.members) or (subject.record_id,)
    kinds = tuple(member.key for member in (subject.obj, *registry.family(subject.obj)))
    fields = [obj.field(key) for key in story.party] if subject.is_customer else [*_pointing(obj, subject.obj)]
    for field in fields:
        if isinstance(field, Reference) and field.target.key == subject.obj.key:
            yield _Link(Fragment(_in(field.columns(obj.model, alias)[0], ids), ids))
        elif isinstance(field, ReferenceAny):
            kind, pointed = field.columns(obj.model, alias)
            yield _Link(Fragment(f"{_in(kind, kinds)} AND {_in(pointed, ids)}", (*kinds, *ids)))
        elif isinstance(field, ReferenceMany) and field.target.key == subject.obj.key:
            through, here, there = field.link
            table, mine, theirs = quote(through._meta.db_table), f"l.{quote(here)}", f"l.{quote(there)}"
            inside = f"EXISTS (SELECT 1 FROM {table} l WHERE {mine} = {alias}.id AND {_in(theirs, ids)})"
            where = Fragment(_in(theirs, ids), ids)
            yield _Link(where, f"JOIN {table} l ON {mine} = {alias}.id", Fragment(inside, ids))


def _pointing(obj: Object, target: Object) -> Iterator[Field[Any]]:
    """References that say what a record is about; not who owns it or wrote it."""
    label = target.model._meta.label
    for field in obj.fields.values():
        if isinstance(field, Reference):
            leads = field.panel and field.timeline and field.to == label
        elif isinstance(field, ReferenceAny):
            leads = field.panel and (not field.to or target.key in {registry.get(key).base.key for key in field.to})
        else:
            leads = isinstance(field, ReferenceMany) and field.to == label
        if leads:
            yield field


def _of_link(
    actor: Actor, obj: Object, story: Story, link: _Link, gathered: Fragment, wanted: Wanted
) -> Iterator[Fragment]:
    """Planned entries (first page only) and past ones of one Object over one link."""
    scope = scope_sql(actor, obj, "read", "t")
    at, now = _moment(obj, story.at), _bound(wanted.now)
    done = _moment(obj, story.done) if story.done else ""
    where = _and(link.where, where_sql(obj, "t"), scope, _of_kinds(obj, story, wanted, "t"))
    if wanted.before is None and wanted.thread is None:
        still = Fragment(f"{done} IS NULL") if done else Fragment(f"{at} > %s", (now,))
        soonest = Fragment(f"ORDER BY CASE WHEN {at} IS NULL THEN 1 ELSE 0 END, {at}, t.id LIMIT %s", (MOST_PLANNED,))
        yield _story_part(actor, obj, story, link, _and(where, still), planned=1, at=at, order=soonest)
    over = Fragment(f"{done} IS NOT NULL") if done else Fragment(f"{at} <= %s", (now,))
    moment = done or at
    keyset = _keyset(moment, "t.id", f"record:{obj.key}", wanted)
    newest = Fragment(f"ORDER BY {moment} DESC, t.id DESC LIMIT %s", (wanted.limit,))
    yield _story_part(actor, obj, story, link, _and(where, gathered, over, keyset), planned=0, at=moment, order=newest)


def _story_part(
    actor: Actor, obj: Object, story: Story, link: _Link, where: Fragment, *, planned: int, at: str, order: Fragment
) -> Fragment:
    shown = readable(actor, obj)
    has_kind = story.kind in shown
    word = "" if story.kind in obj.fields else story.kind or obj.key
    parties = (obj.field(key) for key in story.party)
    party = next((one.columns(obj.model, "t")[0] for one in parties if isinstance(one, Reference)), "NULL")
    kind_of = concrete_sql(obj, "t")
    select = _select(
        planned=str(planned),
        at=at,
        source="%s",
        id="t.id",
        object="%s",
        kind_of=kind_of.sql,
        record_id="t.id",
        party_id=party,
        who_id=f"COALESCE({column(obj, 'owner', 't')}, {column(obj, 'created_by', 't')})",
        kind=text_sql(obj, shown[story.kind], "t") if has_kind else "%s",
        title=text_sql(obj, shown[story.title], "t"),
        body=f"SUBSTR({text_sql(obj, shown[story.body], 't')}, 1, {BODY})" if story.body in shown else "NULL",
        done=str(1 - planned),
        thread_id=threads.thread_column(actor, obj, story),
    )
    given = (f"record:{obj.key}", obj.base.key, *kind_of.params, *(() if has_kind else (word,)))
    text = f"SELECT {select} FROM {quote(obj.table)} t {link.join} WHERE {where.sql} {order.sql}"
    return Fragment(text, (*given, *where.params, *order.params))


def _of_kinds(obj: Object, story: Story, wanted: Wanted, alias: str) -> Fragment:
    """Only the asked answers of the kind field, where some are asked and the whole Object is not."""
    answers = tuple(kind.partition(":")[2] for kind in sorted(wanted.kinds) if kind.startswith(f"{obj.key}:"))
    if not answers or obj.key in wanted.kinds or story.kind not in obj.fields:
        return EVERY
    return Fragment(_in(obj.field(story.kind).columns(obj.model, alias)[0], answers), answers)


# --- pieces ---------------------------------------------------------------------------------------------------------


def _moment(obj: Object, key: str) -> str:
    """A date or moment field as a moment; a day counts from its first minute."""
    name = obj.field(key).columns(obj.model, "t")[0]
    if not isinstance(obj.field(key), Date):
        return name
    return (
        f"({name}::timestamp AT TIME ZONE 'UTC')" if connection.vendor == "postgresql" else f"({name} || ' 00:00:00')"
    )


def _keyset(at: str, pk: str, source: str, wanted: Wanted) -> Fragment:
    """Entries after the cursor in the order (at, source, id) descending."""
    before = wanted.before
    if before is None:
        return EVERY
    moment = _bound(before.at)
    if source == before.source:
        return Fragment(f"({at} < %s OR ({at} = %s AND {pk} < %s))", (moment, moment, before.id))
    return Fragment(f"{at} <= %s" if source < before.source else f"{at} < %s", (moment,))


def _bound(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _in(name: str, values: Sequence[Any]) -> str:
    return f"{name} IN ({', '.join(['%s'] * len(values))})" if values else "1 = 0"


def _even(ids: Sequence[int]) -> tuple[int, ...]:
    """The ids, the last one repeated up to the next power of two: so the statement has one of a few texts only, and
    the driver remembers it prepared.
    """
    most = 1 << max(len(ids) - 1, 0).bit_length()
    return (*ids, *ids[-1:] * (most - len(ids)))


def _and(*fragments: Fragment) -> Fragment:
    kept = [part for part in fragments if part is not EVERY] or [EVERY]
    return Fragment(
        " AND ".join(f"({part.sql})" for part in kept), tuple(value for part in kept for value in part.params)
    )
