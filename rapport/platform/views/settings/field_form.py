"""The form of one own field: it asks what the type of the field needs, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.platform import records
from rapport.platform.custom import change
from rapport.platform.custom.models import OwnField
from rapport.platform.custom.objects import OWN_FIELD, only_keepers
from rapport.platform.custom.options import TONES
from rapport.platform.custom.types import TYPES, targets_of
from rapport.platform.views import addresses, errors
from rapport.platform.views.fields import form_field, raw_of
from rapport.platform.views.http import Request, body, go, last_event, page, render, toast
from rapport.platform.views.settings.fields import extended, field_of, object_of, translated
from rapport.platform.views.settings.house import tabs
from rapport.ui import language

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.objects import Object
    from rapport.ui.shapes import Choice, FieldError, FormField

TONE_WORDS = {"": "Plain", "good": "Green", "warn": "Yellow", "bad": "Red", "info": "Blue", "accent": "Orange"}
BLANK_ROWS = 4


@page(methods=("GET", "POST"))
def new(request: Request, key: str) -> HttpResponse:
    """First the type, then a form that asks what this type needs."""
    only_keepers(request.actor, None, {})
    obj = object_of(key)
    kind = TYPES.get(request.POST.get("type") or request.GET.get("type") or "")
    if kind is None:
        types = [
            {
                "label": str(one.label),
                "icon": one.icon,
                "href": addresses.with_query(request.path, {"type": one.key}),
            }
            for one in TYPES.values()
        ]
        context = {"types": types, "title": str(obj.plural), "tabs": tabs(request, "settings_fields")}
        return render(request, "platform/settings/field_types.html", context)
    blank = OwnField(object=obj.key, type=kind.key, filterable=kind.key in FILTERED)
    if request.method == "POST" and not request.POST.get("rows"):
        return _save(request, obj, blank, None)
    return _form(request, obj, blank, None)


# Types by which people mostly filter: an index is proposed.
FILTERED = frozenset({"choice", "reference", "user", "date", "datetime"})


@page(methods=("GET", "POST"))
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a field."""
    one = field_of(request, pk)
    obj = object_of(one.object)
    if request.method == "POST" and not request.POST.get("rows"):
        return _save(request, obj, one, one)
    return _form(request, obj, one, one)


def asked(kind_key: str, *, there: bool) -> list[str]:
    """The fields of the definition that this type needs."""
    kind = TYPES[kind_key]
    needs = [name for name in OWN_FIELD.fields if name in kind.asks]
    can = [name for name in ("required", "unique", "searchable", "filterable") if name in kind.can]
    when = ["shown_when"] if "formula" in kind.asks else ["shown_when", "locked_when"]
    when = ["required_when", *when] if "required" in kind.can else when
    return ["label", *(("type",) if there else ()), "help", *needs, "section", *can, "sensitivity", "key", *when]


def _save(request: Request, obj: Object, one: OwnField, there: OwnField | None) -> HttpResponse:
    sent = body(request)
    kind_key = str(sent.get("type") or one.type) if str(sent.get("type") or one.type) in TYPES else one.type
    raw: dict[str, Any] = {
        name: raw_of(OWN_FIELD.field(name), sent)
        for name in asked(kind_key, there=there is not None)
        if name != "options"
    }
    raw["type"] = kind_key
    if "several" in TYPES[kind_key].asks:
        raw["target"] = ",".join(request.POST.getlist("target"))
    if "options" in asked(kind_key, there=True):
        raw["options"] = option_rows(request)
    if str(sent.get("section_new") or "").strip():
        raw["section"] = sent["section_new"]
    try:
        with transaction.atomic():
            values = records.parse(request.actor, OWN_FIELD, raw, request.actor.culture)
            if there is None:
                saved = records.create(request.actor, OWN_FIELD, {**values, "object": obj.key})
                words = _("The field “{label}” is made. It is on forms, lists and in filters now.")
            else:
                saved = records.update(request.actor, there, values)
                words = _("The field “{label}” is saved.")
    except ValidationError as error:
        found = errors.messages(error, {key: str(field.label) for key, field in OWN_FIELD.fields.items()})
        return _form(request, obj, one, there, found)
    back = reverse("settings_fields_of", args=(obj.key,))
    return go(request, back, toast(words.format(label=saved.label), undo=last_event(request, saved)))


def option_rows(request: Request) -> list[dict[str, Any]]:
    """The answers as the form has them; a row without a word is left out."""
    keys, labels, tones = (request.POST.getlist(f"option_{name}") for name in ("key", "label", "tone"))
    return [
        {"key": key, "label": label, "tone": tone}
        for key, label, tone in zip(keys, labels, tones, strict=False)
        if label.strip()
    ]


