"""Views as tabs: arrange them, pin and unpin, say which opens first, share one by its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, layouts, saved_views
from rapport.platform.layouts.models import AUDIENCES
from rapport.platform.objects import Object
from rapport.platform.saved_views import tabs
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, go, page, render, toast

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.ui.shapes import Choice

MOVES = {"up": -1, "down": 1}


def audience_of(request: Request) -> layouts.Audience:
    """For whom something is arranged. Raises ValidationError for a word that is none."""
    asked = request.POST.get("audience") or request.GET.get("audience") or "own"
    if asked not in dict(AUDIENCES):
        raise ValidationError(_("Choose for whom this is arranged."))
    return cast("layouts.Audience", asked)


def audiences(actor: Actor, chosen: str) -> list[Choice]:
    """For whom this actor may arrange; one entry only where that is themselves."""
    return [
        {"value": key, "label": str(label), "chosen": key == chosen}
        for key, label in AUDIENCES
        if layouts.may_arrange(actor, key)
    ]


@page(methods=("GET", "POST"))
def views_arrange(request: Request, obj: Object) -> HttpResponse:
    """Order by drag or key, pins and the first view, for me, my team or all."""
    access.require(request.actor, obj, "read")
    audience = audience_of(request)
    if not layouts.may_arrange(request.actor, audience):
        layouts.reset(request.actor, obj, tabs.PLACE, audience)  # says why not
    known = {choice.key: choice for choice in _choices(request, obj, audience)}
    order, pinned, first = list(known), [key for key, one in known.items() if one.pinned], ""
    first = next((key for key, one in known.items() if one.first), "")
    if request.method == "POST":
        do, _colon, name = request.POST.get("do", "").partition(":")
        if do == "reset":
            tabs.reset(request.actor, obj, audience)
            return go(request, addresses.list_url(obj), toast(_("The tabs are as they were declared.")))
        order = [key for key in dict.fromkeys(request.POST.getlist("view")) if key in known]
        order += [key for key in known if key not in order]
        pinned = [key for key in request.POST.getlist("pinned") if key in known]
        first = request.POST.get("first", "") if request.POST.get("first") in known else ""
        if do in MOVES and name in order:
            order = moved(order, name, MOVES[do])
        elif do != "for":
            if not pinned:
                raise ValidationError(_("Pin at least one view; a list needs a tab to open with."))
            unpinned = [key for key in order if key not in pinned]
            tabs.arrange(request.actor, obj, audience, order=order, unpinned=unpinned, first=first)
            return go(request, addresses.list_url(obj), toast(_("The tabs are arranged.")))
    rows = [
        {
            "key": key,
            "label": known[key].label,
            "pinned": key in pinned,
            "first": key == first,
            "icon": icon(known[key]),
        }
        for key in order
    ]
    context = {
        "obj": obj,
        "rows": rows,
        "nothing_first": not first,
        "audience": audience,
        "audiences": audiences(request.actor, audience),
        "action": reverse("views_arrange", args=(obj,)),
        "back": addresses.list_url(obj),
    }
    return render(request, "platform/views_arrange.html", context)


def _choices(request: Request, obj: Object, audience: str) -> list[saved_views.Choice]:
    """The views as they stand for the audience; for others than oneself only those that others see too."""
    found = saved_views.choices(request.actor, obj)
    if audience == "own":
        return found
    common = [choice for choice in found if choice.id is None or choice.audience in (audience, "all")]
    stated = layouts.stated(request.actor, obj, tabs.PLACE, cast("layouts.Audience", audience))
    return tabs.arranged(common, stated)


def icon(choice: saved_views.Choice) -> str:
    """Whose a view is."""
    if choice.key.startswith(saved_views.LINK):
        return "link"
    return "" if choice.id is None else {"own": "user", "team": "users"}.get(choice.audience, "globe")


def moved(keys: list[str], key: str, by: int) -> list[str]:
    """The keys with one of them a place further up or down."""
    place = keys.index(key)
    other = min(max(place + by, 0), len(keys) - 1)
    keys = [*keys]
    keys[place], keys[other] = keys[other], keys[place]
    return keys


@page(methods=("POST",))
def view_pin(request: Request, obj: Object) -> HttpResponse:
    """A view becomes a tab, or only an entry of the menu, for this reader."""
    chosen = _chosen(request, obj)
    others = [
        choice for choice in saved_views.choices(request.actor, obj) if choice.pinned and choice.key != chosen.key
    ]
    if chosen.pinned and not others:
        raise ValidationError(_("Pin at least one view; a list needs a tab to open with."))
    tabs.pin(request.actor, obj, chosen.key, as_tab=not chosen.pinned)
    if chosen.pinned:
        words = _("“{name}” is no longer a tab; it is in the menu of views.")
        return go(request, addresses.list_url(obj), toast(words.format(name=chosen.label)))
    url = addresses.list_url(obj, view=chosen.key)
    return go(request, url, toast(_("“{name}” is a tab.").format(name=chosen.label)))


@page(methods=("POST",))
def view_default(request: Request, obj: Object) -> HttpResponse:
    """This view opens first: for this reader, their team or all."""
    chosen, audience = _chosen(request, obj), audience_of(request)
    if audience != "own" and chosen.id is not None and chosen.audience not in (audience, "all"):
        raise ValidationError(_("Others do not see this view. Share it first."))
    tabs.open_first(request.actor, obj, chosen.key, audience)
    url = addresses.list_url(obj, view=chosen.key)
    return go(request, url, toast(_("“{name}” opens first from now on.").format(name=chosen.label)))


def _chosen(request: Request, obj: Object) -> saved_views.Choice:
    access.require(request.actor, obj, "read")
    key = request.GET.get("view", "")
    chosen = next((choice for choice in saved_views.choices(request.actor, obj) if choice.key == key), None)
    if chosen is None:
        raise access.NotFound(_("There is no such view, or you may not see it."))
    return chosen


# --- by address -------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def view_link(request: Request, obj: Object) -> HttpResponse:
    """The address that opens what is on the screen for others; a view of one's own gets one that can be ended."""
    from rapport.platform.views import state as states

    access.require(request.actor, obj, "read")
    given = {key: request.GET[key] for key in states.KEYS if key in request.GET}
    layout = "board" if request.GET.get("layout") == "board" and obj.board else "list"
    state = states.read(request.actor, obj, given, layout=layout)
    view = saved_views.find(request.actor, state.view.id) if state.view.id is not None else None
    mine = view is not None and saved_views.may_change(request.actor, view)
    context: dict[str, Any] = {"title": _("Share by address"), "action": request.get_full_path(), "back": state.url()}
    if view is not None and mine:
        if request.method == "POST":
            ending = request.POST.get("do") == "end"
            view = (saved_views.unshare if ending else saved_views.share)(request.actor, view)
        key = f"{saved_views.LINK}{view.link}" if view.link else ""
        context |= {
            "view": view.label,
            "ends": bool(key),
            "link": addresses.list_url(obj, layout, view=key) if key else "",
        }
    else:
        context["link"] = _whole(state)
    if context["link"]:
        context["link"] = request.build_absolute_uri(context["link"])
    return render(request, "platform/view_link.html", context)


def _whole(state: Any) -> str:
    """The address of a state that says everything itself, since others may not have the view."""
    if state.view.id is None and not state.view.key.startswith(saved_views.LINK):
        return str(state.url())
    plain = next((choice.key for choice in state.views if choice.id is None and not choice.query), "all")
    other = {"view": plain, "q": state.text, "sort": state.sort, "columns": ",".join(state.column_keys)}
    return str(state.url(**other))


urlpatterns = [
    path("<obj:obj>/views/arrange", views_arrange, name="views_arrange"),
    path("<obj:obj>/views/first", view_default, name="view_default"),
    path("<obj:obj>/views/pin", view_pin, name="view_pin"),
    path("<obj:obj>/views/link", view_link, name="view_link"),
]
