"""What happened: every Event, newest first, narrowed by kind of record, person, surface or record; keyset "more"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import labels
from rapport.platform.accounts.models import User
from rapport.platform.events import setup
from rapport.platform.events.models import Event
from rapport.platform.fields import Ref, Reference
from rapport.platform.objects import registry
from rapport.platform.views import addresses, cells
from rapport.platform.views.http import Request, number_of, page, render
from rapport.platform.views.settings.house import require_keeper, tabs
from rapport.platform.words import reason_said
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.fields import Field
    from rapport.ui.shapes import Choice, FormField

ROWS = 50
MOST_CHANGES = 30
SURFACES = ("web", "api", "import", "command", "job", "demo", "system")


@page
def events(request: Request) -> HttpResponse:
    """The trail, for those who keep the house; only of kinds and fields they may read. Four queries."""
    require_keeper(request.actor)
    asked = {key: request.GET.get(key, "")[:60] for key in ("object", "record", "actor", "surface")}
    found = _events(asked, number_of(request.GET.get("before")))
    more = len(found) > ROWS
    found = found[:ROWS]
    names = labels.names(request.actor, [ref for event in found for ref in _refs(event)])
    people = dict(User.objects.filter(pk__in={event.actor_id for event in found}).values_list("pk", "name"))
    parts = _names_of_parts(found)
    context = {
        "rows": [
            _row_of_part(event, part, parts.get((part.key, event.record_id), ""), people)
            if (part := setup.find(event.object))
            else _row(request, event, names, people)
            for event in found
        ],
        "fields": _fields(asked),
        "more_url": addresses.with_query(reverse("settings_events"), {**asked, "before": str(found[-1].pk)})
        if more
        else "",
        "filtered": any(asked.values()),
        "tabs": tabs(request, "settings_events"),
    }
    return render(request, "platform/settings/events.html", context)


def _events(asked: dict[str, str], before: int | None) -> list[Event]:
    rows = Event.objects.order_by("-id")
    if asked["object"]:
        rows = rows.filter(object=asked["object"])
    if (record := number_of(asked["record"])) is not None:
        rows = rows.filter(record_id=record)
    if (actor := number_of(asked["actor"])) is not None:
        rows = rows.filter(actor_id=actor)
    if asked["surface"] in SURFACES:
        rows = rows.filter(surface=asked["surface"])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[: ROWS + 1])


def _row(request: Request, event: Event, names: labels.Names, people: dict[int, str]) -> dict[str, Any]:
    obj = registry.get(event.object) if registry.has(event.object) else None
    ref = Ref(event.object, event.record_id)
    return {
        **_who_when(event, people),
        "record": names.text(ref) if obj else "",
        "label": f"{obj.label} {event.record_id}" if obj else f"{event.object} {event.record_id}",
        "href": addresses.record_url(obj, event.record_id) if obj else "",
        "reason": reason_said(event.reason) if event.actor_id else "",
        "changes": _changes(request, event, names),
        "made": event.action == "create",
    }


def _who_when(event: Event, people: dict[int, str]) -> dict[str, Any]:
    return {
        "when": formats.moment(event.at),
        "near": formats.relative(event.at),
        "who": people.get(event.actor_id or 0, "") or event.reason or _("the system"),
        "surface": event.surface,
        "kind": event.kind,
    }


def _names_of_parts(events: list[Event]) -> dict[tuple[str, int], str]:
    """What the parts of the set-up named here are called; one query for each kind of them."""
    found: dict[tuple[str, int], str] = {}
    for part in setup.parts():
        numbers = {event.record_id for event in events if event.object == part.key}
        if numbers:
            found |= {(part.key, number): name for number, name in part.names(numbers).items()}
    return found


def _row_of_part(event: Event, part: setup.Part, name: str, people: dict[int, str]) -> dict[str, Any]:
    """A change of the set-up; one that is gone by now is named as its own Event names it."""
    return {
        **_who_when(event, people),
        "record": name,
        "label": f"{part.label} {event.record_id}",
        "href": reverse(part.page, args=(event.record_id,)) if name and part.page else "",
        "reason": reason_said(event.reason) if event.actor_id else "",
        "changes": [
            {
                "label": part.heading(key),
                "before": formats.truncate(part.words(key, before), 80),
                "after": formats.truncate(part.words(key, after), 80),
            }
            for key, (before, after) in list(event.changes.items())[:MOST_CHANGES]
        ],
        "made": event.action == "created",
    }


def _refs(event: Event) -> list[Ref]:
    """The record of an Event, and those its changes point at."""
    if not registry.has(event.object):
        return []
    obj = registry.get(event.object)
    found = [Ref(event.object, event.record_id)]
    for key, pair in list(event.changes.items())[:MOST_CHANGES]:
        field = obj.fields.get(key)
        if field is not None and field.family == "reference":
            found += [ref for plain in pair if (ref := _ref(field, plain)) is not None]
    return found


def _ref(field: Field[Any], plain: Any) -> Ref | None:
    if isinstance(plain, dict):
        return Ref(plain["object"], plain["id"]) if registry.has(plain.get("object", "")) else None
    return Ref(field.target.key, plain) if isinstance(field, Reference) and isinstance(plain, int) else None


def _changes(request: Request, event: Event, names: labels.Names) -> list[dict[str, str]]:
    """From what to what; fields the reader may not see are left out, like everywhere."""
    if not registry.has(event.object):
        return []
    obj = registry.get(event.object)
    found = []
    for key, pair in list(event.changes.items())[:MOST_CHANGES]:
        field = obj.fields.get(key)
        if field is None or request.actor.rights.level(obj.access_key, field.sensitivity) < 1:
            continue
        before, after = (_words(field, value, names) for value in pair)
        found.append({"label": str(field.label), "before": before, "after": after})
    return found


def _words(field: Field[Any], plain: Any, names: labels.Names) -> str:
    """A plain value in words; what may not be seen stays a number."""
    if plain in (None, "", []):
        return "–"
    if field.family in ("reference", "references"):
        number = f"#{plain['id']}" if isinstance(plain, dict) else f"#{plain}"
        return names.text(_ref(field, plain), number)
    return formats.truncate(cells.text(field, field.from_plain(plain)), 80)


def _fields(asked: dict[str, str]) -> list[FormField]:
    kinds: list[Choice] = [{"value": obj.key, "label": str(obj.plural)} for obj in registry.all() if not obj.of]
    kinds += [{"value": part.key, "label": str(part.plural)} for part in setup.parts()]
    users: list[Choice] = [
        {"value": str(pk), "label": name}
        for pk, name in User.objects.exclude(email=None).order_by("name").values_list("pk", "name")[:500]
    ]
    surfaces: list[Choice] = [{"value": key, "label": key} for key in SURFACES]
    return [
        {
            "name": "object",
            "label": _("Kind of record"),
            "widget": "select",
            "choices": kinds,
            "value": asked["object"],
        },
        {"name": "record", "label": _("Number of the record"), "widget": "number", "value": asked["record"]},
        {"name": "actor", "label": _("Who"), "widget": "select", "choices": users, "value": asked["actor"]},
        {"name": "surface", "label": _("Through"), "widget": "select", "choices": surfaces, "value": asked["surface"]},
    ]


urlpatterns = [path("settings/events", events, name="settings_events")]
