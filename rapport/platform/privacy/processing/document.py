"""The whole record of processing, for a page, for programs, and as one file for an authority."""

from __future__ import annotations

from html import escape
from typing import Any

from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform import house
from rapport.platform.access import Actor
from rapport.platform.access.keepers import require_privacy
from rapport.platform.privacy.processing.activity import PROCESSING_ACTIVITY, TEXTS, ProcessingActivity
from rapport.platform.privacy.processing.tables import tables


def content(actor: Actor) -> dict[str, Any]:
    """{house, made_at, entries: [{part, name, texts}], tables: [{key, label, head, rows}]}."""
    require_privacy(actor)
    rows = ProcessingActivity.objects.filter(archived_at=None).order_by("-part", "position", "name")
    entries = sorted(rows, key=lambda one: one.part != "controller")
    return {
        "house": house.name(),
        "made_at": now().isoformat(),
        "entries": [_entry(one) for one in entries],
        "tables": [
            {"key": one.key, "label": one.label, "head": list(one.head), "rows": [list(row) for row in one.rows]}
            for one in tables()
        ],
    }


def _entry(one: ProcessingActivity) -> dict[str, Any]:
    texts = [(str(PROCESSING_ACTIVITY.field(key).label), getattr(one, key)) for key in ("contact", *TEXTS)]
    return {
        "id": str(one.uid),
        "part": one.part,
        "name": one.name,
        "texts": [{"label": label, "text": text} for label, text in texts if text],
    }


def readable(told: dict[str, Any], actor: Actor) -> str:
    """A page that needs nothing but a browser; every value escaped."""
    title = _("Record of processing")
    parts = [f"<h1>{escape(title)}</h1><p>{escape(told['house'])} · {escape(told['made_at'])}</p>"]
    for entry in told["entries"]:
        texts = "".join(f"<dt>{escape(one['label'])}</dt><dd>{escape(one['text'])}</dd>" for one in entry["texts"])
        parts.append(f"<h2>{escape(entry['name'])}</h2><dl>{texts}</dl>")
    for one in told["tables"]:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in one["head"])
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in one["rows"])
        parts.append(f"<h2>{escape(one['label'])}</h2><table><tr>{head}</tr>{body}</table>")
    style = "body{font:15px/1.5 sans-serif;max-width:70rem;margin:2rem auto}dd{white-space:pre-wrap}"
    style += "th,td{text-align:left;padding:.2rem 1rem .2rem 0;vertical-align:top}"
    language = escape(actor.culture.language)
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>'
    return f"{head}<style>{style}</style><body>{''.join(parts)}</body></html>"
