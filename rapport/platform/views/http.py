"""What every page does around its own work: who asks, what a refusal looks like, pages and fragments, toasts.

@page                                    # GET, signed in
@page(methods=("GET", "POST"))           # a form
@page(open=True)                         # without sign-in
def some_page(request: Request, obj: Object) -> HttpResponse:
    return render(request, "platform/some.html", {...})
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from rapport.platform import policies
from rapport.platform.access import Actor, NotFound
from rapport.platform.events.models import Event
from rapport.platform.objects import registry
from rapport.platform.pace import TooFast
from rapport.platform.query.errors import QueryError
from rapport.platform.records import Conflict

if TYPE_CHECKING:
    from rapport.platform.record import Record
    from rapport.ui.shapes import Toast, Tone

TOAST_COOKIE = f"{settings.COOKIE_PREFIX}rapport_toast"


class Request(HttpRequest):
    """What the middleware added to the request."""

    actor: Actor
    # The row the actor was made from: name, email, language, theme, settings.
    about: Mapping[str, Any]
    number: str


View = Callable[..., HttpResponse]


@overload
def page(view: View) -> View: ...
@overload
def page(*, methods: Iterable[str] = ..., open: bool = ...) -> Callable[[View], View]: ...
def page(
    view: View | None = None,
    *,
    methods: Iterable[str] = ("GET",),
    open: bool = False,  # the word the decorator reads best with
) -> View | Callable[[View], View]:
    """Make a page of a function: sign-in, methods, the policy of its address, and an answer for every refusal."""
    allowed = frozenset({*methods, *(("HEAD",) if "GET" in methods else ())})

    def around(function: View) -> View:
        @wraps(function)
        def answer(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            if not open and getattr(request, "actor", None) is None:
                return to_sign_in(request)
            if request.method not in allowed:
                return HttpResponse(status=405, headers={"Allow": ", ".join(sorted(allowed))})
            try:
                _ask_policy(request, kwargs)
                return function(request, *args, **kwargs)
            except (NotFound, Http404, PermissionDenied, ValidationError, Conflict, QueryError, TooFast) as refusal:
                from rapport.platform.views import errors

                return errors.refusal(request, refusal)

        answer.methods = tuple(methods)  # type: ignore[attr-defined]  # for `policies.addresses`
        return answer

    return around(view) if view is not None else around


def _ask_policy(request: Request, kwargs: Mapping[str, Any]) -> None:
    """Raises PermissionDenied for who may not come to this address, whatever stands at it."""
    if request.resolver_match is not None:
        actor, route, method = getattr(request, "actor", None), request.resolver_match.route, request.method or ""
        policies.require(route, method, actor, kwargs.get("obj"))


# --- asking -----------------------------------------------------------------------------------------------------------


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script asked for a piece of a page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def target(request: HttpRequest) -> str:
    """The id of the element the fragment goes to."""
    return request.headers.get("HX-Target", "")


def body(request: HttpRequest, *, without: Iterable[str] = ()) -> dict[str, Any]:
    """The form as a raw mapping: one text, or a list where a name came more than once."""
    left_out = {"csrfmiddlewaretoken", "version", "next", *without}
    return {
        key: values if len(values) > 1 else values[0]
        for key, values in request.POST.lists()
        if key not in left_out and values
    }


def version_of(request: HttpRequest) -> int | None:
    """The version of the record the form was made from."""
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else None


def number_of(raw: str | None) -> int | None:
    """A local id or count from outside; None for anything that is none."""
    return int(raw) if raw and raw.isascii() and raw.isdigit() and len(raw) < 19 else None


def safe_next(request: HttpRequest, fallback: str = "/") -> str:
    """Where the visitor wanted to go, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    same = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if same else fallback


def came_from(request: HttpRequest, fallback: str = "/") -> str:
    """The page of ours from which a form or a click came."""
    source = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if source.netloc and source.netloc != request.get_host():
        return fallback
    path = source.path + (f"?{source.query}" if source.query else "")
    # Browsers take a backslash for a slash: "/\\evil.example" would leave this house.
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else fallback


# --- answering --------------------------------------------------------------------------------------------------------


def render(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A page, or only its content where a script asked for it."""
    from rapport.platform.views import shell

    fragment = is_fragment(request)
    values: dict[str, Any] = {"fragment": fragment, **context}
    if not fragment and getattr(request, "actor", None) is not None and "shell" not in values:
        values["shell"] = shell.shell(request)
    response = HttpResponse(render_to_string(template, values, request), status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "HX-Request, Cookie"
    return response


def go(request: HttpRequest, url: str, message: Toast | None = None) -> HttpResponse:
    """On to another page of ours; the message is shown there."""
    response: HttpResponse
    if is_fragment(request):
        response = HttpResponse(status=204, headers={"HX-Redirect": url})
    else:
        response = HttpResponseRedirect(url, status=303)
    if message is not None:
        response.set_cookie(
            TOAST_COOKIE,
            signing.dumps(message, salt=TOAST_COOKIE),
            max_age=60,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def as_json(value: Mapping[str, Any]) -> HttpResponse:
    """What a script of ours asked for."""
    response = HttpResponse(json.dumps(value), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def stay(
    request: HttpRequest, message: Toast | None = None, *, changed: str = "", close: bool = True, refresh: bool = False
) -> HttpResponse:
    """Done, the page stays: a fragment closes its dialog or panel; a plain request goes back where it came from.

    `changed` names the element that shows the record ("opportunity-12"); `refresh` loads the page anew.
    """
    if not is_fragment(request) or refresh:
        return go(request, came_from(request), message)
    triggers: dict[str, Any] = {"close": close, "changed": {"id": changed} if changed else None}
    response = with_trigger(HttpResponse(status=204), **{key: value for key, value in triggers.items() if value})
    return with_toast(response, message) if message else response


def toast(text: str, tone: Tone = "good", *, undo: int | None = None, href: str = "", link: str = "") -> Toast:
    """A short message; `undo` is the Event it takes back, with all that the same press changed."""
    message: Toast = {"text": text, "tone": tone}
    if undo is not None:
        message["undo_url"] = f"{reverse('undo', args=(undo,))}?together=1"
    if href:
        message |= {"href": href, "link": link}
    return message


def with_toast(response: HttpResponse, message: Toast) -> HttpResponse:
    return with_trigger(response, toast=message)


def with_trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Add events for the scripts of the page (header HX-Trigger, ASCII JSON)."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps({**known, **events}, default=str)
    return response


def waiting_toasts(request: HttpRequest) -> list[Toast]:
    """The message the page before left for this one."""
    raw = request.COOKIES.get(TOAST_COOKIE)
    if not raw:
        return []
    request.toast_was_shown = True  # type: ignore[attr-defined]  # read by the middleware, which takes the cookie away
    try:
        return [signing.loads(raw, salt=TOAST_COOKIE, max_age=60)]
    except signing.BadSignature:
        return []


def last_event(request: Request, record: Record) -> int | None:
    """The Event this request wrote for a record, for its Undo link."""
    key = registry.of_model(type(record)).key
    events = Event.objects.filter(
        object=key, record_id=record.pk, request=request.number, actor_id=request.actor.user_id
    )
    return events.order_by("-id").values_list("pk", flat=True).first()


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in first, then on to where one wanted to go; the first visitor of all starts the house."""
    url = reverse("sign_in")
    wanted = came_from(request) if is_fragment(request) else request.get_full_path()
    if wanted != "/" and request.method in ("GET", "HEAD"):
        from rapport.platform.views.addresses import with_query

        url = with_query(url, {"next": wanted})
    return go(request, url)
