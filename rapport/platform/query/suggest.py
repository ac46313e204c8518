"""Values out of the database for the filter bar: names of records, words of tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.base.text import normal_form
from rapport.platform import tagged
from rapport.platform.fields import DateTime
from rapport.platform.query import schema
from rapport.platform.query.ast import Comparison, Path, Query, Sort
from rapport.platform.query.plan import Link, Plan
from rapport.platform.query.run import rows

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

MANY = 8


def records(actor: Actor, obj: Object, typed: str) -> list[Link]:
    """Records the actor may see whose name contains what was typed, those changed last first."""
    name = schema.fields(actor, obj).get(obj.name)
    if name is None or name.family != "text":
        return []
    here = Path((obj.name,), (), name)
    text = normal_form(typed.strip())[:100].replace("\x00", "")
    condition = Comparison(here, "contains", (text,)) if text else None
    changed = schema.fields(actor, obj).get("updated_at")
    sort = (Sort(Path(("updated_at",), (), changed), descending=True),) if isinstance(changed, DateTime) else ()
    page = rows(actor, Plan(Query(obj, condition, sort), (here,), limit=MANY))
    return [Link(obj.key, row.id, row.uid, row.values[0]) for row in page.rows if row.values[0]]


def tag_names(actor: Actor, typed: str) -> list[str]:
    """Tags of records the actor may see that begin with what was typed."""
    return tagged.words(actor, typed.strip(), MANY)
