"""Every request passes here: who asks, which endpoint, the query string, the answer to every refusal.

An Endpoint is a row of the table in `endpoints`: what it does, what it takes, what it answers. `document` reads the
same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from rapport.platform import culture, pace, policies
from rapport.platform.access import find
from rapport.platform.api import check, idempotency, problems, signin
from rapport.platform.api.policies import PREFIX
from rapport.platform.api.problems import Problem
from rapport.platform.audit import trail
from rapport.platform.custom import current
from rapport.platform.objects import Object, registry
from rapport.platform.views.refused import refused
from rapport.platform.views.visitor import address_of
from rapport.ui.language import asked_for, speaking

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.api.signin import Credentials

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Schema = dict[str, Any]
SAFE = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name of the query string. `schema` is of one type; the text sent is read by it."""

    name: str
    schema: Schema
    description: str
    required: bool = False


class Received(Protocol):
    """A stream that was taken in; its hash stands for its bytes."""

    @property
    def sha256(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Call:
    """A request understood: the actor, the Object of its address, the query string by name, the rest of the address."""

    request: HttpRequest
    actor: Actor
    credentials: Credentials
    obj: Object | None
    given: Mapping[str, Any]
    address: Mapping[str, Any]
    # What the endpoint's `receive` took in before the transaction began.
    received: Any = None

    @property
    def object(self) -> Object:
        assert self.obj is not None  # noqa: S101  # endpoints under an Object ask
        return self.obj

    def record(self) -> Any:
        """The record of the address, where the actor may read it. Raises NotFound."""
        return find(self.actor, self.object, self.address["uid"])

    def if_match(self, *, required: bool = False) -> int | None:
        """The version the caller worked on; None for any. Raises Problem 428, 400."""
        header = self.request.headers.get("If-Match", "").strip()
        if not header:
            if required:
                raise Problem(428, _('Send the version you changed: “If-Match: "3"”, as the ETag of the record says.'))
            return None
        if header == "*":
            return None
        digits = header.removeprefix("W/")
        if (
            len(digits) > 2
            and digits[0] == digits[-1] == '"'
            and digits[1:-1].isascii()
            and digits[1:-1].isdigit()
            and len(digits) < 12
        ):
            return int(digits[1:-1])
        raise Problem(
            400,
            _('If-Match is the ETag of the record, such as “"3"”, or “*”.'),
            errors=[{"parameter": "If-Match", "message": header[:60]}],
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method at one address."""

    method: Method
    name: str
    summary: str
    run: Callable[[Call], HttpResponseBase]
    parameters: tuple[Parameter, ...] = ()
    # The schema of the answer and of the body, by the names that `openapi` knows; "" for none.
    answer: str = "Record"
    body: str = ""
    success: tuple[int, ...] = (200,)
    # Statuses beside those that every endpoint may answer.
    refusals: tuple[int, ...] = ()
    if_match: Literal["", "optional", "required"] = ""
    # Takes a stream in before the transaction begins: a slow upload must not hold the write lock of the database.
    receive: Callable[[Call], Received] | None = None


@dataclass(frozen=True)
class Route:
    """An address below /api/v1/ and its endpoints by method; `pattern` is Django's, `template` OpenAPI's."""

    pattern: str
    template: str
    endpoints: tuple[Endpoint, ...]
    by_method: dict[str, Endpoint] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_method.update({endpoint.method: endpoint for endpoint in self.endpoints})
        if "GET" in self.by_method:
            self.by_method["HEAD"] = self.by_method["GET"]

    @property
    def allow(self) -> str:
        return ", ".join(sorted(self.by_method))


def view(route: Route) -> Callable[..., HttpResponseBase]:
    """The Django view of a route. No cookie counts here, so there is no request to forge."""

    @csrf_exempt
    def answer(request: HttpRequest, **address: Any) -> HttpResponseBase:
        with ExitStack() as around:
            visit = around.enter_context(trail.around(address_of(request)))
            try:
                response = _answer(route, request, address, around)
            except Problem as problem:
                response = problems.response(problem)
            except problems.REFUSALS as refusal:
                response = problems.response(problems.of(refusal))
            trail.finish(visit.actor, visit)
            refused(request, visit.actor, response.status_code)
            return response

    answer.methods = tuple(endpoint.method for endpoint in route.endpoints)  # type: ignore[attr-defined]  # for `policies.addresses`
    return answer


def _answer(route: Route, request: HttpRequest, address: dict[str, Any], around: ExitStack) -> HttpResponseBase:
    secret = signin.secret_of(request)
    found = signin.actor_of_secret(secret) if secret else None
    if found is None:
        around.enter_context(speaking(asked_for(request.headers.get("Accept-Language", ""))))
        pace.spend("door", None, address_of(request))
        raise problems.unauthorised(given="HTTP_AUTHORIZATION" in request.META)
    actor, credentials = found
    trail.entered(actor)
    pace.spend(pace.kind_of(request.method, request.path_info), actor, address_of(request))
    around.enter_context(current.using(credentials.stamp))
    around.enter_context(speaking(signin.language_of(actor, request)))
    around.enter_context(culture.use(actor.culture))
    endpoint = route.by_method.get(request.method or "")
    if endpoint is None:
        raise Problem(
            405,
            _("This address does not know the method %(method)s.") % {"method": request.method},
            headers={"Allow": route.allow},
        )
    obj = _object(actor, address)
    policies.require(f"{PREFIX}{route.pattern}", endpoint.method, actor, obj)
    call = Call(request, actor, credentials, obj, _given(endpoint, request), address)
    if request.method in SAFE:
        return endpoint.run(call)
    key = idempotency.key_of(request)
    if endpoint.receive is not None:
        call = replace(call, received=endpoint.receive(call))
    if key:
        received = call.received.sha256 if call.received is not None else ""
        return idempotency.once(request, credentials.token_id, key, received, lambda: endpoint.run(call))
    # One transaction from the first check to the answer.
    with transaction.atomic():
        return endpoint.run(call)


def _object(actor: Actor, address: dict[str, Any]) -> Object | None:
    plural = address.pop("plural", None)
    if plural is None:
        return None
    obj = registry.by_url(plural)
    if obj is None:
        raise Problem(404, _("There is nothing at this address."))
    return obj


def _given(endpoint: Endpoint, request: HttpRequest) -> dict[str, Any]:
    """The query string by name, each value read by its schema. Raises Problem 400 with every place at once."""
    known = {parameter.name: parameter for parameter in endpoint.parameters}
    given: dict[str, Any] = {}
    errors: list[dict[str, Any]] = []
    for name, texts in request.GET.lists():
        parameter = known.get(name)
        if parameter is None:
            errors.append({"parameter": name[:60], "message": _("There is no such parameter here.")})
        elif "\x00" in texts[0]:
            errors.append({"parameter": name, "message": _("The character NUL cannot stand here.")})
        elif len(texts) > 1:
            errors.append({"parameter": name, "message": _("This stands in the address more than once.")})
        else:
            given[name] = _read(parameter, texts[0])
            errors += [
                {"parameter": name, "message": error["message"]}
                for error in check.errors(parameter.schema, given[name])
            ]
    errors += [
        {"parameter": name, "message": _("This is needed.")}
        for name, parameter in known.items()
        if parameter.required and name not in given
    ]
    if errors:
        raise Problem(400, _("The address is not right."), errors=errors)
    return given


def _read(parameter: Parameter, text: str) -> Any:
    if parameter.schema["type"] == "integer":
        return int(text) if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19 else text
    if parameter.schema["type"] == "array":
        return text.split(",") if text else []
    if parameter.schema["type"] == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def lost() -> HttpResponse:
    """What stands at an address below /api/v1 that no route knows."""
    return problems.response(Problem(404, _("There is nothing at this address.")))


__all__ = ["Call", "Endpoint", "Parameter", "Route", "lost", "view"]
