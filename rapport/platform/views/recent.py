"""The records somebody opened last: a cookie of references, no names, so reading a page writes nothing here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings

from rapport.platform.fields import Ref
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COOKIE = f"{settings.COOKIE_PREFIX}rapport_recent"
MOST = 12
ADDRESS = re.compile(r"^/([a-z][a-z0-9_-]*)/(\d{1,18})(?:[/?]|$)")
REF = re.compile(r"([a-z][a-z0-9_]{0,39})\.(\d{1,18})")


def record_at(address: str) -> Ref | None:
    """The record whose page stands at an address of ours."""
    found = ADDRESS.match(address)
    obj = registry.by_url(found[1]) if found else None
    return Ref(obj.key, int(found[2])) if found and obj else None


def opened(request: HttpRequest) -> list[Ref]:
    """The last ones, newest first. Anybody can write a cookie: names are looked up with the reader's rights."""
    found = REF.findall(request.COOKIES.get(COOKIE, "")[:1_000])
    return [Ref(key, int(pk)) for key, pk in found[:MOST] if registry.has(key)]


def note(request: HttpRequest, response: HttpResponse) -> None:
    """Put the record whose page was just shown first."""
    ref = record_at(request.path) if request.method == "GET" and response.status_code == 200 else None
    if ref is None or request.path.count("/") != 2 or request.headers.get("HX-Request") == "true":
        return
    kept = [ref, *(old for old in opened(request) if old != ref)][:MOST]
    text = "+".join(f"{one.object}.{one.id}" for one in kept)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, text, max_age=90 * 86_400, httponly=True, samesite="Lax", secure=secure)
