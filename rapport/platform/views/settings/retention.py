"""Retention: the rules, what each would end (number, sample, download), confirming it, and what it has ended."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.base.csv_safe import formula_safe
from rapport.platform import access, actions, audit
from rapport.platform.access.keepers import require_privacy
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import registry
from rapport.platform.privacy.retention import due
from rapport.platform.privacy.retention.models import Ended
from rapport.platform.privacy.retention.rule import RETENTION_RULE, RetentionRule
from rapport.platform.views import addresses, cells
from rapport.platform.views.entering import proven
from rapport.platform.views.http import Request, go, number_of, page, render, toast
from rapport.platform.views.settings.house import tabs
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor

SAMPLE = 20
LOGGED = 50
TONES = {"confirmed": "good", "stopped": "bad", "draft": "warn"}
audit.register(
    "retention_previewed", _lazy("Retention looked at"), _lazy("{who} downloaded what a retention rule would end")
)


@page
def retention(request: Request) -> HttpResponse:
    """Every rule."""
    require_privacy(request.actor)
    rows = access.visible(request.actor, RETENTION_RULE).filter(archived_at=None).order_by("name")[:200]
    context = {
        "rows": [_row(request, one) for one in rows],
        "new": reverse("new", args=(RETENTION_RULE.url,)),
        "tabs": tabs(request, "settings_privacy"),
    }
    return render(request, "platform/settings/retention.html", context)


@page
def preview(request: Request, pk: int) -> HttpResponse:
    """What one rule would end now, and what it has ended."""
    return _preview(request, _find(request, pk))


@page
def as_csv(request: Request, pk: int) -> HttpResponse:
    """All that it would end, as a file; an entry says so."""
    rule = _find(request, pk)
    audit.record(request.actor, "retention_previewed", object=RETENTION_RULE.key, record=rule.pk)
    response = StreamingHttpResponse(_csv(request.actor, rule), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="retention-{clock.today().isoformat()}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


@page(methods=("POST",))
@proven
def confirm(request: Request, pk: int) -> HttpResponse:
    """Let it act from tonight on, if it still means what was shown."""
    rule = _find(request, pk)
    expected = number_of(request.POST.get("expected"))
    try:
        actions.run(request.actor, RETENTION_RULE, rule, "confirm", {"expected": -1 if expected is None else expected})
    except ValidationError as error:
        return _preview(request, rule, problem=" ".join(error.messages))
    return go(request, reverse("settings_retention_rule", args=(pk,)), toast(_("It is carried out every night.")))


@page(methods=("POST",))
def stop(request: Request, pk: int) -> HttpResponse:
    """Let it end nothing any more."""
    actions.run(request.actor, RETENTION_RULE, _find(request, pk), "stop", {})
    return go(request, reverse("settings_retention_rule", args=(pk,)), toast(_("It ends nothing any more.")))


def _find(request: Request, pk: int) -> RetentionRule:
    require_privacy(request.actor)
    found: RetentionRule = access.find(request.actor, RETENTION_RULE, pk)
    return found


def _preview(request: Request, rule: RetentionRule, *, problem: str = "") -> HttpResponse:
    number, left = due.number_due(rule), due.number_restricted(rule)
    ended = Ended.objects.filter(rule_id=rule.pk).order_by("-id")[:LOGGED]
    context = {
        "rule": _row(request, rule),
        "number": number,
        "number_text": formats.number(number),
        "left": formats.number(left) if left else "",
        "sample": _sample(request.actor, rule),
        "ended": [_ended(one) for one in ended],
        "csv": reverse("settings_retention_csv", args=(rule.pk,)),
        "confirm": reverse("settings_retention_confirm", args=(rule.pk,)) if rule.state != "confirmed" else "",
        "stop": reverse("settings_retention_stop", args=(rule.pk,)) if rule.state == "confirmed" else "",
        "problem": problem or rule.problem,
        "tabs": tabs(request, "settings_privacy"),
    }
    return render(request, "platform/settings/retention_rule.html", context, status=422 if problem else 200)


def _row(request: Request, rule: RetentionRule) -> dict[str, Any]:
    obj = registry.get(rule.object) if registry.has(rule.object) else None
    words = {key: cells.text(RETENTION_RULE.field(key), getattr(rule, key)) for key in ("ending", "state")}
    return {
        "name": rule.name,
        "href": reverse("settings_retention_rule", args=(rule.pk,)),
        "record": addresses.record_url(RETENTION_RULE, rule.pk),
        "kind": str(obj.plural) if obj else rule.object,
        "means": rule.text,
        "ending": words["ending"] + (f": {rule.fields}" if rule.ending == "empty" else ""),
        "state": words["state"],
        "tone": TONES.get(rule.state, ""),
        "ran": formats.relative(rule.ran_at) if rule.ran_at else _("never"),
    }


def _sample(actor: Actor, rule: RetentionRule) -> list[dict[str, str]]:
    """The first few; what the reader may not see goes by its number."""
    ids = due.some_due(rule, limit=SAMPLE)
    known = names(actor, [Ref(rule.object, pk) for pk in ids])
    label = str(registry.get(rule.object).label)
    return [
        {
            "text": known.text(Ref(rule.object, pk)) or f"{label} {pk}",
            "href": addresses.record_url(rule.object, pk) if known.get(Ref(rule.object, pk)) else "",
        }
        for pk in ids
    ]


def _ended(one: Ended) -> dict[str, str]:
    return {
        "what": cells.text(RETENTION_RULE.field("ending"), one.what),
        "uid": str(one.record_uid),
        "when": formats.moment(one.at),
        "reason": one.reason,
    }


def _csv(actor: Actor, rule: RetentionRule) -> Iterator[bytes]:
    obj = registry.get(rule.object)
    yield b"\xef\xbb\xbf" + _line("uid", "name", rule.since)
    for ids in due.every_due(rule):
        known = names(actor, [Ref(rule.object, pk) for pk in ids])
        for record in obj.model._default_manager.filter(pk__in=ids).order_by("pk"):
            day = obj.field(rule.since).plain(obj.field(rule.since).read(record))
            yield _line(str(record.uid), known.text(Ref(rule.object, record.pk)), str(day))


def _line(*cells_: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([formula_safe(cell) for cell in cells_])
    return out.getvalue().encode()


urlpatterns = [
    path("settings/privacy/retention", retention, name="settings_retention"),
    path("settings/privacy/retention/<int:pk>", preview, name="settings_retention_rule"),
    path("settings/privacy/retention/<int:pk>/csv", as_csv, name="settings_retention_csv"),
    path("settings/privacy/retention/<int:pk>/confirm", confirm, name="settings_retention_confirm"),
    path("settings/privacy/retention/<int:pk>/stop", stop, name="settings_retention_stop"),
]
