"""Mentions: `@Mara Lind` or `@mara.lind@helianth.example` in any long text of any record names a colleague.

A name is matched as it is written in the house, the longest first; a name that two colleagues share names neither, so
the proposals insert the address instead. Text stays text: nothing is stored beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from django.utils.html import strip_tags

from rapport.base.text import clean_line
from rapport.platform.access import visible
from rapport.platform.accounts.models import User
from rapport.platform.fields import LongText, RichText
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object

MOST = 8
# An "@" that begins a word: not the one within an address.
BEGINS = re.compile(r"(?<![\w.])@(?=\w)")


def named(obj: Object, changes: Mapping[str, list[Any]]) -> dict[str, set[int]]:
    """{field: users named in its new text and not in its old one}; one query, none without an "@"."""
    texts = {
        key: [strip_tags(str(text or "")) for text in pair]
        for key, pair in changes.items()
        if _is_long(obj.fields.get(key)) and len(pair) == 2 and "@" in str(pair[1] or "")
    }
    if not texts:
        return {}
    known = _known()
    found = {key: _in(after, known) - _in(before, known) for key, (before, after) in texts.items()}
    return {key: users for key, users in found.items() if users}


def _is_long(field: Field[Any] | None) -> bool:
    return isinstance(field, LongText | RichText)


def _known() -> dict[str, int]:
    """Names and addresses of who may sign in, in lower case; shared names left out, the longest first."""
    rows = list(
        User.objects.filter(is_active=True, archived_at=None).exclude(email=None).values_list("pk", "name", "email")
    )
    shared = {name for name, times in Counter(name.lower() for _pk, name, _email in rows).items() if times > 1}
    found = {name.lower(): pk for pk, name, _email in rows if name.lower() not in shared}
    found |= {str(email).lower(): pk for pk, _name, email in rows}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _in(text: str, known: Mapping[str, int]) -> set[int]:
    lower = " ".join(text.lower().split())
    found = set()
    for match in BEGINS.finditer(lower):
        rest = lower[match.end() :]
        name = next(
            (one for one in known if rest.startswith(one) and not rest[len(one) : len(one) + 1].isalnum()), None
        )
        if name is not None:
            found.add(known[name])
    return found


def proposals(actor: Actor, text: str) -> list[dict[str, str]]:
    """Colleagues whose name or address has a word that begins so: what is shown and what is inserted; one query."""
    wanted = clean_line(text, 60).lower()
    rows = visible(actor, registry.get("user")).filter(is_active=True, archived_at=None).exclude(email=None)
    people = list(rows.order_by("name").values_list("name", "email")[:2_000])
    times = Counter(name.lower() for name, _email in people)
    fitting = [(name, email) for name, email in people if _begins(name, str(email), wanted)]
    return [
        {"insert": str(email) if times[name.lower()] > 1 else name, "label": name, "note": str(email)}
        for name, email in fitting[:MOST]
    ]


def _begins(name: str, email: str, wanted: str) -> bool:
    name = name.lower()
    return not wanted or email.lower().startswith(wanted) or f" {name}".find(f" {wanted}") >= 0
