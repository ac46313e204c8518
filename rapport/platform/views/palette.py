"""The palette (Ctrl K): records, pages and actions mixed; the same search as a page for those without JavaScript.

Prefixes: `>` actions and pages, `@` people of any kind, `#` numbers, `?` help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.text import fold
from rapport.platform import access, actions, labels, search
from rapport.platform.fields import Email
from rapport.platform.objects import registry
from rapport.platform.views import addresses, recent, shell
from rapport.platform.views.http import Request, came_from, page, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from rapport.platform.objects import Object
    from rapport.ui.shapes import PaletteGroup, PaletteItem

LONGEST = 200
MOST = 8


@page
def palette(request: Request) -> HttpResponse:
    """What fits the typed text."""
    typed = request.GET.get("q", "")[:LONGEST]
    return render(
        request,
        "platform/palette.html",
        {"groups": groups(request, typed), "q": typed.lstrip(">@#?").strip(), "fragment": True},
    )


@page
def find(request: Request) -> HttpResponse:
    """The same as a page of its own."""
    typed = request.GET.get("q", "")[:LONGEST]
    return render(request, "platform/find.html", {"groups": groups(request, typed), "q": typed})


@page
def help_keys(request: Request) -> HttpResponse:
    """Every shortcut, as a page."""
    found = [{"key": link["key"], "label": link["label"]} for link in shell.navigation(request) if "key" in link]
    return render(request, "platform/help_keys.html", {"go": found})


def groups(request: Request, typed: str) -> list[PaletteGroup]:
    """Results by kind; every record was asked for access by the search."""
    sign, words = (typed[0], typed[1:].strip()) if typed[:1] in (">", "@", "#", "?") else ("", typed.strip())
    if sign == ">":
        return _shown(
            (_("Actions"), list(_here(request, words)) + list(_actions(request, words))),
            (_("Go to"), list(_pages(request, words))),
        )
    if sign == "?":
        return _shown((_("Help"), list(_help(words))))
    if sign == "@":
        return _shown((_("People"), _records(request, words, _with_email())))
    if sign == "#":
        return _shown((_("Numbers"), _records(request, words, ())))
    if not words:
        return _shown(
            (_("Recent"), _recent(request)),
            (_("Here"), list(_here(request, ""))),
            (_("Actions"), list(_actions(request, ""))),
            (_("Go to"), list(_pages(request, ""))),
        )
    return _shown(
        *_found(request, words),
        (_("Here"), list(_here(request, words))),
        (_("Actions"), list(_actions(request, words))),
        (_("Go to"), list(_pages(request, words))),
    )


def _shown(*found: tuple[str, list[PaletteItem]]) -> list[PaletteGroup]:
    return [{"title": title, "items": items[: MOST * 2]} for title, items in found if items]


def _records(request: Request, words: str, objects: tuple[str, ...]) -> list[PaletteItem]:
    if not words:
        return []
    found = search.find(request.actor, words, objects=objects, limit=MOST)
    return [_item(hit) for hit in found.hits]


def _found(request: Request, words: str) -> list[tuple[str, list[PaletteItem]]]:
    """Records by name, and those whose long texts hold the words, each with the place where they stand."""
    found = search.find_everywhere(request.actor, words, limit=MOST * 2)
    named = [hit for hit in found.hits if not hit.snippet][:MOST]
    said = [hit for hit in found.hits if hit.snippet][:MOST]
    return [
        (_("Records"), [_item(hit) for hit in named]),
        (_("In mails, notes and texts"), [_item(hit) for hit in said]),
    ]


def _item(hit: search.Hit) -> PaletteItem:
    item: PaletteItem = {"label": hit.title, "href": _url(hit), "icon": hit.icon, "note": _note(hit)}
    if hit.snippet:
        item["snippet"] = [(piece.text, piece.marked) for piece in hit.snippet]
    return item


def _url(hit: search.Hit) -> str:
    return hit.url or addresses.record_url(hit.object, hit.id)


def _note(hit: search.Hit) -> str:
    kind = str(registry.get(hit.object).label) if registry.has(hit.object) else ""
    return " · ".join(part for part in (hit.subtitle, kind) if part)


def _with_email() -> tuple[str, ...]:
    """Kinds of record that can be written to: people, firms, colleagues."""
    return tuple(
        obj.key
        for obj in registry.all()
        if obj.search and not obj.of and any(isinstance(field, Email) for field in obj.fields.values())
    )


def _recent(request: Request) -> list[PaletteItem]:
    """The records this reader opened last, by the names they have now."""
    refs = recent.opened(request)
    names = labels.names(request.actor, refs) if refs else None
    found: list[PaletteItem] = []
    for ref in refs:
        link = names.get(ref) if names else None
        if link is not None:
            obj = registry.get(ref.object)
            found.append(
                {
                    "label": link.label,
                    "href": addresses.record_url(obj, ref.id),
                    "icon": obj.icon,
                    "note": str(obj.label),
                }
            )
    return found[:MOST]


def _actions(request: Request, words: str) -> Iterator[PaletteItem]:
    for obj in [*shell.objects(request), *_settings_objects(request)]:
        if request.actor.may(obj, "create") != "none":
            label = _("New {object}").format(object=obj.label)
            if _fits(label, words):
                yield {"label": label, "href": f"{addresses.list_url(obj)}/new", "icon": "plus"}


def _settings_objects(request: Request) -> list[Object]:
    return [registry.get(key) for key in ("user", "team") if registry.has(key)]


def _pages(request: Request, words: str) -> Iterator[PaletteItem]:
    for link in shell.navigation(request):
        if _fits(link["label"], words):
            item: PaletteItem = {"label": link["label"], "href": link["href"], "icon": link.get("icon", "file")}
            yield item | {"key": link["key"]} if "key" in link else item
    for name, label, icon in (("settings", _("Settings"), "settings"), ("profile", _("My profile"), "user")):
        if _fits(label, words):
            yield {"label": label, "href": reverse(name), "icon": icon}


def _here(request: Request, words: str) -> Iterator[PaletteItem]:
    """The Actions of the record whose page is open."""
    ref = recent.record_at(came_from(request, ""))
    if ref is None:
        return
    obj = registry.get(ref.object)
    try:
        record = access.find(request.actor, obj, ref.id)
    except access.NotFound:
        return
    concrete = registry.of_record(record)
    yield from _pin(request, concrete, record, words)
    for action in concrete.all_actions:
        if _fits(str(action.label), words) and actions.allowed(request.actor, concrete, record, action):
            yield {
                "label": str(action.label),
                "href": f"{addresses.record_url(obj, record.pk)}/actions/{action.key}",
                "icon": action.icon,
                "note": concrete.title(record),
                "panel": True,
            }


def _pin(request: Request, obj: Object, record: Any, words: str) -> Iterator[PaletteItem]:
    """Put the record under the favourites of the navigation, or take it away."""
    href = addresses.record_url(obj, record.pk)
    pinned = any(item["href"] == href for item in shell.favourites(request))
    label = _("Unpin from the navigation") if pinned else _("Pin to the navigation")
    if _fits(label, words):
        asked = {"href": href, "label": obj.title(record), "icon": obj.icon}
        url = addresses.with_query(reverse("favourite"), asked)
        yield {"label": label, "href": url, "icon": "star", "note": obj.title(record), "post": True}


def _help(words: str) -> Iterator[PaletteItem]:
    for label, note in (
        (_("> actions"), _("what you can do here")),
        (_("@ people"), _("by name or address")),
        (_("# number"), _("a quote, a case, an order")),
    ):
        yield {"label": label, "href": reverse("help_keys"), "icon": "circle-help", "note": note}
    if _fits(_("Keyboard"), words):
        yield {"label": _("Keyboard"), "href": reverse("help_keys"), "icon": "keyboard", "key": "?"}


def _fits(label: str, words: str) -> bool:
    """Whether every typed word begins a word of the label."""
    parts = fold(label).split()
    return all(any(part.startswith(word) for part in parts) for word in fold(words).split())


urlpatterns = [
    path("palette", palette, name="palette"),
    path("find", find, name="find"),
    path("help/keys", help_keys, name="help_keys"),
]
