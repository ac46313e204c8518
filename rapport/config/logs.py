"""Logs as one line of JSON each, for programs that gather them: what happened and where, never what about whom.

A line of a request has its number, the number of who asked, the pattern of the address (`<obj:obj>/<int:pk>`, not the
address itself), the answer and how long it took. No address, no query, no name, no body. Line breaks inside of a value
are written \\n, so that nobody writes a line of their own.
"""

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

from rapport.base import clock

log = logging.getLogger("rapport.request")
FACTS = ("request", "user", "method", "route", "status", "ms")
LONGEST = 4_000


class Json(logging.Formatter):
    """One object a line: time, level, logger, message, the facts of a request, the trace of an accident."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage()[:LONGEST],
        }
        told |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = type(record.exc_info[1]).__name__
            told["trace"] = "".join(traceback.format_tb(record.exc_info[2]))[-LONGEST:]
        return json.dumps(told, default=str)


class Requests:
    """One line for each request that was answered; health probes and static files say nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = clock.monotonic()
        response = self.get_response(request)
        if not request.path_info.startswith(("/health/", "/static/")):
            match, actor = request.resolver_match, getattr(request, "actor", None)
            facts = {
                "request": getattr(request, "number", ""),
                "user": getattr(actor, "user_id", None),
                "method": request.method if request.method in METHODS else "other",
                "route": match.route if match else "",
                "status": response.status_code,
                "ms": round((clock.monotonic() - began) * 1_000, 1),
            }
            log.info("answered", extra=facts)
        return response


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
