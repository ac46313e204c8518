"""Refusals and breakdowns as pages and fragments: what happened, what was kept, what to do."""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from rapport.platform.access import NotFound
from rapport.platform.objects import registry
from rapport.platform.pace import TooFast
from rapport.platform.query.errors import QueryError
from rapport.platform.records import Conflict
from rapport.platform.views import cells
from rapport.platform.views.http import came_from, is_fragment, render

if TYPE_CHECKING:
    from rapport.platform.fields import Field
    from rapport.ui.shapes import ConflictField, FieldError, Link


def refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to what a page raised."""
    match error:
        case Conflict():
            return conflict(request, error)
        case ValidationError():
            return invalid(request, messages(error))
        case TooFast():
            return too_fast(request, error)
        case QueryError():
            return invalid(request, [{"text": error.message, "field": "q"}])
        case PermissionDenied():
            return forbidden(request, error)
        case _:
            return not_found(request, error)


def messages(error: ValidationError, labels: dict[str, str] | None = None) -> list[FieldError]:
    """Every message of a ValidationError with the field it belongs to."""
    if not hasattr(error, "error_dict"):
        return [{"text": text} for text in error.messages]
    found: list[FieldError] = []
    for key, texts in error.message_dict.items():
        label = (labels or {}).get(key, "")
        for text in texts:
            found.append(
                {"text": f"{label}: {text}" if label else text, "field": key} if key != "__all__" else {"text": text}
            )
    return found


def invalid(request: HttpRequest, found: list[FieldError]) -> HttpResponse:
    """422: what was sent cannot be done; nothing was changed."""
    template = "platform/invalid.html" if is_fragment(request) else "platform/invalid_page.html"
    return render(request, template, {"errors": found, "back": came_from(request)}, status=422)


def conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    """409: somebody else changed the same field; both values are offered."""
    obj = registry.of_record(error.record)
    fields = [
        conflict_field(request, obj.field(key), error.theirs.get(key), mine)
        for key, mine in error.yours.items()
        if key in obj.fields and key in error.theirs
    ]
    context = {
        "fields": fields,
        "action": request.get_full_path(),
        "version": error.record.version,
        "title": obj.title(error.record),
        "back": came_from(request),
    }
    return render(request, "platform/conflict.html", context, status=409)


def conflict_field(request: HttpRequest, field: Field[Any], theirs: Any, mine: Any) -> ConflictField:
    raw = request.POST.get(field.key) or request.POST.get("value") or ""
    return {
        "name": field.key,
        "label": str(field.label),
        "mine": cells.text(field, mine),
        "theirs": cells.text(field, theirs),
        "mine_raw": raw,
        "theirs_raw": cells.raw(field, theirs),
    }


# --- pages ------------------------------------------------------------------------------------------------------------


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: missing and foreign records get the same words."""
    return _page(
        request,
        404,
        _("This page does not exist"),
        _("Nothing is at this address, or you may not see it."),
        todo=_("Check the address, or look for the record."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the right is missing; also a form that is too old (CSRF)."""
    return _page(
        request,
        403,
        _("You may not do this"),
        str(exception or "") or _("Your roles do not include this."),
        kept=_("Nothing was changed."),
        todo=_("Ask an administrator for the right, under Settings, Roles and access."),
    )


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the CSRF check: the page was open for too long, or came from elsewhere."""
    return _page(
        request,
        403,
        _("This form is no longer valid"),
        _("The page was open for too long, or it was not sent from here."),
        kept=_("Nothing was changed. What you typed is kept as a draft on this device."),
        todo=_("Go back, load the page again and send it once more."),
    )


def from_elsewhere(request: HttpRequest) -> HttpResponse:
    """403: another site made the browser ask."""
    return _page(
        request,
        403,
        _("This did not begin here"),
        _("Another site asked for this with your browser, so it was not done."),
        kept=_("Nothing was changed."),
        todo=_("If you wanted it, open Rapport yourself and do it there."),
    )


def too_fast(request: HttpRequest, error: TooFast) -> HttpResponse:
    """429: asked too often; when to ask again."""
    answer = _page(
        request,
        429,
        _("That was too often"),
        _("Somebody asked for more in a short time than this house answers."),
        kept=_("Nothing was changed."),
        todo=_("Try again in {seconds} seconds.").format(seconds=error.seconds),
    )
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: not even readable; 413 when it is only too much."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(
        request,
        400,
        _("This request cannot be read"),
        _("The address or what was sent is not in a form Rapport knows."),
        kept=_("Nothing was changed."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than is taken in one piece."""
    return _page(
        request,
        413,
        _("This is too large"),
        _("What was sent is larger than this house accepts in one piece."),
        kept=_("Nothing was stored."),
        todo=_("Send a smaller file, or split it."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: our mistake; 503 and 507 where the database is away or full. Touches neither database nor session."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return _full(request) if "is full" in str(error) else _away(request)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full(request)
    number = getattr(request, "number", "")[:8]
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _("The page could not be made. The mistake is written down under number {number}.").format(
            number=number or "–"
        ),
        kept=_("What was saved before is safe; this last step was not done."),
        todo=_("Try again. If it happens again, tell whoever runs this house the number."),
    )


def _away(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer, or somebody else keeps it busy. It heals by itself."""
    words = _("The database does not answer just now, or it is busy.")
    todo = _("Wait a moment and try again; this mends itself.")
    answer = _page(request, 503, _("One moment, please"), words, kept=_("Nothing was changed by this step."), todo=todo)
    answer["Retry-After"] = "5"
    return answer


def _full(request: HttpRequest) -> HttpResponse:
    """507: there is no room to write; what is there can be read."""
    words = _("The disk of this house is full, so nothing can be saved.")
    todo = _("Tell whoever runs this house. What is there can be read meanwhile.")
    return _page(request, 507, _("No room left"), words, kept=_("Nothing was changed by this step."), todo=todo)


def _page(
    request: HttpRequest, code: int, title: str, happened: str, *, kept: str = "", todo: str = ""
) -> HttpResponse:
    links: list[Link] = [{"label": _("Back to the start"), "href": _start()}]
    if code == 404 and getattr(request, "actor", None) is not None:
        links.append({"label": _("Find"), "href": reverse("find")})
    back = came_from(request, "")
    if back and back != request.get_full_path():
        links.append({"label": _("Back"), "href": back})
    context = {"code": str(code), "title": title, "happened": happened, "kept": kept, "todo": todo, "links": links}
    template = "platform/refused.html" if is_fragment(request) else "ui/error.html"
    return HttpResponse(
        render_to_string(template, context, request), status=code, headers={"Cache-Control": "no-store"}
    )


def _start() -> str:
    try:
        return reverse("today")
    except NoReverseMatch:
        return "/"


__all__ = [
    "Http404",
    "NotFound",
    "bad_request",
    "broken",
    "conflict",
    "forbidden",
    "from_elsewhere",
    "invalid",
    "messages",
    "not_found",
    "refusal",
    "stale_form",
    "too_fast",
    "too_large",
]
