"""GET /changes: what happened, for programs that keep a copy. Follow `next` for ever."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.access import readable
from rapport.platform.api import about, outgoing, stories
from rapport.platform.api.problems import Problem
from rapport.platform.audit import watch
from rapport.platform.events import feed
from rapport.platform.events.cursor import BEGINNING, Position
from rapport.platform.labels import names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.api.door import Call
    from rapport.platform.labels import Names

LATEST = "latest"


def changes(call: Call) -> HttpResponse:
    """Events of every readable Object in one lasting order, each once, as far as their records may be read now.

    A record that was the caller's to read and no longer is comes as `gone`, without an Event.
    """
    wanted = about.wanted_objects(call) or [obj.key for obj in about.objects(call.actor)]
    asked = call.given.get("after", "")
    if asked == LATEST:
        return outgoing.answer({"items": [], "next": _sealed(feed.latest()), "more": False})
    try:
        page = feed.read(call.actor, _opened(asked), wanted, call.given.get("limit", 100))
    except feed.Ahead as error:
        raise Problem(410, _("This place lies beyond what is known here; read everything anew.")) from error
    seen = {key: readable(call.actor, registry.get(key)) for key in {one.event.object for one in page.changes}}
    refs = [ref for one in page.changes for ref in stories.refs(seen[one.event.object], one.event, one.changes)]
    known = names(call.actor, refs)
    for one in page.changes:
        obj = registry.get(one.event.object)
        watch.told(call.actor, obj, one.event.record_id, seen[one.event.object], one.changes)
    items = [_item(one, seen[one.event.object], known) for one in page.changes]
    return outgoing.answer({"items": items, "next": _sealed(page.after), "more": page.more})


def _item(one: feed.Change, seen: dict[str, Any], known: Names) -> dict[str, Any]:
    event = one.event
    if one.link is None:
        return {"object": event.object, "id": str(event.record_uid), "label": "", "gone": True, "event": None}
    return {
        "object": one.link.object,
        "id": one.link.uid,
        "label": one.link.label,
        "gone": False,
        "event": stories.told(event, one.changes, seen, known),
    }


# --- the cursor -------------------------------------------------------------------------------------------------------
# Not signed: it opens nothing, and it must outlive a change of the house's secret key.


def _sealed(place: Position) -> str:
    return base64.urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode().rstrip("=")


def _opened(text: str) -> Position:
    """The place in a cursor, the beginning for none. Raises Problem 400."""
    if not text:
        return BEGINNING
    try:
        first, _dot, second = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)).decode().partition(".")
        if first.isdecimal() and second.isdecimal() and len(first) < 19 and len(second) < 19:
            return int(first), int(second)
    except (ValueError, binascii.Error, UnicodeError):
        pass
    message = _("This is no place in the feed; use `next` of an earlier answer.")
    raise Problem(400, message, errors=[{"parameter": "after", "message": message}])
