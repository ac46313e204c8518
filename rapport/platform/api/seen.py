"""GET …/seen: who saw sensitive values of a record, for those who may read the audit trail."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from rapport.platform import audit
from rapport.platform.api import outgoing
from rapport.platform.audit.who import who_saw
from rapport.platform.fields import Ref
from rapport.platform.labels import Names, names
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.api.door import Call
    from rapport.platform.audit.models import AuditEntry


def who(call: Call) -> HttpResponse:
    """Each look, newest first. Asking is itself an entry of the trail."""
    record, limit, given = call.record(), call.given.get("limit", 50), call.given
    concrete = registry.of_record(record)
    since, until = (_moment(given.get(name)) for name in ("since", "until"))
    span: dict[str, Any] = {"since": since, "until": until, "before": given.get("before")}
    rows = who_saw(concrete.access_key, record.pk, limit=limit + 1, **span)
    audit.record(call.actor, "audit_read", object=concrete.access_key, record=record.pk)
    people = {pk for row in rows for pk in (row.actor_id, row.behalf_id) if pk is not None}
    known = names(call.actor, [Ref("user", pk) for pk in people])
    items = [_told(row, known) for row in rows[:limit]]
    return outgoing.answer({"items": items, "next": rows[limit - 1].pk if len(rows) > limit else None})


def _moment(text: str | None) -> datetime | None:
    found = datetime.fromisoformat(text) if text else None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _told(entry: AuditEntry, known: Names) -> dict[str, Any]:
    detail: dict[str, Any] = orjson.loads(entry.detail) if entry.detail else {}
    return {
        "id": entry.pk,
        "at": entry.at,
        "by": outgoing.link(known.get(Ref("user", entry.actor_id))) if entry.actor_id else None,
        "behalf_of": outgoing.link(known.get(Ref("user", entry.behalf_id))) if entry.behalf_id else None,
        "surface": entry.surface,
        "address": entry.address,
        "fields": sorted(str(name) for name in detail.get("fields", ())),
    }
