"""Refusals as RFC 9457 problem documents: what is wrong and where, never what stands in somebody else's record."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.db import OperationalError
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound
from rapport.platform.pace import TooFast
from rapport.platform.query import QueryError
from rapport.platform.records import Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPE = "application/problem+json"
# What `code` says about each status, for programs.
CODES = {
    400: "malformed",
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    410: "gone",
    412: "stale",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "version_required",
    429: "too_many",
    503: "busy",
}
# What the endpoints may raise and `of` knows to answer; everything else is a broken promise of ours.
REFUSALS = (
    ValidationError,
    PermissionDenied,
    NotFound,
    QueryError,
    Conflict,
    RequestDataTooBig,
    OperationalError,
    TooFast,
)


class Problem(Exception):
    """A refusal with its status. `errors` are places: {"pointer": "/name", "message"} or {"parameter", "message"}."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers, self.more = (
            status,
            detail,
            errors or [],
            dict(headers or {}),
            more,
        )


def response(problem: Problem) -> HttpResponse:
    """The problem document as an answer."""
    return HttpResponse(
        orjson.dumps(document(problem), default=str),
        status=problem.status,
        content_type=TYPE,
        headers={"Cache-Control": "no-store", **problem.headers},
    )


def document(problem: Problem) -> dict[str, Any]:
    """The problem document."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": CODES[problem.status],
        "detail": problem.detail,
        "errors": problem.errors,
        **problem.more,
    }


def of(refusal: Exception) -> Problem:
    """The problem that one of REFUSALS means."""
    match refusal:
        case NotFound():
            return missing()
        case PermissionDenied():
            return Problem(403, str(refusal) or _("You may not do this."))
        case ValidationError():
            return invalid(refusal)
        case QueryError():
            return Problem(400, refusal.message, errors=[{"parameter": "q", **refusal.plain()}])
        case Conflict():
            return Problem(409, str(refusal))
        case RequestDataTooBig():
            return Problem(413, _("The body is too large."))
        case OperationalError():
            return Problem(503, _("The database is busy. Try again in a moment."), headers={"Retry-After": "5"})
        case TooFast():
            return too_fast(refusal)
    raise refusal


def missing() -> Problem:
    """The one answer for what does not exist and for what may not be seen."""
    return Problem(404, _("There is no such record, or you may not see it."))


def unauthorised(*, given: bool, why: str = "") -> Problem:
    """No token, or one that does not count. `why` is told only to whoever holds the secret of one that did."""
    challenge = 'Bearer realm="Rapport"' + (', error="invalid_token"' if given else "")
    words = why or _("Send a valid token: “Authorization: Bearer rpt_…”.")
    return Problem(401, words, headers={"WWW-Authenticate": challenge})


def too_fast(refusal: TooFast) -> Problem:
    """The actor asked too often; when to ask again."""
    words = _("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": refusal.seconds}
    return Problem(429, words, headers={"Retry-After": str(refusal.seconds)})


def invalid(error: ValidationError) -> Problem:
    """Every message at the field it belongs to."""
    return Problem(422, _("Some values cannot be accepted."), errors=places(error))


def places(error: ValidationError, prefix: str = "") -> list[dict[str, Any]]:
    if not hasattr(error, "error_dict"):
        return [{"pointer": prefix, "message": message} for message in error.messages]
    return [
        {"pointer": prefix if key == NON_FIELD_ERRORS else f"{prefix}/{escaped(key)}", "message": message}
        for key, messages in error.message_dict.items()
        for message in messages
    ]


def escaped(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
