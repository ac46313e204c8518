"""What somebody else changed meanwhile: kept in other fields, offered with both values in the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rapport.platform.fields import Field
from rapport.platform.objects import Object
from rapport.platform.views import cells
from rapport.platform.views.fields import raw_text
from rapport.platform.views.http import Request, render

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpResponse

    from rapport.ui.shapes import ConflictField


def was_of(obj: Object, sent: Mapping[str, Any]) -> dict[str, Any] | None:
    """The plain values the form was made from, as it sends them back; None when it does not."""
    try:
        found = json.loads(str(sent.get("was") or ""))
    except (ValueError, RecursionError):
        return None
    return {key: plain for key, plain in found.items() if key in obj.fields} if isinstance(found, dict) else None


def three_ways(
    obj: Object, record: Any, values: Mapping[str, Any], was: Mapping[str, Any] | None
) -> tuple[dict[str, Any], list[str]]:
    """(what the sender changed, keys that somebody else changed to something else meanwhile)."""
    changed: dict[str, Any] = {}
    clashes: list[str] = []
    for key, value in values.items():
        one = obj.field(key)
        now, mine = one.plain(one.read(record)), one.plain(value)
        base = was[key] if was is not None and key in was else now
        if mine == base:
            continue
        if now != mine:
            changed[key] = value
        if now not in (base, mine):
            clashes.append(key)
    return changed, clashes


def conflict_page(
    request: Request,
    obj: Object,
    record: Any,
    changed: Mapping[str, Any],
    clashes: Iterable[str],
    was: Mapping[str, Any] | None,
) -> HttpResponse:
    """409: both values of every field changed by both; what else was typed goes along."""
    shown: list[ConflictField] = [
        conflict_field(obj.field(key), changed[key], obj.field(key).read(record), (was or {}).get(key))
        for key in clashes
    ]
    others = {key: raw_text(obj.field(key), value) for key, value in changed.items() if key not in set(clashes)}
    hidden = {**others, "fields": ",".join(changed), "place": request.POST.get("place", "")}
    context = {
        "fields": shown,
        "action": request.get_full_path(),
        "version": record.version,
        "title": obj.title(record),
        "hidden": hidden,
    }
    return render(request, "platform/conflict.html", context, status=409)


def conflict_field(one: Field[Any], mine: Any, theirs: Any, was: Any) -> ConflictField:
    found: ConflictField = {
        "name": one.key,
        "label": str(one.label),
        "mine": cells.text(one, mine),
        "theirs": cells.text(one, theirs),
        "mine_raw": raw_text(one, mine),
        "theirs_raw": raw_text(one, theirs),
    }
    if was not in (None, "", []):
        found["was"] = cells.text(one, one.from_plain(was))
    return found
