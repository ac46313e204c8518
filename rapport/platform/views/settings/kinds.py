"""Own kinds of record: make, change, retire, bring back; and all definitions as a file, out and in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, records
from rapport.platform.custom import sheet
from rapport.platform.custom.models import OwnObject
from rapport.platform.custom.objects import OWN_OBJECT, only_keepers
from rapport.platform.views import errors
from rapport.platform.views.fields import form_field, raw_of
from rapport.platform.views.http import Request, body, go, last_event, page, render, toast
from rapport.platform.views.settings.house import tabs

if TYPE_CHECKING:
    from rapport.ui.shapes import FieldError, FormField

FIRST = ("label", "plural", "name_label", "help", "icon")
ALL = (*FIRST, "navigation", "slug", "board")
ICONS = (
    *("layers", "package", "truck", "shopping-cart", "briefcase", "building-2", "house", "wrench", "file-text"),
    *("ticket", "award", "book-open", "calendar", "credit-card", "flag", "folder", "globe", "heart-pulse", "map-pin"),
    *("receipt", "star", "store", "tag", "target", "wallet", "zap"),
)
FATES = {"make": "will be made", "change": "will be changed", "same": "is there already", "refused": "cannot be taken"}
TONES = {"make": "good", "change": "info", "same": "", "refused": "bad"}


@page(methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """A new kind of record: its names; its fields come next."""
    only_keepers(request.actor, None, {})
    if request.method == "POST":
        return _save(request, None)
    return _form(request, OwnObject(icon=ICONS[0]), None)


@page(methods=("GET", "POST"))
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a kind of record."""
    found = _kind(request, pk)
    return _save(request, found) if request.method == "POST" else _form(request, found, found)


def _kind(request: Request, pk: int) -> OwnObject:
    only_keepers(request.actor, None, {})
    found: OwnObject = access.find(request.actor, OWN_OBJECT, pk)
    return found


def _save(request: Request, there: OwnObject | None) -> HttpResponse:
    sent = body(request)
    raw = {name: raw_of(OWN_OBJECT.field(name), sent) for name in (ALL if there else FIRST)}
    try:
        with transaction.atomic():
            values = records.parse(request.actor, OWN_OBJECT, raw, request.actor.culture)
            if there is None:
                saved = records.create(request.actor, OWN_OBJECT, values)
                words = _("“{label}” is made and stands in the navigation. Add its fields here.")
            else:
                saved = records.update(request.actor, there, values)
                words = _("“{label}” is saved.")
    except ValidationError as error:
        labels = {key: str(field.label) for key, field in OWN_OBJECT.fields.items()}
        return _form(request, there or OwnObject(), there, errors.messages(error, labels))
    message = toast(words.format(label=saved.plural), undo=last_event(request, saved))
    return go(request, reverse("settings_fields_of", args=(saved.key,)), message)


def _form(
    request: Request, one: OwnObject, there: OwnObject | None, found: list[FieldError] | None = None
) -> HttpResponse:
    sent = body(request) if request.method == "POST" else {}
    words = {item["field"]: item["text"] for item in found or [] if item.get("field")}
    drawn = [_control(request, one, name, sent, words.get(name, "")) for name in (ALL if there else FIRST)]
    context = {
        "title": _("Change: {name}").format(name=one.plural) if there else _("New kind of record"),
        "action": request.path,
        "fields": drawn,
        "errors": found or [],
        "retire": reverse("settings_kind_retire", args=(there.pk,)) if there else "",
        "cancel": reverse("settings_fields"),
        "tabs": tabs(request, "settings_fields"),
    }
    return render(request, "platform/settings/kind.html", context, status=422 if found else 200)


