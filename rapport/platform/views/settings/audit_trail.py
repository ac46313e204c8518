"""The audit trail: searched by person, kind, record, door, address and time; given out as CSV; and whether it holds.

Who searches it leaves an entry, like everybody who sees what is not for everybody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.base.csv_safe import formula_safe
from rapport.platform import access, audit
from rapport.platform.access.keepers import require_auditor
from rapport.platform.accounts.models import User
from rapport.platform.audit.kinds import KINDS
from rapport.platform.audit.models import AuditEntry, AuditSeen
from rapport.platform.audit.proof import Standing, standing
from rapport.platform.audit.said import sentences
from rapport.platform.audit.who import who_saw
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.http import Request, number_of, page, render
from rapport.platform.views.settings.house import tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from rapport.ui.shapes import Choice, FormField

ROWS = 50
MOST_GIVEN_OUT = 100_000
KEYS = ("kind", "actor", "object", "record", "surface", "address", "since", "until")
SURFACES = ("web", "api", "import", "command", "job", "system")


@page
def trail(request: Request) -> HttpResponse:
    """The entries that meet what the address asks for, newest first; keyset "more"."""
    require_auditor(request.actor)
    asked = _asked(request)
    before = number_of(request.GET.get("before"))
    found = list(_entries(request, asked, before)[: ROWS + 1])
    if any(asked.values()) and before is None:
        _tell(request, asked)
    context = {
        "rows": _rows(found[:ROWS]),
        "fields": _fields(asked),
        "filtered": any(asked.values()),
        "more_url": _url(asked, before=str(found[ROWS - 1].pk)) if len(found) > ROWS else "",
        "export_url": addresses.with_query(reverse("settings_audit_csv"), asked),
        "standing": _standing(standing()),
        "tabs": tabs(request, "settings_audit"),
    }
    return render(request, "platform/settings/audit.html", context)


@page
def as_csv(request: Request) -> HttpResponse:
    """What was found, as CSV; at most MOST_GIVEN_OUT entries, and an entry that says so."""
    require_auditor(request.actor)
    asked = _asked(request)
    found = _entries(request, asked, None)[:MOST_GIVEN_OUT]
    facts = {
        "form": "csv",
        "count": found.count(),
        "kind": "audit",
        "filter": sorted(key for key in asked if asked[key]),
    }
    audit.record(request.actor, "exported", detail=facts)
    response = StreamingHttpResponse(_csv(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="audit-{clock.today().isoformat()}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


@page
def seen(request: Request, obj: Object, pk: int) -> HttpResponse:
    """Who saw sensitive values of one record, between two days."""
    require_auditor(request.actor)
    record = access.find(request.actor, obj, pk)
    concrete = registry.of_record(record)
    asked = {key: request.GET.get(key, "")[:10] for key in ("since", "until")}
    since, until = _span(request, asked)
    before = number_of(request.GET.get("before"))
    found = who_saw(concrete.access_key, pk, since=since, until=until, before=before, limit=ROWS + 1)
    audit.record(request.actor, "audit_read", object=concrete.access_key, record=pk)
    context = {
        "title": concrete.title(record),
        "url": addresses.record_url(concrete, pk),
        "rows": _rows(found[:ROWS]),
        "fields": _days(asked),
        "action": request.path,
        "more_url": addresses.with_query(request.path, {**asked, "before": str(found[ROWS - 1].pk)})
        if len(found) > ROWS
        else "",
    }
    return render(request, "platform/record/seen.html", context)


# --- what is asked for ------------------------------------------------------------------------------------------------


def _asked(request: Request) -> dict[str, str]:
    return {key: request.GET.get(key, "").strip()[:60] for key in KEYS}


def _url(asked: dict[str, str], **more: str) -> str:
    return addresses.with_query(reverse("settings_audit"), {**asked, **more})


def _entries(request: Request, asked: dict[str, str], before: int | None) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.order_by("-id")
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["surface"]:
        rows = rows.filter(surface=asked["surface"])
    if asked["address"]:
        rows = rows.filter(address=asked["address"])
    if (actor := number_of(asked["actor"])) is not None:
        rows = rows.filter(actor_id=actor)
    rows = _of_record(rows, asked["object"], number_of(asked["record"]))
    since, until = _span(request, asked)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lte=until)
    return rows if before is None else rows.filter(pk__lt=before)


def _of_record(rows: QuerySet[AuditEntry], key: str, record: int | None) -> QuerySet[AuditEntry]:
    """Entries about one record, also those that tell of several."""
    if key and record is not None:
        among = AuditSeen.objects.filter(object=key, record_id=record).values("entry_id")
        return rows.filter(object=key, record_id=record) | rows.filter(pk__in=among)
    return rows.filter(object=key) if key else rows


def _span(request: Request, asked: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """From the beginning of one day to the end of another, in the reader's zone."""
    since, until = (_day(request, asked[key]) for key in ("since", "until"))
    return since, until + timedelta(days=1) - timedelta(microseconds=1) if until else None


