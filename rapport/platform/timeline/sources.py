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
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment, readable, scope_sql
from rapport.platform.access.scope import EVERY, NO
from rapport.platform.fields import Field, Reference, ReferenceAny, ReferenceMany
from rapport.platform.labels import column, concrete_sql, quote, text_sql, where_sql
from rapport.platform.objects import Object, Story, registry
from rapport.platform.timeline import threads
from rapport.platform.timeline.facts import EVENT, events
from rapport.platform.timeline.pieces import TYPES, Before, Wanted, among, beyond, both, bound, even, moment_sql, select

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.timeline.subject import Subject

MOST_PLANNED = 30
BODY = 2_000


def union(actor: Actor, subject: Subject, wanted: Wanted) -> Fragment:
    """The one statement of a timeline page."""
    parts = [*events(actor, subject, wanted), *_stories(actor, subject, wanted)]
    if not parts:
        return Fragment("")
    body = " UNION ALL ".join(f"SELECT * FROM ({part.sql}) s{number}" for number, part in enumerate(parts))
    params = tuple(value for part in parts for value in part.params)
    # Planned ones come along whole; they are few and sorted by the reader of the page.
    text = f"SELECT {', '.join(TYPES)} FROM ({body}) u ORDER BY planned DESC, at DESC, source DESC, id DESC LIMIT %s"
    page = Fragment(text, (*params, wanted.limit + MOST_PLANNED * len(parts)))
    return threads.counted(page, list(_numbers(actor, subject, wanted))) if wanted.together else page


def _numbers(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    for obj, story in told(actor, wanted):
        if threads.gathers(actor, obj, story):
            rows = _others(actor, obj, story, subject, wanted)
            if rows is not None:
                yield threads.number_of(obj, story, f"record:{obj.key}", rows)


def _others(actor: Actor, obj: Object, story: Story, subject: Subject, wanted: Wanted) -> Fragment | None:
    """Entries that may stand for their conversation on this timeline; None where none can."""
    ways = [link.there(obj) for link in links(obj, story, subject, threads.OTHER)]
    return threads.others(actor, obj, story, ways, _of_kinds(obj, story, wanted, threads.OTHER)) if ways else None


# --- records with a story -------------------------------------------------------------------------------------------


def _stories(actor: Actor, subject: Subject, wanted: Wanted) -> Iterator[Fragment]:
    for obj, story in told(actor, wanted):
        gathered = _gathered(actor, obj, story, subject, wanted)
        for link in links(obj, story, subject, "t"):
            yield from _of_link(actor, obj, story, link, gathered, wanted)


def told(actor: Actor, wanted: Wanted) -> Iterator[tuple[Object, Story]]:
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
class Link:
    """How rows of an Object lead to the subject: a condition, and a table to join where the way goes over one."""

    where: Fragment
    join: str = ""
    # The same without a join, where there is one.
    inside: Fragment | None = None

    def there(self, obj: Object) -> Fragment:
        """The condition alone."""
        return self.inside or self.where


def links(obj: Object, story: Story, subject: Subject, alias: str) -> Iterator[Link]:
    """Customers are reached by the fields `story.party` names, other records by whatever reference points at them."""
    ids = even(subject.members) or (subject.record_id,)
    kinds = tuple(member.key for member in (subject.obj, *registry.family(subject.obj)))
    fields = [obj.field(key) for key in story.party] if subject.is_customer else [*_pointing(obj, subject.obj)]
    for field in fields:
        if isinstance(field, Reference) and field.target.key == subject.obj.key:
            yield Link(Fragment(among(field.columns(obj.model, alias)[0], ids), ids))
        elif isinstance(field, ReferenceAny):
            kind, pointed = field.columns(obj.model, alias)
            yield Link(Fragment(f"{among(kind, kinds)} AND {among(pointed, ids)}", (*kinds, *ids)))
        elif isinstance(field, ReferenceMany) and field.target.key == subject.obj.key:
            here, there = field.link_ends
            table, mine, theirs = field.link_source, f"l.{quote(here)}", f"l.{quote(there)}"
            inside = f"EXISTS (SELECT 1 FROM {table} l WHERE {mine} = {alias}.id AND {among(theirs, ids)})"
            where = Fragment(among(theirs, ids), ids)
            yield Link(where, f"JOIN {table} l ON {mine} = {alias}.id", Fragment(inside, ids))


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
    actor: Actor, obj: Object, story: Story, link: Link, gathered: Fragment, wanted: Wanted
) -> Iterator[Fragment]:
    """Planned entries (first page only) and past ones of one Object over one link."""
    scope = scope_sql(actor, obj, "read", "t")
    at, now = moment_sql(obj, story.at), bound(wanted.now)
    done = moment_sql(obj, story.done) if story.done else ""
    where = both(link.where, where_sql(obj, "t"), scope, _of_kinds(obj, story, wanted, "t"))
    if wanted.before is None and wanted.thread is None:
        still = Fragment(f"{done} IS NULL") if done else Fragment(f"{at} > %s", (now,))
        soonest = Fragment(f"ORDER BY CASE WHEN {at} IS NULL THEN 1 ELSE 0 END, {at}, t.id LIMIT %s", (MOST_PLANNED,))
        yield _story_part(actor, obj, story, link, both(where, still), planned=1, at=at, order=soonest)
    over = Fragment(f"{done} IS NOT NULL") if done else Fragment(f"{at} <= %s", (now,))
    moment = done or at
    keyset = beyond(moment, "t.id", f"record:{obj.key}", wanted)
    newest = Fragment(f"ORDER BY {moment} DESC, t.id DESC LIMIT %s", (wanted.limit,))
    yield _story_part(actor, obj, story, link, both(where, gathered, over, keyset), planned=0, at=moment, order=newest)


def _story_part(
    actor: Actor, obj: Object, story: Story, link: Link, where: Fragment, *, planned: int, at: str, order: Fragment
) -> Fragment:
    shown = readable(actor, obj)
    has_kind = story.kind in shown
    word = "" if story.kind in obj.fields else story.kind or obj.key
    parties = (obj.field(key) for key in story.party)
    party = next((one.columns(obj.model, "t")[0] for one in parties if isinstance(one, Reference)), "NULL")
    kind_of = concrete_sql(obj, "t")
    columns = select(
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
    text = f"SELECT {columns} FROM {quote(obj.table)} t {link.join} WHERE {where.sql} {order.sql}"
    return Fragment(text, (*given, *where.params, *order.params))


def _of_kinds(obj: Object, story: Story, wanted: Wanted, alias: str) -> Fragment:
    """Only the asked answers of the kind field, where some are asked and the whole Object is not."""
    answers = tuple(kind.partition(":")[2] for kind in sorted(wanted.kinds) if kind.startswith(f"{obj.key}:"))
    if not answers or obj.key in wanted.kinds or story.kind not in obj.fields:
        return EVERY
    return Fragment(among(obj.field(story.kind).columns(obj.model, alias)[0], answers), answers)


__all__ = ["EVENT", "Before", "Wanted", "union"]
