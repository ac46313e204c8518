"""Conversations on a timeline: entries that answer one another are told as one, by the latest of them.

`Story.thread` names the reference that gathers them. An entry is left out where a later one of its conversation stands
on the same timeline; how many there are is counted for the entries of the page alone. Both ask the same condition, the
reader's own, so that a message one may not see neither hides another nor is counted.
"""

# ruff: noqa: S608 -- identifiers come from the registry, every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment, readable, scope_sql, visible
from rapport.platform.access.scope import EVERY
from rapport.platform.fields import Date, Reference
from rapport.platform.labels import column, quote, where_sql
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object, Story

# Another entry of the conversation, in the conditions below.
OTHER = "n"


def gathers(actor: Actor, obj: Object, story: Story) -> bool:
    """Whether entries of this Object are told by conversation: it has one, and a moment that says which is last."""
    if not story.thread or not story.done or story.thread not in readable(actor, obj):
        return False
    return isinstance(obj.field(story.thread), Reference) and not isinstance(obj.field(story.done), Date)


def others(actor: Actor, obj: Object, story: Story, links: Sequence[Fragment], kinds: Fragment) -> Fragment:
    """Rows (alias OTHER) that happened, that the actor reads and that stand on this timeline by one of the links."""
    there = Fragment(
        "(" + " OR ".join(f"({link.sql})" for link in links) + ")",
        tuple(value for link in links for value in link.params),
    )
    done = Fragment(f"{column(obj, story.done, OTHER)} IS NOT NULL")
    parts = [there, where_sql(obj, OTHER), scope_sql(actor, obj, "read", OTHER), kinds, done]
    kept = [part for part in parts if part is not EVERY]
    return Fragment(
        " AND ".join(f"({part.sql})" for part in kept), tuple(value for part in kept for value in part.params)
    )


def is_latest(obj: Object, story: Story, rows: Fragment) -> Fragment:
    """Rows (alias t) after which nothing of their conversation follows."""
    here, then = column(obj, story.done, "t"), column(obj, story.done, OTHER)
    mine, same = _thread(obj, story, "t"), _thread(obj, story, OTHER)
    later = f"{then} >= {here} AND ({then} > {here} OR {OTHER}.id > t.id)"
    text = f"SELECT 1 FROM {quote(obj.table)} {OTHER} WHERE {same} = {mine} AND {later} AND {rows.sql}"
    return Fragment(f"{mine} IS NULL OR NOT EXISTS ({text})", rows.params)


def is_in(obj: Object, story: Story, thread: int) -> Fragment:
    """Rows (alias t) of one conversation."""
    return Fragment(f"{_thread(obj, story, 't')} = %s", (thread,))


def number_of(obj: Object, story: Story, source: str, rows: Fragment) -> Fragment:
    """How many entries the conversation of an entry (alias u) has; a WHEN of a CASE."""
    same = _thread(obj, story, OTHER)
    count = f"SELECT COUNT(*) FROM {quote(obj.table)} {OTHER} WHERE {same} = u.thread_id AND {rows.sql}"
    return Fragment(f"WHEN u.source = %s AND u.thread_id IS NOT NULL THEN ({count})", (source, *rows.params))


def thread_column(actor: Actor, obj: Object, story: Story) -> str:
    """The conversation of a row (alias t)."""
    return _thread(obj, story, "t") if gathers(actor, obj, story) else "NULL"


def counted(page: Fragment, numbers: Sequence[Fragment]) -> Fragment:
    """The rows of a page, each with the number of entries in its conversation."""
    if not numbers:
        return page
    cases = " ".join(number.sql for number in numbers)
    text = (
        f"SELECT u.*, CASE {cases} ELSE 1 END AS number FROM ({page.sql}) u "
        "ORDER BY planned DESC, at DESC, source DESC, id DESC"
    )
    return Fragment(text, (*(value for number in numbers for value in number.params), *page.params))


def find(actor: Actor, uid: object) -> int | None:
    """The id of a conversation the actor may read, of whatever Object gathers entries; None where there is none."""
    for obj in registry.all():
        story = obj.story
        if story is not None and gathers(actor, obj, story):
            field: Any = obj.field(story.thread)
            found: int | None = visible(actor, field.target).filter(uid=uid).values_list("pk", flat=True).first()
            if found is not None:
                return found
    return None


def _thread(obj: Object, story: Story, alias: str) -> str:
    return column(obj, story.thread, alias)
