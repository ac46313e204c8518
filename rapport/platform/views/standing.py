"""How the fields of a form stand while somebody types: shown, required, read-only, as their conditions say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse

from rapport.platform import access
from rapport.platform.formula import conditions
from rapport.platform.objects import Object, registry
from rapport.platform.views import addresses
from rapport.platform.views.fields import raw_of
from rapport.platform.views.http import Request, body, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapport.platform.access import Actor


def conditions_url(obj: Object, pk: int | None) -> str | None:
    """Where a form asks how its fields stand; None where no field depends on a condition."""
    if not conditions.conditional(obj):
        return None
    return addresses.with_query(reverse("conditions", args=(obj,)), {"id": str(pk)} if pk else {})


@page(methods=("POST",))
def standing(request: Request, obj: Object) -> HttpResponse:
    """For what is typed so far: {field: {"shown", "required"}}, of the fields this actor may write.

    What is locked is so by the record as it is stored: the form was drawn with it.
    """
    pk = request.GET.get("id", "")
    if pk:
        record = access.find(request.actor, obj, pk, "edit")
        obj = registry.of_record(record)
    else:
        access.require(request.actor, obj, "create")
        record = obj.model()
    typed = _typed(request.actor, obj, record, body(request))
    known = access.writable(request.actor, obj)
    found = {
        key: {"shown": one.shown, "required": one.required or known[key].required}
        for key, one in conditions.states(obj, record, typed).items()
        if key in known
    }
    answer = HttpResponse(json.dumps(found), content_type="application/json")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _typed(actor: Actor, obj: Object, record: Any, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What the form holds; a value that is half typed counts as the one on the record."""
    named = set(str(sent.get("fields") or "")[:4_000].split(","))
    values: dict[str, Any] = dict(obj.where) if record.pk is None else {}
    for key, one in access.writable(actor, obj).items():
        if key not in named and key not in sent:
            continue
        try:
            values[key] = one.parse(raw_of(one, sent), actor.culture)
        except ValidationError:
            continue
    return values
