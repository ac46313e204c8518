"""Events of saved views that others see too. What somebody keeps for themselves alone is nobody's business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.platform.events import setup
from rapport.platform.objects import registry
from rapport.platform.saved_views.models import AUDIENCES, SavedView
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.access import Actor

TOLD = ("object", "label", "audience", "query", "sort", "columns", "layout", "group")


def tell(actor: Actor, kind: str, before: SavedView | None, after: SavedView | None) -> None:
    """Leave an Event when the view was or is seen by others."""
    if not any(view is not None and _is_common(view) for view in (before, after)):
        return
    changes = {}
    for key in TOLD:
        pair = (getattr(before, key, None), getattr(after, key, None))
        if (pair[0] or None) != (pair[1] or None):
            changes[key] = pair
    view = after or before
    if view is not None and view.pk:
        setup.append(actor, PART, view.pk, kind, changes)


def _is_common(view: SavedView) -> bool:
    return view.audience != "own" or view.link is not None


def _heading(key: str) -> str:
    words = {
        "object": _("Of"),
        "label": _("Name"),
        "audience": _("Seen by"),
        "query": _("Filter"),
        "sort": _("Order"),
        "columns": _("Columns"),
        "layout": _("Shape"),
        "group": _("Which"),
    }
    return words.get(key, key)


def _words(key: str, value: Any) -> str:
    if key == "object" and value and registry.has(value):
        return str(registry.get(value).plural)
    if key == "audience" and value:
        return str(dict(AUDIENCES).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    return str(value) if value else "–"


def _names(numbers: Iterable[int]) -> dict[int, str]:
    rows = SavedView.objects.filter(pk__in=list(numbers))
    return {view.pk: view.label if _is_common(view) else "–" for view in rows}


PART = setup.register(
    setup.Part(
        key="saved_view",
        label=gettext_lazy("Saved view"),
        plural=gettext_lazy("Saved views"),
        kinds={
            "created": "A view was kept for a team or for everybody.",
            "changed": "A view that others see got another filter, name or audience.",
            "deleted": "A view that others saw was taken away.",
            "shared": "A view got an address that opens it for others.",
            "unshared": "The address of a view ended.",
        },
        names=_names,
        heading=_heading,
        words=_words,
    )
)
