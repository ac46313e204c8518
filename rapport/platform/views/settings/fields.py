"""Own fields: which there are on each kind of record, their order, retiring them and bringing them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import access, definitions, records
from rapport.platform.custom import current
from rapport.platform.custom.models import INDEX_STATES, SENSITIVITIES, OwnField, OwnObject
from rapport.platform.custom.objects import NOT_EXTENDED, OWN_FIELD, only_keepers
from rapport.platform.custom.types import TYPES, targets_of
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, go, last_event, page, render, stay, toast
from rapport.platform.views.settings.house import tabs
from rapport.ui import language

if TYPE_CHECKING:
    from django.http import HttpResponse


@page
def index(request: Request) -> HttpResponse:
    """Every kind of record with its own fields; own kinds first. Two queries."""
    only_keepers(request.actor, None, {})
    counts: dict[str, int] = {}
    for key in OwnField.objects.filter(archived_at=None).values_list("object", flat=True):
        counts[key] = counts.get(key, 0) + 1
    made = {one.key: one for one in OwnObject.objects.order_by("label")}
    rows = [_object_row(obj, counts.get(obj.key, 0)) for obj in extended() if obj.key not in made]
    own = [
        {**_object_row(registry.get(one.key), counts.get(one.key, 0)), "edit": reverse("settings_kind", args=(one.pk,))}
        for one in made.values()
        if not one.is_archived and registry.has(one.key)
    ]
    retired = [
        {"label": one.plural, "back": reverse("settings_kind_back", args=(one.pk,))}
        for one in made.values()
        if one.is_archived
    ]
    context = {
        "rows": rows,
        "own": own,
        "retired": retired,
        "problems": current.problems(),
        "tabs": tabs(request, "settings_fields"),
    }
    return render(request, "platform/settings/fields.html", context)


def extended() -> list[Object]:
    """The kinds of record that take own fields, those of the navigation first."""
    found = [obj for obj in registry.all() if obj.key not in NOT_EXTENDED]
    return sorted(found, key=lambda obj: (obj.base.navigation or obj.navigation or 1_000, obj.base.key, bool(obj.of)))


def _object_row(obj: Object, count: int) -> dict[str, Any]:
    return {
        "label": str(obj.plural),
        "icon": obj.icon,
        "count": count,
        "help": str(obj.help),
        "href": reverse("settings_fields_of", args=(obj.key,)),
        "list": addresses.list_url(obj),
    }


@page
def fields_of(request: Request, key: str) -> HttpResponse:
    """The own fields of one kind of record in their order, and the retired ones."""
    only_keepers(request.actor, None, {})
    obj = object_of(key)
    found = list(OwnField.objects.filter(object=obj.key).order_by("position", "pk"))
    live = [one for one in found if not one.is_archived]
    inherited = (
        {"label": str(obj.base.plural), "href": reverse("settings_fields_of", args=(obj.base.key,))} if obj.of else None
    )
    context = {
        "title": str(obj.plural),
        "own": obj.key in definitions.current().objects,
        "rows": [_field_row(one, place, len(live)) for place, one in enumerate(live)],
        "retired": [_field_row(one, 0, 0) for one in found if one.is_archived],
        "inherited": inherited,
        "order_url": reverse("settings_fields_order", args=(obj.key,)),
        "new_url": reverse("settings_field_new", args=(obj.key,)),
        "list_url": addresses.list_url(obj),
        "export_url": addresses.with_query(reverse("settings_definitions_file"), {"object": obj.key}),
        "tabs": tabs(request, "settings_fields"),
    }
    return render(request, "platform/settings/fields_of.html", context)


def object_of(key: str) -> Object:
    if not registry.has(key) or key in NOT_EXTENDED:
        raise access.NotFound(_("There is no such kind of record."))
    return registry.get(key)


def _field_row(one: OwnField, place: int, of: int) -> dict[str, Any]:
    kind = TYPES.get(one.type)
    state = next((option for option in INDEX_STATES if option.key == one.index_state), None)
    marks = [
        word
        for told, word in (
            (one.required, _("required")),
            (one.unique, _("unique")),
            (one.searchable, _("searchable")),
            (one.sensitivity in ("personal", "sensitive"), _sensitivity(one)),
        )
        if told
    ]
    pointed = ", ".join(str(registry.get(key).plural) if registry.has(key) else key for key in targets_of(one))
    return {
        "id": one.pk,
        "label": one.label,
        "key": one.key,
        "type": str(kind.label) if kind else one.type,
        "detail": pointed
        if kind and "target" in kind.asks
        else ", ".join(a.label for a in one.answers if not a.retired)[:80],
        "icon": kind.icon if kind else "circle-help",
        "section": translated(one.section),
        "marks": marks,
        "index": {"label": str(state.label), "tone": state.tone, "title": one.index_note} if state else None,
        "href": reverse("settings_field", args=(one.pk,)),
        "move": reverse("settings_field_move", args=(one.pk,)),
        "retire": reverse("settings_field_retire", args=(one.pk,)),
        "back": reverse("settings_field_back", args=(one.pk,)),
        "first": place == 0,
        "last": place == of - 1,
    }


def _sensitivity(one: OwnField) -> str:
    return (
        next((str(option.label) for option in SENSITIVITIES if option.key == one.sensitivity), "").split(":")[0].lower()
    )


def translated(word: str) -> str:
    return language.gettext(word) if word else ""


def field_of(request: Request, pk: int) -> OwnField:
    """A definition, for those who may change it."""
    only_keepers(request.actor, None, {})
    found: OwnField = access.find(request.actor, OWN_FIELD, pk)
    return found


# --- order, retire, bring back ----------------------------------------------------------------------------------------


@page(methods=("POST",))
def move(request: Request, pk: int) -> HttpResponse:
    """One place up or down."""
    one = field_of(request, pk)
    rows = _in_order(one.object)
    place = next((number for number, row in enumerate(rows) if row.pk == one.pk), 0)
    other = place + (1 if request.POST.get("way") == "down" else -1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        _number(request, rows)
    return go(request, reverse("settings_fields_of", args=(one.object,)))


@page(methods=("POST",))
def arrange(request: Request, key: str) -> HttpResponse:
    """All of them in the order sent; those it does not name (made meanwhile) come after."""
    only_keepers(request.actor, None, {})
    obj = object_of(key)
    wanted = [int(pk) for pk in request.POST.getlist("item") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    place = {pk: number for number, pk in enumerate(wanted)}
    _number(request, sorted(_in_order(obj.key), key=lambda row: place.get(row.pk, len(place))))
    return stay(request, toast(_("The order is kept.")), close=False)


def _in_order(key: str) -> list[OwnField]:
    return list(OwnField.objects.filter(object=key, archived_at=None).order_by("position", "pk"))


def _number(request: Request, rows: list[OwnField]) -> None:
    with transaction.atomic():
        for number, row in enumerate(rows, 1):
            if row.position != number * 10:
                records.update(request.actor, row, {"position": number * 10})


@page(methods=("POST",))
def retire(request: Request, pk: int) -> HttpResponse:
    """Out of every screen; the values stay."""
    one = field_of(request, pk)
    records.archive(request.actor, one)
    words = _("The field “{label}” is retired. Its values are kept.").format(label=one.label)
    return go(request, reverse("settings_fields_of", args=(one.object,)), toast(words, undo=last_event(request, one)))


@page(methods=("POST",))
def bring_back(request: Request, pk: int) -> HttpResponse:
    """A retired field with all its values."""
    one = field_of(request, pk)
    back = reverse("settings_fields_of", args=(one.object,))
    try:
        records.restore(request.actor, one)
    except ValidationError as error:
        return go(request, back, toast(" ".join(error.messages), "bad"))
    return go(request, back, toast(_("The field “{label}” is back.").format(label=one.label)))


urlpatterns = [
    path("settings/fields", index, name="settings_fields"),
    path("settings/fields/of/<slug:key>", fields_of, name="settings_fields_of"),
    path("settings/fields/of/<slug:key>/order", arrange, name="settings_fields_order"),
    path("settings/fields/<int:pk>/move", move, name="settings_field_move"),
    path("settings/fields/<int:pk>/retire", retire, name="settings_field_retire"),
    path("settings/fields/<int:pk>/back", bring_back, name="settings_field_back"),
]
