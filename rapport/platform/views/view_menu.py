"""Tabs and menus of lists and boards: which view, how it is kept, what can be taken out or brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from rapport.platform import saved_views
from rapport.platform.layouts import may_arrange
from rapport.platform.views import arrangement, view_tabs
from rapport.platform.views.addresses import list_url, with_query
from rapport.platform.views.state import layout_of
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.views.http import Request
    from rapport.platform.views.state import State
    from rapport.ui.shapes import Link, MenuItem


def tabs(state: State) -> list[Link]:
    """One per pinned view, and the one that is open; a board opens its views as boards."""
    found: list[Link] = []
    for choice in state.views:
        if not choice.pinned and choice.key != state.view.key:
            continue
        own = layout_of(state.obj, choice.layout)
        layout = own if own != "list" else state.layout
        link: Link = {
            "label": choice.label,
            "href": with_query(list_url(state.obj, layout), {"view": choice.key}),
            "current": choice.key == state.view.key,
        }
        if sign := view_tabs.icon(choice):
            link["icon"] = sign
        found.append(link)
    return found


def layouts(state: State) -> list[Link]:
    """List, board and calendar, as far as the Object has them; the filter goes along."""
    known = (
        ("list", _("List"), "layout-list", "v l"),
        ("board", _("Board"), "square-kanban", "v b"),
        ("calendar", _("Calendar"), "calendar", "v c"),
    )
    found: list[Link] = []
    for layout, label, icon, key in known:
        if layout_of(state.obj, layout) == layout:
            here = layout == state.layout
            # What a board or a list stands in groups by means nothing to the others.
            href = state.url(layout) if here else state.url(layout, group=None)
            found.append({"label": label, "href": href, "icon": icon, "current": here, "key": key})
    found += [_other(str(label), href, icon) for label, href, icon in state.obj.pages]
    return found if len(found) > 1 else []


def _other(label: str, href: str, icon: str) -> Link:
    return {"label": label, "href": href, "icon": icon}


def view_menu(request: Request, state: State) -> list[MenuItem]:
    return list(_view_items(request, state))


def _view_items(request: Request, state: State) -> Iterator[MenuItem]:
    asked = state.asked(layout=state.layout)
    if state.layout == "list":
        yield _dialog(_("Columns …"), with_query(reverse("columns", args=(state.obj,)), asked), "columns-3")
        if arrangement.kept(request, state.obj, state.view):
            yield {
                "label": _("Columns as the view has them"),
                "href": with_query(reverse("columns_arrange", args=(state.obj,)), {"view": state.view.key}),
                "post": True,
                "icon": "rotate-ccw",
            }
        compact = request.about.get("settings", {}).get("density") == "compact"
        yield {
            "label": _("Roomy rows") if compact else _("Dense rows"),
            "href": reverse("density"),
            "post": True,
            "icon": "chevrons-up-down",
        }
    if state.layout == "board":
        yield _dialog(_("Fields of the card …"), reverse("card_arrange", args=(state.obj,)), "square-kanban")
    yield _dialog(_("Save as a view …"), with_query(reverse("view_new", args=(state.obj,)), asked), "save") | {
        "divider": True
    }
    if state.view.id is not None and state.view.mine:
        yield _dialog(_("Rename or share …"), reverse("view_edit", args=(state.obj, state.view.id)), "pencil")
        yield {
            "label": _("Delete this view"),
            "href": reverse("view_delete", args=(state.obj, state.view.id)),
            "post": True,
            "icon": "trash-2",
            "tone": "bad",
            "confirm": _("Delete the view “{name}”? The records stay.").format(name=state.view.label),
        }
    yield _dialog(_("Share by address …"), with_query(reverse("view_link", args=(state.obj,)), asked), "share-2")
    if not state.view.key.startswith(saved_views.LINK):
        yield from _tab_items(request, state)
    yield from _others(state)
    here = state.url()
    yield {
        "label": _("Unpin from the navigation") if is_pinned(request, here) else _("Pin to the navigation"),
        "href": with_query(
            reverse("favourite"),
            {"href": here, "label": f"{state.obj.plural}: {state.view.label}", "icon": state.obj.icon},
        ),
        "post": True,
        "icon": "star",
        "divider": True,
    }


def _tab_items(request: Request, state: State) -> Iterator[MenuItem]:
    """How the view stands among the tabs, and which one opens first."""
    chosen = {"view": state.view.key}
    yield _dialog(_("Arrange the tabs …"), reverse("views_arrange", args=(state.obj,)), "arrow-right-left") | {
        "divider": True
    }
    yield {
        "label": _("Take from the tabs") if state.view.pinned else _("Pin as a tab"),
        "href": with_query(reverse("view_pin", args=(state.obj,)), chosen),
        "post": True,
        "icon": "square-check",
    }
    words = {"own": _("Open this view first"), "team": _("… first for my team"), "all": _("… first for everybody")}
    for audience, label in words.items():
        if may_arrange(request.actor, audience) and _seen_by(state, audience):
            url = with_query(reverse("view_default", args=(state.obj,)), {**chosen, "audience": audience})
            yield {"label": label, "href": url, "post": True, "icon": "flag"}


def _seen_by(state: State, audience: str) -> bool:
    return audience == "own" or state.view.id is None or state.view.audience in (audience, "all")


def _others(state: State) -> Iterator[MenuItem]:
    """Views that are no tabs."""
    rest = [choice for choice in state.views if not choice.pinned and choice.key != state.view.key]
    for place, choice in enumerate(rest):
        url = with_query(list_url(state.obj, state.layout), {"view": choice.key})
        yield {"label": choice.label, "href": url, "icon": "layout-list", "divider": place == 0}


def data_menu(request: Request, state: State) -> list[MenuItem]:
    """What can be taken out and brought in."""
    found: list[MenuItem] = []
    if request.actor.may(state.obj, "export") != "none":
        for kind, words in (
            ("xlsx", _("Export for Excel")),
            ("csv", _("Export as CSV")),
            ("jsonl", _("Export as JSON lines")),
        ):
            url = with_query(reverse("export", args=(state.obj,)), {**state.asked(), "format": kind})
            found.append({"label": words, "href": url, "icon": "download"})
    if request.actor.may(state.obj, "create") != "none":
        found.append(
            {
                "label": _("Import …"),
                "href": f"/import?object={state.obj.key}",
                "icon": "upload",
                "divider": bool(found),
            }
        )
    if request.actor.may(state.obj, "mass") != "none":
        found.append({"label": _("Changes of many records"), "href": reverse("runs"), "icon": "list-checks"})
    return found


def is_pinned(request: Request, href: str) -> bool:
    return any(
        isinstance(item, dict) and item.get("href") == href
        for item in request.about.get("settings", {}).get("favourites", [])
    )


def _dialog(label: str, url: str, icon: str) -> MenuItem:
    return {"label": label, "href": url, "icon": icon, "attrs": {"data-dialog-url": url}}
