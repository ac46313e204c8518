"""Privacy of the house: requests and consent, the ledger of erasures, the suppression list; for who handles privacy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import path, reverse
from django.utils.translation import gettext as _

from rapport.platform import query
from rapport.platform.access import NotFound
from rapport.platform.access.keepers import require_privacy
from rapport.platform.accounts.models import User
from rapport.platform.objects import registry
from rapport.platform.privacy import about, suppression
from rapport.platform.privacy.models import Erasure, Suppressed
from rapport.platform.privacy.retention.rule import RetentionRule
from rapport.platform.views import addresses, errors
from rapport.platform.views.http import Request, go, number_of, page, render, toast
from rapport.platform.views.settings.house import tabs
from rapport.ui import formats

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.ui.shapes import FieldError, FormField

ROWS = 50
HERE = "settings_privacy"


@page
def privacy(request: Request) -> HttpResponse:
    """Where everything about privacy is."""
    require_privacy(request.actor)
    entries = [*_lists(request), *_own()]
    return render(request, "platform/settings/privacy.html", {"entries": entries, "tabs": tabs(request, HERE)})


def _lists(request: Request) -> list[dict[str, str]]:
    found = []
    for key, view in about.lists().items():
        obj = registry.get(key)
        asked = next((one for one in obj.views if one.key == view), None)
        plan = query.plan(request.actor, obj, asked.query if asked else "", action="read")
        count = query.count_capped(request.actor, plan)
        words = formats.number(count.number) + ("+" if count.more else "")
        found.append(
            {
                "label": str(obj.plural),
                "help": str(obj.help),
                "href": addresses.list_url(obj, view=view),
                "icon": obj.icon,
                "note": f"{asked.label}: {words}" if asked else words,
            }
        )
    return found


def _own() -> list[dict[str, str]]:
    return [
        {
            "label": _("Erasures"),
            "help": _("Who was erased, by whom, why, and the receipts."),
            "href": reverse("settings_privacy_erasures"),
            "icon": "trash-2",
            "note": formats.number(Erasure.objects.count()),
        },
        {
            "label": _("Suppression list"),
            "help": _("Addresses and numbers nothing is sent to; kept as digests that nobody can read."),
            "href": reverse("settings_privacy_suppressed"),
            "icon": "lock",
            "note": formats.number(Suppressed.objects.count()),
        },
        {
            "label": _("Retention"),
            "help": _("Which records end, how long after which of their days."),
            "href": reverse("settings_retention"),
            "icon": "timer",
            "note": formats.number(RetentionRule.objects.filter(archived_at=None).count()),
        },
        {
            "label": _("Record of processing"),
            "help": _("Article 30: your words, and what is made from what is declared and set up."),
            "href": reverse("settings_processing"),
            "icon": "list-checks",
            "note": "",
        },
    ]


# --- erasures ---------------------------------------------------------------------------------------------------------


@page
def erasures(request: Request) -> HttpResponse:
    """The ledger, newest first."""
    require_privacy(request.actor)
    before = number_of(request.GET.get("before"))
    rows = Erasure.objects.order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: ROWS + 1])
    last = {"before": str(found[ROWS - 1].pk)} if len(found) > ROWS else {}
    context = {
        "rows": [_row(one) for one in found[:ROWS]],
        "more_url": addresses.with_query(reverse("settings_privacy_erasures"), last) if last else "",
        "tabs": tabs(request, HERE),
    }
    return render(request, "platform/settings/erasures.html", context)


@page
def receipt(request: Request, uid: UUID) -> HttpResponse:
    """What one erasure did, store by store."""
    require_privacy(request.actor)
    found = Erasure.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound(_("There is no such erasure."))
    lines = [{"store": key, "count": formats.number(value)} for key, value in found.receipt.items()]
    row = _row(found)
    labels = {"uid": _("Receipt"), "reason": _("Why"), "who": _("Who"), "asked": _("Asked"), "done": _("Done")}
    facts = [(label, row[key]) for key, label in labels.items() if row[key]]
    context = {"erasure": row, "facts": facts, "lines": lines, "tabs": tabs(request, HERE)}
    return render(request, "platform/settings/receipt.html", context)


def _row(one: Erasure) -> dict[str, Any]:
    obj = registry.get(one.object) if registry.has(one.object) else None
    name = User.objects.filter(pk=one.actor_id).values_list("name", flat=True).first() if one.actor_id else ""
    return {
        "what": f"{obj.label if obj else one.object} {one.record_uid}",
        "uid": str(one.uid),
        "href": reverse("settings_privacy_receipt", args=(one.uid,)),
        "reason": one.reason,
        "who": name or "",
        "asked": formats.moment(one.asked_at),
        "done": formats.moment(one.done_at) if one.done_at else "",
    }


# --- suppression ------------------------------------------------------------------------------------------------------


@page(methods=("GET", "POST"))
def suppressed(request: Request) -> HttpResponse:
    """The list; ask whether an address is on it, or put one on it."""
    require_privacy(request.actor)
    if request.method != "POST":
        return _list(request)
    value, reason = (request.POST.get(key, "") for key in ("value", "reason"))
    try:
        if request.POST.get("do") == "ask":
            found = suppression.find(request.actor, value)
            words = _("It is on the list.") if found else _("It is not on the list.")
            return _list(request, answer=words, code=found.digest if found else "")
        suppression.suppress(request.actor, value, reason=reason)
    except ValidationError as error:
        return _list(request, found=errors.messages(error), status=422)
    return go(request, reverse("settings_privacy_suppressed"), toast(_("Nothing is sent there any more.")))


@page(methods=("POST",))
def release(request: Request, code: str) -> HttpResponse:
    """Take an entry off."""
    suppression.release(request.actor, code)
    return go(request, reverse("settings_privacy_suppressed"), toast(_("It is off the list.")))


def _list(
    request: Request, *, found: list[FieldError] | None = None, answer: str = "", code: str = "", status: int = 200
) -> HttpResponse:
    rows = Suppressed.objects.select_related("erasure").order_by("-at", "digest")[: ROWS * 4]
    context = {
        "rows": [_suppressed(one) for one in rows],
        "count": formats.number(Suppressed.objects.count()),
        "answer": answer,
        "release_found": reverse("settings_privacy_release", args=(code,)) if code else "",
        "fields": _fields(request),
        "errors": found or [],
        "tabs": tabs(request, HERE),
    }
    return render(request, "platform/settings/suppressed.html", context, status=status)


def _suppressed(one: Suppressed) -> dict[str, str]:
    return {
        "digest": one.digest[:12],
        "why": _("erased") if one.erasure_id else one.reason or _("wants no messages"),
        "when": formats.moment(one.at) if one.at else "",
        "release": reverse("settings_privacy_release", args=(one.digest,)),
    }


def _fields(request: Request) -> list[FormField]:
    return [
        {
            "name": "value",
            "label": _("Address or number"),
            "widget": "text",
            "required": True,
            "max_length": 500,
            "value": request.POST.get("value", "")[:500],
        },
        {
            "name": "reason",
            "label": _("Why"),
            "widget": "text",
            "max_length": 200,
            "value": request.POST.get("reason", "")[:200],
            "help": _("No name: the list must not say whose it is."),
        },
    ]


urlpatterns = [
    path("settings/privacy", privacy, name="settings_privacy"),
    path("settings/privacy/erasures", erasures, name="settings_privacy_erasures"),
    path("settings/privacy/erasures/<uuid:uid>", receipt, name="settings_privacy_receipt"),
    path("settings/privacy/suppressed", suppressed, name="settings_privacy_suppressed"),
    path("settings/privacy/suppressed/<slug:code>/release", release, name="settings_privacy_release"),
]