def _day(request: Request, text: str) -> datetime | None:
    try:
        day = datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
    return datetime.combine(day, time(), request.actor.culture.tz) if day else None


def _tell(request: Request, asked: dict[str, str]) -> None:
    facts = {key: asked[key] for key in ("kind", "object", "record", "actor") if asked[key]}
    audit.braked(request.actor, "audit_read", detail=facts)


# --- what is shown ----------------------------------------------------------------------------------------------------


def _rows(found: Any) -> list[dict[str, str]]:
    kept = list(found)
    return [
        {
            "sentence": sentence,
            "near": formats.relative(entry.at),
            "when": formats.moment(entry.at),
            "surface": entry.surface,
            "address": entry.address,
            "request": entry.request[:8],
        }
        for entry, sentence in zip(kept, sentences(kept), strict=True)
    ]


def _csv(found: QuerySet[AuditEntry]) -> Iterator[bytes]:
    head = ("number", "at", "sentence", "kind", "actor", "surface", "address", "request", "object", "record", "detail")
    yield b"\xef\xbb\xbf" + _line(head)
    last: int | None = None
    left = MOST_GIVEN_OUT
    rows = found.model._default_manager.filter(pk__in=found.values("pk")).order_by("-id")
    while left and (part := list((rows.filter(pk__lt=last) if last else rows)[: min(left, 500)])):
        last, left = part[-1].pk, left - len(part)
        yield b"".join(
            _line(
                *[
                    (
                        *(entry.pk, entry.at.isoformat(), said, entry.kind, entry.actor_id, entry.surface),
                        *(entry.address, entry.request, entry.object, entry.record_id, entry.detail),
                    )
                ]
            )
            for entry, said in zip(part, sentences(part), strict=True)
        )


def _line(cells: tuple[Any, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([formula_safe(str("" if cell is None else cell)) for cell in cells])
    return out.getvalue().encode()


def _standing(found: Standing) -> dict[str, Any]:
    """Whether it holds, in words and a tone."""
    if found.problem:
        words, tone = _("It does not hold: {problem}").format(problem=found.problem), "bad"
    elif found.verified_at is None:
        words, tone = _("Not verified yet; the worker does it every day."), "warn"
    else:
        words, tone = _("Holds; verified {when}.").format(when=formats.relative(found.verified_at)), "good"
    return {
        "words": words,
        "tone": tone,
        "sealed": formats.number(found.sealed),
        "waiting": formats.number(min(found.waiting, 1_000)) + ("+" if found.waiting > 1_000 else ""),
        "head": found.head[:16],
    }


def _fields(asked: dict[str, str]) -> list[FormField]:
    kinds: list[Choice] = [{"value": one.key, "label": str(one.label)} for one in KINDS.values()]
    users: list[Choice] = [
        {"value": str(pk), "label": name}
        for pk, name in User.objects.exclude(email=None).order_by("name").values_list("pk", "name")[:500]
    ]
    objects: list[Choice] = [{"value": obj.key, "label": str(obj.plural)} for obj in registry.all() if not obj.of]
    surfaces: list[Choice] = [{"value": key, "label": key} for key in SURFACES]
    return [
        {"name": "kind", "label": _("What"), "widget": "select", "choices": kinds, "value": asked["kind"]},
        {"name": "actor", "label": _("Who"), "widget": "select", "choices": users, "value": asked["actor"]},
        {
            "name": "object",
            "label": _("Kind of record"),
            "widget": "select",
            "choices": objects,
            "value": asked["object"],
        },
        {"name": "record", "label": _("Number of the record"), "widget": "number", "value": asked["record"]},
        {"name": "surface", "label": _("Through"), "widget": "select", "choices": surfaces, "value": asked["surface"]},
        {"name": "address", "label": _("Address"), "widget": "text", "value": asked["address"]},
        *_days(asked),
    ]


def _days(asked: dict[str, str]) -> list[FormField]:
    return [
        {"name": "since", "label": _("From"), "widget": "date", "value": asked["since"]},
        {"name": "until", "label": _("To"), "widget": "date", "value": asked["until"]},
    ]


urlpatterns = [
    path("settings/audit", trail, name="settings_audit"),
    path("settings/audit.csv", as_csv, name="settings_audit_csv"),
    path("<obj:obj>/<int:pk>/seen", seen, name="seen"),
]