def _form(
    request: Request, obj: Object, one: OwnField, there: OwnField | None, found: list[FieldError] | None = None
) -> HttpResponse:
    sent: Mapping[str, Any] = body(request) if request.method == "POST" else {}
    words = {item["field"]: item["text"] for item in found or [] if item.get("field")}
    drawn = []
    for name in asked(one.type, there=there is not None):
        if name == "options":
            continue
        drawn.append(_control(request, obj, one, name, sent, words.get(name, "")))
    context = {
        "title": _("Change: {name}").format(name=one.label)
        if there
        else _("New field: {type}").format(type=TYPES[one.type].label),
        "subtitle": str(obj.plural),
        "action": request.path if there else addresses.with_query(request.path, {"type": one.type}),
        "type": "" if there else one.type,
        "fields": drawn,
        "errors": found or [],
        "options": _rows(request, one) if "options" in TYPES[one.type].asks else None,
        "tones": [{"value": tone, "label": _(TONE_WORDS[tone])} for tone in TONES],
        "count": _held(there) if there else "",
        "cancel": reverse("settings_fields_of", args=(obj.key,)),
        "tabs": tabs(request, "settings_fields"),
    }
    return render(request, "platform/settings/field.html", context, status=422 if found else 200)


def _held(one: OwnField) -> str:
    """How many values there are, and what a change means for them; "" for none."""
    count = change.values_in(one)
    if not count:
        return ""
    words = ngettext("{n} record has a value here.", "{n} records have a value here.", count).format(n=f"{count:,}")
    rest = _("A new label or key changes nothing in them; another type is taken only where all can be read as it.")
    return f"{words} {rest}"


def _control(request: Request, obj: Object, one: OwnField, name: str, sent: Mapping[str, Any], error: str) -> FormField:
    field = OWN_FIELD.field(name)
    raw = raw_of(field, sent) if sent else None
    drawn = form_field(request.actor, OWN_FIELD, field, value=field.read(one), raw=raw, error=error)
    if name == "target" and "several" in TYPES[one.type].asks:
        picked = set(targets_of(one)) if not sent else set(str(raw or "").split(","))
        drawn |= {"widget": "multi", "required": True, "wide": True}
        drawn["choices"] = [
            {"value": target.key, "label": str(target.plural), "chosen": target.key in picked} for target in extended()
        ]
    elif name == "target":
        drawn["widget"], drawn["required"] = "select", True
        drawn["value"] = drawn.get("value") or ""
        kinds: list[Choice] = [{"value": target.key, "label": str(target.plural)} for target in extended()]
        drawn["choices"] = [{"value": "", "label": _("Choose …")}, *kinds]
    if name == "section":
        headings = _headings(obj, one)
        drawn["widget"], drawn["choices"] = "select", [{"value": word, "label": translated(word)} for word in headings]
        drawn["help"] = _("Left empty: with the other fields.")
    if name == "formula":
        words = reverse("settings_formula_words", args=(obj.key,))
        check = reverse("settings_formula_check", args=(obj.key,))
        drawn["attrs"] = {"data-formula": check, "data-words": words, "data-key": one.key, "spellcheck": "false"}
        drawn["rows"], drawn["required"] = 4, True
    if name == "required":
        drawn["label"] = str(field.label)
    return drawn


def _headings(obj: Object, one: OwnField) -> list[str]:
    """The headings of this kind's form, by their words in the program."""
    with language.as_written():
        found = [str(section.label) for section in obj.all_sections]
    return list(dict.fromkeys([*found, *([one.section] if one.section else [])]))


def _rows(request: Request, one: OwnField) -> list[dict[str, Any]]:
    """The rows of the editor of answers: as sent, after a press of up, down or more; else as stored."""
    rows = option_rows(request) if request.method == "POST" else [
        {"key": answer.key, "label": answer.label, "tone": answer.tone} for answer in one.answers if not answer.retired
    ]  # fmt: skip
    way, _colon, at = (request.POST.get("rows") or "").partition(":")
    place = int(at) if at.isdigit() else -1
    other = place + (1 if way == "down" else -1)
    if way in ("up", "down") and 0 <= place < len(rows) and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    blank = {"key": "", "label": "", "tone": ""}
    return [*rows, *(dict(blank) for _n in range(BLANK_ROWS if way != "more" else 2 * BLANK_ROWS))]


urlpatterns = [
    path("settings/fields/of/<slug:key>/new", new, name="settings_field_new"),
    path("settings/fields/<int:pk>", edit, name="settings_field"),
]
