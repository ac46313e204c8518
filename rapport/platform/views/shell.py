"""What surrounds a page: navigation in order of the Objects, favourites, the reader's own menu. No query of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from rapport.platform.live import begins
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, waiting_toasts
from rapport.platform.views.live import address
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from rapport.ui.shapes import Link, MenuItem, Shell


def shell(request: HttpRequest) -> Shell:
    """The frame of a full page."""
    asked: Request = request  # type: ignore[assignment]  # the middleware made it one
    found: Shell = {
        "brand": str(asked.about.get("house") or "Rapport"),
        "home_url": reverse("today"),
        "nav": list(navigation(asked)),
        "favourites": list(favourites(asked)),
        "user_menu": list(user_menu(asked)),
        "palette_url": reverse("palette"),
        "search_url": reverse("find"),
        "theme_url": reverse("theme"),
        "notifications": _nav(asked, _("Notifications"), reverse("notifications"), "bell", "g b"),
        "count_url": reverse("notification_count"),
        "mention_url": reverse("people_to_name"),
        "toasts": waiting_toasts(request),
        "live_url": address(request),
        "live_place": begins(asked.about["place"]),
    }
    if asked.actor.behind is not None:
        found["looking"] = {"name": asked.actor.name, "end_url": reverse("settings_look_end")}
    return found


def objects(request: Request) -> list[Object]:
    """The Objects of the navigation this reader may read, in order."""
    shown = [obj for obj in registry.all() if obj.navigation > 0 and request.actor.may(obj, "read") != "none"]
    return sorted(shown, key=lambda obj: (obj.navigation, obj.key))


def navigation(request: Request) -> Iterator[Link]:
    yield _nav(request, _("Today"), reverse("today"), "calendar-check", "g t")
    for obj in objects(request):
        url = addresses.list_url(obj)
        yield _nav(request, str(obj.plural), url, obj.icon, f"g {obj.letter}" if obj.letter else "")


def _nav(request: Request, label: str, href: str, icon: str, key: str) -> Link:
    here = request.path
    link: Link = {"label": label, "href": href, "icon": icon}
    if here == href or (href != "/" and here.startswith(f"{href}/")):
        link["current"] = True
    if key:
        link["key"] = key
    return link


def favourites(request: Request) -> Iterator[Link]:
    """What the reader pinned; a page that is open now is marked."""
    here = request.get_full_path()
    for item in request.about.get("settings", {}).get("favourites", [])[:30]:
        if is_favourite(item):
            yield {
                "label": item["label"],
                "href": item["href"],
                "icon": item.get("icon") or "star",
                "current": item["href"] == here,
            }


def is_favourite(item: Any) -> bool:
    """Whether a stored favourite can be shown: settings are JSON and may hold anything."""
    return (
        isinstance(item, dict)
        and isinstance(item.get("label"), str)
        and isinstance(item.get("href"), str)
        and item["href"].startswith("/")
    )


def user_menu(request: Request) -> Iterator[MenuItem]:
    yield {"label": _("My profile"), "href": reverse("profile"), "icon": "user"}
    yield {"label": _("Security"), "href": reverse("security"), "icon": "lock"}
    yield {"label": _("Settings"), "href": reverse("settings"), "icon": "settings", "key": "g ,"}
    yield {"label": _("Import"), "href": "/import", "icon": "upload"}
    yield {"label": _("Keyboard"), "href": reverse("help_keys"), "icon": "keyboard"}
    yield {"label": _("Sign out"), "href": reverse("sign_out"), "post": True, "icon": "log-out", "divider": True}
