"""Dialogs and posts around views: keep, change, rename, share, delete; and the chooser of columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, query, saved_views
from rapport.platform.objects import Object
from rapport.platform.saved_views.models import AUDIENCES, SavedView
from rapport.platform.views import addresses, errors, table
from rapport.platform.views import state as states
from rapport.platform.views.http import Request, go, page, render, toast

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.views.state import State
    from rapport.ui.shapes import Choice, FieldError, FormField

MOST_OFFERED = 200


def _state(request: Request, obj: Object) -> State:
    """The list or board the dialog was opened from; its address carries it."""
    access.require(request.actor, obj, "read")
    given = {key: request.GET[key] for key in states.KEYS if key in request.GET}
    layout = states.layout_of(obj, request.GET.get("layout", ""))
    return states.read(request.actor, obj, given, layout=layout)


@page(methods=("GET", "POST"))
def view_new(request: Request, obj: Object) -> HttpResponse:
    """Keep what is on the screen under a name."""
    state = _state(request, obj)
    if request.method != "POST":
        return _form(request, state.obj, _("Save as a view"), {}, [])
    try:
        view = saved_views.save(
            request.actor,
            obj,
            request.POST.get("label", ""),
            text=state.text,
            sort=state.sort,
            columns=state.column_keys,
            layout=state.layout,
            group=state.group,
            audience=request.POST.get("audience", "own"),
        )
    except ValidationError as error:
        return _form(request, obj, _("Save as a view"), request.POST.dict(), errors.messages(error))
    return go(request, _url_of(obj, view), toast(_("“{name}” is kept as a view.").format(name=view.label)))


@page(methods=("POST",))
def view_save(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The view from now on shows what is on the screen."""
    state = _state(request, obj)
    view = saved_views.change(
        request.actor,
        obj,
        _of(request, obj, pk),
        text=state.text,
        sort=state.sort,
        columns=state.column_keys,
        layout=state.layout,
        group=state.group,
    )
    return go(request, _url_of(obj, view), toast(_("“{name}” is changed.").format(name=view.label)))


@page(methods=("GET", "POST"))
def view_edit(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Another name, other people."""
    view = _of(request, obj, pk)
    if request.method != "POST":
        return _form(request, obj, _("Rename or share"), {"label": view.label, "audience": view.audience}, [])
    try:
        saved_views.rename(request.actor, view, request.POST.get("label", ""), request.POST.get("audience", ""))
    except ValidationError as error:
        return _form(request, obj, _("Rename or share"), request.POST.dict(), errors.messages(error))
    return go(request, _url_of(obj, view), toast(_("“{name}” is changed.").format(name=view.label)))


@page(methods=("POST",))
def view_delete(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The view goes, the records stay."""
    view = _of(request, obj, pk)
    saved_views.delete(request.actor, view)
    back = request.GET.get("back") == "settings"
    url = reverse("settings_views") if back else addresses.list_url(obj)
    return go(
        request, url, toast(_("The view “{name}” is deleted. Its records are untouched.").format(name=view.label))
    )


def _of(request: Request, obj: Object, pk: int) -> SavedView:
    view = saved_views.find(request.actor, pk)
    if view.object != obj.key:
        raise access.NotFound(str(pk))
    return view


def _url_of(obj: Object, view: SavedView) -> str:
    return addresses.list_url(obj, states.layout_of(obj, view.layout), view=str(view.pk))


def _form(request: Request, obj: Object, title: str, given: dict[str, Any], found: list[FieldError]) -> HttpResponse:
    wrong = {item["field"]: item["text"] for item in found if "field" in item}
    chosen = given.get("audience") or "own"
    audiences: list[Choice] = [
        {"value": key, "label": str(label), "chosen": key == chosen}
        for key, label in AUDIENCES
        if key != "team" or request.actor.main_team_id is not None
    ]
    fields: list[FormField] = [
        {
            "name": "label",
            "label": _("Name of the view"),
            "widget": "text",
            "required": True,
            "max_length": 80,
            "autofocus": True,
            "value": given.get("label", ""),
        },
        {
            "name": "audience",
            "label": _("Who sees it"),
            "widget": "radio",
            "choices": audiences,
            "help": _("Everybody sees in it only the records they may see anyway."),
        },
    ]
    for field in fields:
        if field["name"] in wrong:
            field["error"] = wrong[field["name"]]
    context = {
        "title": title,
        "fields": fields,
        "errors": found,
        "action": request.get_full_path(),
        "back": addresses.list_url(obj),
    }
    return render(request, "platform/dialog_form.html", context, status=422 if found else 200)


# --- columns ----------------------------------------------------------------------------------------------------------


@page
def columns(request: Request, obj: Object) -> HttpResponse:
    """Which columns, in which order; applied by going to the list with them in the address."""
    state = _state(request, obj)
    names = request.GET.getlist("column") or list(state.column_keys)
    names, done = _rearranged([name for name in names if name], request.GET.get("do", ""), request.GET.get("add", ""))
    shown = states.columns_of(request.actor, obj, tuple(names))
    if done or request.GET.get("do") == "apply":
        return go(request, state.url("list", columns=",".join(map(str, shown))))
    context = {
        "obj": obj,
        "shown": [{"key": str(found), "label": table.heading(obj, found)} for found in shown],
        "offered": _offered(request, obj, set(map(str, shown))),
        "asked": {key: value for key, value in state.asked().items() if key != "columns"},
        "action": reverse("columns", args=(obj,)),
        "back": state.url("list"),
    }
    return render(request, "platform/columns.html", context)


def _rearranged(names: list[str], do: str, add: str) -> tuple[list[str], bool]:
    """The columns after what was clicked: "up:name", "down:name", "out:name", "add" (with `add`)."""
    what, _colon, name = do.partition(":")
    if what == "add" and add:
        return [*names, add], False
    if name not in names:
        return names, False
    place = names.index(name)
    if what == "out":
        names.pop(place)
    elif what in ("up", "down"):
        other = max(0, place - 1) if what == "up" else min(len(names) - 1, place + 1)
        names[place], names[other] = names[other], names[place]
    return names, False


def _offered(request: Request, obj: Object, shown: set[str]) -> list[Choice]:
    """Every other field, and those of the records pointed at."""
    found: list[Choice] = []
    for key, field in access.readable(request.actor, obj).items():
        if key not in shown:
            found.append({"value": key, "label": str(field.label)})
    for key, field in access.readable(request.actor, obj).items():
        target = query.schema.target_of(field)
        if target is None or field.outside or request.actor.may(target, "read") == "none":
            continue
        for inner, far in access.readable(request.actor, target).items():
            if inner in target.own_fields and f"{key}.{inner}" not in shown:
                found.append({"value": f"{key}.{inner}", "label": str(far.label), "group": str(field.label)})
    return found[:MOST_OFFERED]


urlpatterns = [
    path("<obj:obj>/views/new", view_new, name="view_new"),
    path("<obj:obj>/views/<int:pk>/save", view_save, name="view_save"),
    path("<obj:obj>/views/<int:pk>", view_edit, name="view_edit"),
    path("<obj:obj>/views/<int:pk>/delete", view_delete, name="view_delete"),
    path("<obj:obj>/columns", columns, name="columns"),
]
