"""The privacy page of somebody: what is held of them, give it out, put it right, restrict, erase; for who may."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.platform import access
from rapport.platform.access.keepers import require_privacy
from rapport.platform.labels import Names, names
from rapport.platform.objects import Object, registry
from rapport.platform.privacy import about, bundle, erase, restriction
from rapport.platform.privacy.models import Erasure
from rapport.platform.privacy.subject import has_subjects
from rapport.platform.views import addresses
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, page, render, toast
from rapport.platform.views.sheet import action_url
from rapport.ui import formats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from rapport.platform.panels import Line
    from rapport.ui.shapes import FormField


@page
def privacy(request: Request, obj: Object, pk: int) -> HttpResponse:
    """What is held of somebody and what can be done with it."""
    found = _find(request, obj, pk)
    return _page(request, found)


@page(methods=("POST",))
@proven
def give(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Everything held of them, as one file."""
    found = _find(request, obj, pk)
    name = f"{registry.of_record(found).key}-{found.uid}.zip"
    response = FileResponse(bundle.give(request.actor, found), as_attachment=True, filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


@page(methods=("POST",))
@proven
def forget(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Ask for their erasure; a job does it, and the receipt says what was done."""
    found = _find(request, obj, pk)
    reason = request.POST.get("reason", "").strip()
    if request.POST.get("sure") != "yes" or not reason:
        return _page(request, found, problem=_("Say why, and that you have read what goes and what stays."))
    try:
        asked = erase.request(request.actor, found, reason=reason)
    except ValidationError as error:
        return _page(request, found, problem=" ".join(error.messages))
    url = reverse("settings_privacy_receipt", args=(asked.uid,))
    return go(request, url, toast(_("They are being erased. The receipt stands here when it is done.")))


def _find(request: Request, obj: Object, pk: int) -> Any:
    require_privacy(request.actor)
    found = access.find(request.actor, obj, pk)
    if not has_subjects(registry.of_record(found)):
        raise access.NotFound(_("There is no such record, or you may not see it."))
    return found


def _page(request: Request, found: Any, *, problem: str = "") -> HttpResponse:
    obj = registry.of_record(found)
    day = request.GET.get("on", "")[:10]
    at = _end_of(request, day)
    told = [(one, one.tell(request.actor, found, at if one.dated else None)) for one in about.parts()]
    known = names(request.actor, [line.ref for _one, lines in told for line in lines if line.ref and not line.text])
    url = addresses.record_url(obj, found.pk)
    context = {
        "title": obj.title(found),
        "url": url,
        "here": f"{url}/privacy",
        "restricted": restriction.words() if restriction.is_restricted(obj, found) else "",
        "restrict": action_url(obj, found.pk, "restrict") if _has(obj, "restrict") else "",
        "restrict_field": _restrict_field(),
        "lift": action_url(obj, found.pk, "lift_restriction") if _has(obj, "lift_restriction") else "",
        "held": _held(request, found),
        "parts": [
            {"label": str(one.label), "empty": str(one.empty), "dated": one.dated, "rows": _rows(lines, known)}
            for one, lines in told
        ],
        "day": _day_field(day),
        "erase_fields": _erase_fields(request),
        "erasures": [_erasure(one) for one in Erasure.objects.filter(record_uid=found.uid).order_by("-pk")],
        "problem": problem,
    }
    return render(request, "platform/record/privacy.html", context, status=422 if problem else 200)


def _has(obj: Object, verb: str) -> bool:
    return obj.action(verb) is not None


def _held(request: Request, found: Any) -> list[dict[str, Any]]:
    return [
        {
            "label": line["label"],
            "count": formats.number(line["count"]),
            "goes": line["goes"],
            "why": line["why"] or _("removed, or emptied where others point at it"),
        }
        for line in erase.preview(request.actor, found)
    ]


def _rows(lines: Sequence[Line], known: Names) -> list[dict[str, Any]]:
    return [
        {
            "text": line.text or known.text(line.ref),
            "note": line.note,
            "state": line.chip.text if line.chip else "",
            "tone": line.chip.tone if line.chip else "",
            "why": line.chip.title if line.chip else "",
            "href": addresses.record_url(line.ref.object, line.ref.id) if line.ref else "",
        }
        for line in lines
    ]


def _erasure(one: Erasure) -> dict[str, Any]:
    when = formats.moment(one.done_at) if one.done_at else _("waits")
    return {"when": when, "reason": one.reason, "href": reverse("settings_privacy_receipt", args=(one.uid,))}


def _end_of(request: Request, day: str) -> datetime | None:
    """The last moment of a day in the reader's zone; None for now."""
    try:
        found = datetime.fromisoformat(day).date() if day else None
    except ValueError:
        return None
    if found is None:
        return None
    zone = request.actor.culture.tz
    return datetime.combine(found, time(), zone) + timedelta(days=1) - timedelta(microseconds=1)


def _day_field(day: str) -> FormField:
    return {"name": "on", "label": _("On the day"), "widget": "date", "value": day or clock.today().isoformat()}


def _restrict_field() -> FormField:
    return {"name": "reason", "label": _("Why restricted"), "widget": "text", "required": True, "max_length": 300}


def _erase_fields(request: Request) -> list[FormField]:
    return [
        {
            "name": "reason",
            "label": _("Why"),
            "widget": "text",
            "required": True,
            "max_length": 200,
            "value": request.POST.get("reason", "")[:200],
            "help": _("The law or the request it rests on; no name."),
        },
        {
            "name": "sure",
            "label": _("Sure"),
            "widget": "select",
            "required": True,
            "choices": [
                {"value": "", "label": _("not yet")},
                {"value": "yes", "label": _("I have read what goes and what stays")},
            ],
        },
    ]


urlpatterns = [
    path("<obj:obj>/<int:pk>/privacy", privacy, name="privacy"),
    path("<obj:obj>/<int:pk>/privacy/bundle", give, name="privacy_bundle"),
    path("<obj:obj>/<int:pk>/privacy/erase", forget, name="privacy_erase"),
]
