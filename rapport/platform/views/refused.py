"""Refused: what somebody tried and was not allowed to, from the answer that their request got."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from rapport.platform.audit.write import braked
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpRequest

    from rapport.platform.access import Actor

REFUSALS = frozenset({401, 403, 404})


def refused(request: HttpRequest, actor: Actor | None, status: int) -> None:
    """Keep that a page or an endpoint refused itself or a record. A foreign record answers 404, like a missing one.

    The route is kept, not the address: what stands in an address may be personal. An address that leads nowhere is
    no try at anything, and a stranger who is sent to the sign-in page was refused nothing.
    """
    match = request.resolver_match
    if status not in REFUSALS or match is None or (actor is None and status == 404):
        return
    facts: dict[str, Any] = {"method": request.method, "route": match.route[:200], "status": status}
    if isinstance(uid := match.kwargs.get("uid"), UUID):
        facts["uid"] = str(uid)
    obj, number = _about(match.kwargs)
    braked(actor, "denied", object=obj, record=number, detail=facts)


def _about(given: dict[str, Any]) -> tuple[str, int | None]:
    """The kind and the number of the record in an address; a foreign uid is not resolved."""
    obj = given.get("obj") or registry.by_url(str(given.get("plural", "")))
    number = given.get("pk")
    in_range = isinstance(number, int) and abs(number) < 2**63
    return (obj.access_key if obj is not None and hasattr(obj, "access_key") else ""), number if in_range else None