def _control(request: Request, one: OwnObject, name: str, sent: dict[str, Any], error: str) -> FormField:
    field = OWN_OBJECT.field(name)
    raw = raw_of(field, sent) if sent else None
    drawn = form_field(request.actor, OWN_OBJECT, field, value=field.read(one), raw=raw, error=error)
    if name == "icon":
        chosen = list(dict.fromkeys([*([one.icon] if one.icon else []), *ICONS]))
        drawn["widget"], drawn["choices"] = "select", [{"value": icon, "label": icon} for icon in chosen]
    if name == "board":
        drawn["widget"], drawn["choices"] = "select", _choices_of(one)
    return drawn


def _choices_of(one: OwnObject) -> list[Any]:
    from rapport.platform.custom.models import OwnField

    rows = OwnField.objects.filter(object=one.key, type="choice", archived_at=None).order_by("position", "pk")
    return [{"value": row.key, "label": row.label} for row in rows]


@page(methods=("POST",))
def retire(request: Request, pk: int) -> HttpResponse:
    """Out of navigation, lists and forms; its records stay."""
    found = _kind(request, pk)
    records.archive(request.actor, found)
    words = _("“{label}” is retired. Its records are kept.").format(label=found.plural)
    return go(request, reverse("settings_fields"), toast(words, undo=last_event(request, found)))


@page(methods=("POST",))
def bring_back(request: Request, pk: int) -> HttpResponse:
    """A retired kind of record with all its records."""
    found = _kind(request, pk)
    try:
        records.restore(request.actor, found)
    except ValidationError as error:
        return go(request, reverse("settings_fields"), toast(" ".join(error.messages), "bad"))
    return go(request, reverse("settings_fields"), toast(_("“{label}” is back.").format(label=found.plural)))


# --- as a file --------------------------------------------------------------------------------------------------------


@page
def file(request: Request) -> HttpResponse:
    """Every definition, or those of one kind of record, as JSON."""
    only_keepers(request.actor, None, {})
    key = request.GET.get("object", "")
    content = json.dumps(sheet.out([key] if key else []), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="rapport-fields.json"'
    return response


@page(methods=("GET", "POST"))
def take(request: Request) -> HttpResponse:
    """A file of definitions: first what would happen, then the real thing."""
    only_keepers(request.actor, None, {})
    context: dict[str, Any] = {"tabs": tabs(request, "settings_fields"), "action": request.path}
    if request.method != "POST":
        return render(request, "platform/settings/definitions.html", context)
    upload = request.FILES.get("file")
    text = upload.read(sheet.LARGEST + 1) if upload else request.POST.get("content", "").encode()
    try:
        found = sheet.read(text)
    except ValidationError as error:
        context["error"] = " ".join(error.messages)
        return render(request, "platform/settings/definitions.html", context, status=422)
    if request.POST.get("do") == "apply":
        report = sheet.take(request.actor, found, trial=False)
        if not report.refused:
            words = _("{made} made, {changed} changed.").format(
                made=report.count("make"), changed=report.count("change")
            )
            return go(request, reverse("settings_fields"), toast(words))
    report = sheet.take(request.actor, found, trial=True)
    context |= {
        "content": text.decode("utf-8", "replace"),
        "lines": [
            {
                "kind": line.kind,
                "label": line.label,
                "key": line.key,
                "why": line.why,
                "chip": {"text": _(FATES[line.fate]), "tone": TONES[line.fate]},
            }
            for line in report.lines
        ],
        "refused": len(report.refused),
        "changes": report.count("make") + report.count("change"),
    }
    return render(request, "platform/settings/definitions.html", context, status=422 if report.refused else 200)


urlpatterns = [
    path("settings/kinds/new", new, name="settings_kind_new"),
    path("settings/kinds/<int:pk>", edit, name="settings_kind"),
    path("settings/kinds/<int:pk>/retire", retire, name="settings_kind_retire"),
    path("settings/kinds/<int:pk>/back", bring_back, name="settings_kind_back"),
    path("settings/definitions.json", file, name="settings_definitions_file"),
    path("settings/definitions", take, name="settings_definitions"),
]
