"""A timeline page as JSON, for the API: moments in UTC, kinds as words, records by Object key and local id."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.platform.timeline.entries import Entry, Page


def plain(page: Page) -> dict[str, Any]:
    """{"planned": [...], "past": [...], "next": cursor or null}."""
    return {
        "planned": [_entry(entry) for entry in page.planned],
        "past": [_entry(entry) for entry in page.past],
        "next": page.next or None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "form": entry.form,
        "at": None if entry.at is None else entry.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "kind": entry.kind,
        "object": entry.ref.object,
        "id": entry.ref.id,
        "title": entry.title,
        "text": entry.text,
        "body": entry.body,
        "quoted": entry.quoted,
        "thread": None if entry.thread is None else entry.thread.id,
        "messages": entry.messages,
        "who": entry.who,
        "done": entry.done,
        "of": None if entry.of is None else {"object": entry.of.object, "id": entry.of.id, "label": entry.of_label},
        "changes": [
            {"field": one.field, "label": one.label, "before": one.before, "after": one.after, "who": one.who}
            for one in entry.changes
        ],
        "event": entry.event or None,
    }
