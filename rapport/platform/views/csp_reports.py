"""What browsers report that the content security policy stopped: a line in the log each, a few a minute."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import orjson
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from rapport.platform import pace
from rapport.platform.views.visitor import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest

LARGEST = 8_000
TOLD = ("document-uri", "effective-directive", "violated-directive", "blocked-uri", "source-file", "line-number")
LONGEST = 200
logger = logging.getLogger(__name__)


@csrf_exempt  # a browser sends these by itself, without a token; nothing is read or changed
def receive(request: HttpRequest) -> HttpResponse:
    """Take one report. The answer is the same for a good one, a bad one and one too many."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    told = _told(request.read(LARGEST + 1))
    if told and _is_heard(request):
        logger.warning("A browser refused: %s", told)
    return HttpResponse(status=204)


def _is_heard(request: HttpRequest) -> bool:
    try:
        pace.spend("report", None, address_of(request))
    except pace.TooFast:
        return False
    return True


def _told(raw: bytes) -> str:
    """What a report says, quoted and short, without the queries of addresses: they are people's words."""
    if len(raw) > LARGEST:
        return ""
    try:
        report = orjson.loads(raw)["csp-report"]
        found = {key: str(report[key]).split("?")[0][:LONGEST] for key in TOLD if key in report}
    except (ValueError, TypeError, KeyError):
        return ""
    return ", ".join(f"{key} {value!a}" for key, value in found.items())


urlpatterns = [path("csp-reports", receive, name="csp_reports")]
