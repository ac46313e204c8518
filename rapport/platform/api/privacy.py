"""Privacy over the API: what is held of somebody, all of it as a file, their erasure; the ledger; the suppression list.

The rules are those of the pages (`platform.privacy`); everything here is for who handles privacy.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound, find
from rapport.platform.access.keepers import require_privacy
from rapport.platform.api import check, incoming, outgoing
from rapport.platform.api.privacy_parts import ERASURE_NEW, SUPPRESSED_NEW
from rapport.platform.api.problems import missing
from rapport.platform.fields import Ref
from rapport.platform.labels import names
from rapport.platform.objects import registry
from rapport.platform.privacy import about, bundle, restriction, suppression
from rapport.platform.privacy import erase as erasing
from rapport.platform.privacy.models import Erasure, Suppressed
from rapport.platform.privacy.processing import document
from rapport.platform.privacy.retention import due
from rapport.platform.privacy.retention.rule import RETENTION_RULE
from rapport.platform.privacy.subject import has_subjects

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from rapport.platform.api.door import Call

Json = dict[str, Any]
MOST, SAMPLE = 200, 20


def standing(call: Call) -> HttpResponse:
    """What is held of somebody, what would go and what would stay, what they allow (on a day) and asked for."""
    record = _subject(call)
    obj = registry.of_record(record)
    told = [(one, one.tell(call.actor, record, _moment(call) if one.dated else None)) for one in about.parts()]
    refs = [line.ref for _one, lines in told for line in lines if line.ref is not None]
    known = names(call.actor, refs)
    return outgoing.answer(
        {
            "restricted": restriction.is_restricted(obj, record),
            "held": erasing.preview(call.actor, record),
            "parts": [
                {
                    "key": one.key,
                    "label": str(one.label),
                    "lines": [
                        {
                            "text": line.text,
                            "note": line.note,
                            "state": line.chip.text if line.chip else "",
                            "why": line.chip.title if line.chip else "",
                            "record": outgoing.any_link(known.get(line.ref)) if line.ref else None,
                        }
                        for line in lines
                    ],
                }
                for one, lines in told
            ],
        }
    )


def give(call: Call) -> HttpResponseBase:
    """Everything held of somebody as a zip: data.json, data.html and their files. The audit trail tells of it."""
    record = _subject(call)
    response = FileResponse(bundle.give(call.actor, record), as_attachment=True, filename=f"{record.uid}.zip")
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Cache-Control"] = "no-store"
    return response


def erase(call: Call) -> HttpResponse:
    """Ask for somebody's erasure; a job does it. It cannot be undone."""
    record = _subject(call)
    body = incoming.body(call.request)
    incoming.refuse(list(check.errors(ERASURE_NEW, body)))
    asked = erasing.request(call.actor, record, reason=body["reason"])
    where = {"Location": f"/api/v1/privacy/erasures/{asked.uid}"}
    return outgoing.answer(_erasure(asked), status=202, headers=where)


def _subject(call: Call) -> Any:
    require_privacy(call.actor)
    if not has_subjects(call.object):
        raise missing()
    return find(call.actor, call.object, call.address["uid"])


def _moment(call: Call) -> datetime | None:
    """The end of the day asked for, in UTC."""
    day = call.given.get("on")
    return datetime.fromisoformat(f"{day}T23:59:59.999999").replace(tzinfo=UTC) if day else None


# --- the ledger -------------------------------------------------------------------------------------------------------


def erasures(call: Call) -> HttpResponse:
    """Erasures, newest first."""
    require_privacy(call.actor)
    rows, limit = Erasure.objects.order_by("-pk"), call.given.get("limit", 50)
    before = call.given.get("before")
    found = list((rows.filter(pk__lt=before) if before else rows)[: limit + 1])
    more = found[limit - 1].pk if len(found) > limit else None
    return outgoing.answer({"items": [_erasure(one) for one in found[:limit]], "next": more})


def erasure(call: Call) -> HttpResponse:
    """One erasure and its receipt."""
    require_privacy(call.actor)
    found = Erasure.objects.filter(uid=call.address["uid"]).first()
    if found is None:
        raise missing()
    return outgoing.answer(_erasure(found))


def _erasure(one: Erasure) -> Json:
    return {
        "id": str(one.uid),
        "object": one.object,
        "record": str(one.record_uid),
        "reason": one.reason,
        "asked_at": one.asked_at,
        "done_at": one.done_at,
        "receipt": [{"store": key, "count": value} for key, value in one.receipt.items()],
    }


def retention(call: Call) -> HttpResponse:
    """How many records a rule would end now, how many it leaves alone (restricted), and some of them."""
    rule = find(call.actor, RETENTION_RULE, call.address["uid"])
    refs = [Ref(rule.object, pk) for pk in due.some_due(rule, limit=SAMPLE)]
    known = names(call.actor, refs)
    sample = [outgoing.any_link(known.get(ref)) for ref in refs]
    restricted = due.number_restricted(rule)
    return outgoing.answer({"number": due.number_due(rule), "restricted": restricted, "sample": sample})


def processing(call: Call) -> HttpResponse:
    """The record of processing (Article 30): the texts of the house, and what is made from what is declared."""
    return outgoing.answer(document.content(call.actor))


# --- suppression ------------------------------------------------------------------------------------------------------


def suppressed(call: Call) -> HttpResponse:
    """The suppression list, newest first; with `value` only the entry of that address or number."""
    require_privacy(call.actor)
    if call.given.get("value"):
        found = suppression.find(call.actor, call.given["value"])
        return outgoing.answer({"items": [_entry(found)] if found else [], "next": None})
    rows = Suppressed.objects.order_by("digest").filter(digest__gt=call.given.get("cursor", ""))
    some = list(rows[: MOST + 1])
    return outgoing.answer(
        {"items": [_entry(one) for one in some[:MOST]], "next": some[MOST - 1].digest if len(some) > MOST else None}
    )


def suppress(call: Call) -> HttpResponse:
    """Send nothing to an address or number any more."""
    require_privacy(call.actor)
    body = incoming.body(call.request)
    incoming.refuse(list(check.errors(SUPPRESSED_NEW, body)))
    made = suppression.suppress(call.actor, body["value"], reason=body.get("reason", ""))
    return outgoing.answer(_entry(made), status=201, headers={"Location": f"/api/v1/privacy/suppressed/{made.digest}"})


def release(call: Call) -> HttpResponse:
    """Take an entry off the suppression list."""
    require_privacy(call.actor)
    found = Suppressed.objects.filter(digest=call.address["code"]).first()
    if found is None:
        raise NotFound(_("There is no such entry."))
    told = _entry(found)
    suppression.release(call.actor, found.digest)
    return outgoing.answer(told)


def _entry(one: Suppressed) -> Json:
    return {
        "id": one.digest,
        "because": "erased" if one.erasure_id else "objected",
        "reason": one.reason,
        "at": one.at,
    }
