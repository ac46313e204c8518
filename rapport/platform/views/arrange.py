"""“Arrange this page”: sections and fields of a record, the cards beside its story, the fields of a card of the board.

Each is put in order by drag or by key, where it stands, for oneself, one's team or everybody; and put back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform import access, layouts, once
from rapport.platform.layouts import arranged
from rapport.platform.layouts.arranged import CARD, PAGE, PANELS
from rapport.platform.objects import Object, Section
from rapport.platform.views import addresses, facts, relations, sheet
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.view_tabs import audience_of, audiences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse, QueryDict

    from rapport.platform.views.relations import Card
    from rapport.ui.shapes import Choice

MOST_SECTIONS = 30
MOST_ON_CARD = 8
MOVES = {"up": -1, "down": 1}


@dataclass
class Part:
    """A section on the page that is being arranged; `name` is what the layout calls it."""

    name: str
    label: str
    open: bool
    keys: list[str] = field(default_factory=list)


@page(methods=("GET", "POST"))
def record_arrange(request: Request, obj: Object, pk: int) -> HttpResponse:
    """The page of a record with everything on it movable."""
    audience = audience_of(request)
    with once.together():
        found = sheet.read(request.actor, obj, pk)
        cards = relations.read(request.actor, found.obj, found.record).all_cards(found.known)
    concrete = found.obj
    parts, hidden = _parts(request, concrete, audience)
    content = _stated(request, concrete, PANELS, audience)
    order, away = [one.key for one in arranged.in_order(cards, content)], set(arranged.texts(content.get("hidden")))
    if request.method == "POST":
        do, _colon, what = request.POST.get("do", "").partition(":")
        if do == "reset":
            for place in (PAGE, PANELS):
                layouts.reset(request.actor, concrete, place, audience)
            return go(request, found.url, toast(_("This page is as it was declared.")))
        parts, hidden = _read(request.POST, parts, hidden)
        order = [key for key in dict.fromkeys(request.POST.getlist("panel")) if key in order]
        away = {one.key for one in cards} - set(request.POST.getlist("shown_panel"))
        if do in MOVES:
            parts, order = _move(parts, order, what, MOVES[do])
        elif do == "section":
            parts.append(Part("", clean_line(request.POST.get("new_section", ""), 80) or _("New section"), True))
        else:
            _keep(request, concrete, audience, parts, hidden, order, away)
            return go(request, found.url, toast(_("The page is arranged.")))
    if len(parts) > MOST_SECTIONS:
        raise ValidationError(_("A page has at most {n} sections.").format(n=MOST_SECTIONS))
    context = {
        "obj": concrete,
        "title": found.title,
        "subtitle": sheet.subtitle(found),
        "parts": [_drawn(request, concrete, part, number) for number, part in enumerate(parts)],
        "hidden": [_field(concrete, key) for key in hidden],
        "cards": _panels(cards, order, away),
        "audience": audience,
        "audiences": audiences(request.actor, audience),
        "action": reverse("record_arrange", args=(obj, pk)),
        "card_url": reverse("card_arrange", args=(concrete,)) if concrete.board else "",
        "back": found.url,
    }
    return render(request, "platform/record/arrange.html", context)


def _stated(request: Request, obj: Object, place: str, audience: layouts.Audience) -> Mapping[str, Any]:
    """What the audience arranged, or what holds for this reader where it did not."""
    if not layouts.may_arrange(request.actor, audience):
        layouts.reset(request.actor, obj, place, audience)  # says why not
    return layouts.stated(request.actor, obj, place, audience) or layouts.find(request.actor, obj, place).content


def _parts(request: Request, obj: Object, audience: layouts.Audience) -> tuple[list[Part], list[str]]:
    """The sections as they stand, and the fields in none of them, for whoever arranges: only those they may see."""
    seen = facts.shown_fields(request.actor, obj)
    sections, hidden = arranged.arranged_sections(obj, _stated(request, obj, PAGE, audience))
    parts = [
        Part(arranged.name_of(one), str(one.label), one.open, [key for key in one.fields if key in seen])
        for one in sections
    ]
    placed = {key for part in parts for key in part.keys} | hidden | {obj.name}
    rest = [key for key in (*obj.own_fields, *facts.OWN) if key in seen and key not in placed]
    if rest:
        parts.append(Part("Other fields", _("Other fields"), not parts, rest))
    return parts, [key for key in seen if key in hidden]


def _read(given: QueryDict, before: list[Part], hidden: list[str]) -> tuple[list[Part], list[str]]:
    """The page as it was sent: a run of "section:N" and "field:KEY" in the order in which they stand."""
    known = {key for part in before for key in part.keys} | set(hidden)
    labels, names = given.getlist("label"), given.getlist("name")
    parts: list[Part] = []
    away: list[str] = []
    into = away
    for item in given.getlist("item")[:1_000]:
        what, _colon, name = item.partition(":")
        if what == "section":
            place = len(parts)
            label = clean_line(labels[place] if place < len(labels) else "", 80) or _("Section")
            part = Part(names[place][:80] if place < len(names) else "", label, f"{name}" in given.getlist("open"))
            parts.append(part)
            into = part.keys
        elif what == "hidden":
            into = away
        elif what == "field" and name in known:
            known.discard(name)
            into.append(name)
    if not parts:
        raise ValidationError(_("This page cannot be read. Nothing was changed."))
    parts[-1].keys += [key for key in (*[k for p in before for k in p.keys], *hidden) if key in known]
    return parts, away


def _move(parts: list[Part], order: list[str], what: str, by: int) -> tuple[list[Part], list[str]]:
    """One field, section or panel a place up or down, for those without script."""
    kind, _colon, name = what.partition(":")
    if kind == "panel" and name in order:
        _swap(order, order.index(name), by)
    elif kind == "section" and name.isdecimal() and int(name) < len(parts):
        _swap(parts, int(name), by)
    elif kind == "field":
        at = next((number for number, part in enumerate(parts) if name in part.keys), None)
        if at is not None:
            _move_field(parts, at, name, by)
    return parts, order


def _move_field(parts: list[Part], at: int, key: str, by: int) -> None:
    """Within its section, and past its end into the next one."""
    keys = parts[at].keys
    place = keys.index(key)
    if 0 <= place + by < len(keys):
        _swap(keys, place, by)
    elif 0 <= at + by < len(parts):
        keys.remove(key)
        parts[at + by].keys.insert(0 if by > 0 else len(parts[at + by].keys), key)


def _swap(things: list[Any], place: int, by: int) -> None:
    other = place + by
    if 0 <= other < len(things):
        things[place], things[other] = things[other], things[place]


def _keep(
    request: Request,
    obj: Object,
    audience: layouts.Audience,
    parts: list[Part],
    hidden: list[str],
    order: list[str],
    away: set[str],
) -> None:
    declared = {str(one.label): arranged.name_of(one) for one in obj.all_sections}
    # Fields that this arranger may not see stay where they were for those who do.
    seen = facts.shown_fields(request.actor, obj)
    old, old_hidden = arranged.arranged_sections(obj, layouts.stated(request.actor, obj, PAGE, audience))
    sections = [
        {
            "name": declared.get(part.label, part.label),
            "fields": [*part.keys, *_unseen(old, part.name, seen)],
            "open": part.open,
        }
        for part in parts
    ]
    kept_hidden = [*hidden, *sorted(key for key in old_hidden if key not in seen)]
    stated = layouts.stated(request.actor, obj, PANELS, audience)
    rest = [key for key in arranged.texts(stated.get("order")) if key not in order]
    unseen_away = [key for key in arranged.texts(stated.get("hidden")) if key not in order]
    with_hidden = {"sections": [one for one in sections if one["fields"]], "hidden": kept_hidden}
    layouts.keep(request.actor, obj, PAGE, audience, with_hidden)
    if order:
        panels = {"order": [*order, *rest], "hidden": [*sorted(away), *unseen_away]}
        layouts.keep(request.actor, obj, PANELS, audience, panels)


def _unseen(old: tuple[Section, ...], name: str, seen: Mapping[str, Any]) -> list[str]:
    return [key for one in old if arranged.name_of(one) == name for key in one.fields if key not in seen]


# --- drawn ------------------------------------------------------------------------------------------------------------


def _drawn(request: Request, obj: Object, part: Part, number: int) -> dict[str, Any]:
    return {
        "number": str(number),
        "name": part.name,
        "label": part.label,
        "open": part.open,
        "fields": [_field(obj, key) for key in part.keys],
    }


def _field(obj: Object, key: str) -> dict[str, str]:
    return {"key": key, "label": str(obj.field(key).label)}


def _panels(cards: list[Card], order: list[str], away: set[str]) -> list[dict[str, Any]]:
    known = {one.key: one for one in cards}
    keys = [*[key for key in order if key in known], *[key for key in known if key not in order]]
    return [{"key": key, "label": known[key].title, "icon": known[key].icon, "shown": key not in away} for key in keys]


# --- the card of the board --------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def card_arrange(request: Request, obj: Object) -> HttpResponse:
    """Which fields a card of the board shows, and in which order."""
    access.require(request.actor, obj, "read")
    if obj.board is None:
        raise access.NotFound(_("There is no board of these records."))
    audience = audience_of(request)
    seen = access.readable(request.actor, obj)
    content = _stated(request, obj, CARD, audience)
    stated = content.get("fields")
    keys = [key for key in (arranged.texts(stated) if isinstance(stated, list) else obj.board.card) if key in seen]
    back = addresses.list_url(obj, "board")
    if request.method == "POST":
        do, _colon, what = request.POST.get("do", "").partition(":")
        if do == "reset":
            layouts.reset(request.actor, obj, CARD, audience)
            return go(request, back, toast(_("The card is as it was declared.")))
        keys = [key for key in dict.fromkeys(request.POST.getlist("field")) if key in seen]
        if do in MOVES and what in keys:
            _swap(keys, keys.index(what), MOVES[do])
        elif do == "out" and what in keys:
            keys.remove(what)
        elif do == "add":
            keys += [key for key in [request.POST.get("add", "")] if key in seen and key not in keys]
        else:
            layouts.keep(request.actor, obj, CARD, audience, {"fields": keys})
            return go(request, back, toast(_("The card is arranged.")))
    if len(keys) > MOST_ON_CARD:
        raise ValidationError(_("A card has room for {n} fields.").format(n=MOST_ON_CARD))
    shown_anyway = {obj.name, obj.board.value}
    offered: list[Choice] = [
        {"value": key, "label": str(one.label)}
        for key, one in seen.items()
        if key not in keys and key not in shown_anyway
    ]
    context = {
        "rows": [_field(obj, key) for key in keys],
        "offered": offered,
        "audience": audience,
        "audiences": audiences(request.actor, audience),
        "action": reverse("card_arrange", args=(obj,)),
        "back": back,
    }
    return render(request, "platform/card_arrange.html", context)


urlpatterns = [
    path("<obj:obj>/board/card", card_arrange, name="card_arrange"),
    path("<obj:obj>/<int:pk>/arrange", record_arrange, name="record_arrange"),
]
