"""Whether changed records stand on a timeline: what an open page of a record asks before it is drawn anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.base.clock import now
from rapport.platform.access import Fragment, scope_sql
from rapport.platform.labels import quote, where_sql
from rapport.platform.timeline.pieces import Wanted, among, both, even
from rapport.platform.timeline.sources import links, told
from rapport.platform.timeline.subject import subject_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.timeline.subject import Subject


def touches(actor: Actor, record: Any, changed: Mapping[str, Collection[int]]) -> bool:
    """Whether some of the changed records (ids by base Object) are this one or stand in its story. Two queries at most.

    A record counts that leads to this one now; one that did before and no longer does is known by its Event, which the
    actor finds in the story.
    """
    subject = subject_of(actor, record)
    ids = {*subject.members, subject.record_id}
    if not ids.isdisjoint(changed.get(subject.obj.key, ())):
        return True
    parts = list(_parts(actor, subject, changed))
    if not parts:
        return False
    body = " UNION ALL ".join(part.sql for part in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({body})", [value for part in parts for value in part.params])
        return bool(cursor.fetchone()[0])


def _parts(actor: Actor, subject: Subject, changed: Mapping[str, Collection[int]]) -> Iterator[Fragment]:
    wanted = Wanted(limit=1, now=now())
    for obj, story in told(actor, wanted):
        among_them = even(sorted(changed.get(obj.base.key, ())))
        if not among_them:
            continue
        for link in links(obj, story, subject, "t"):
            asked = Fragment(among("t.id", among_them), among_them)
            where = both(asked, where_sql(obj, "t"), scope_sql(actor, obj, "read", "t"), link.there(obj))
            yield Fragment(f"SELECT 1 FROM {quote(obj.table)} t WHERE {where.sql}", where.params)  # noqa: S608  # ours
