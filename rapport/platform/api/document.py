"""OpenAPI 3.1 of everything the caller may know of, made from the table of endpoints and the Objects' own schemas."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from rapport import __version__
from rapport.platform.api import idempotency, outgoing, parts, privacy_parts, schemas
from rapport.platform.privacy.subject import has_subjects
from rapport.platform.transfer.export import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.api.door import Call, Endpoint, Parameter, Route
    from rapport.platform.objects import Object

Json = dict[str, Any]
# What any endpoint may answer; 405 belongs to methods that are not described.
NEEDED = ("New", "Change", "Bulk", "RunNew", "RoleNew", "RoleChange", "ErasureNew", "SuppressedNew")
ALWAYS = (400, 401, 429, 503)


def openapi(call: Call) -> HttpResponse:
    """The description of this API as the caller may use it."""
    return outgoing.answer(document(call.actor))


def document(actor: Actor) -> Json:
    """The whole OpenAPI document for this actor: hidden fields and Objects are not in it."""
    from rapport.platform.api import about, endpoints

    paths: Json = {}
    for route in endpoints.HOUSE:
        _add(paths, route.template, route, None, {})
    components = {**parts.COMPONENTS, **privacy_parts.COMPONENTS}
    for obj in about.objects(actor):
        name = component(obj)
        components[name] = schemas.record(actor, obj)
        components[f"{name}New"] = schemas.to_create(actor, obj)
        components[f"{name}Change"] = schemas.to_change(actor, obj)
        for template, route, more in _routes(actor, obj):
            _add(paths, template, route, obj, more)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rapport",
            "version": __version__,
            "description": parts.INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": str(obj.plural), "description": str(obj.help)} for obj in about.objects(actor)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token of yours: rpt_…"}
            },
            "responses": parts.RESPONSES,
            "headers": parts.HEADERS,
            "schemas": components,
        },
    }


def component(obj: Object) -> str:
    """The name of an Object's schemas: "contact_point" -> "ContactPoint"."""
    return "".join(word.capitalize() for word in obj.key.split("_"))


def _routes(actor: Actor, obj: Object) -> Iterator[tuple[str, Route, Json]]:
    """Addresses of an Object: one per Action and one per key where the table has a place for them."""
    from rapport.platform.api import endpoints, lists

    for route in endpoints.EVERY:
        if "/privacy" in route.template and not has_subjects(obj):
            continue
        template = route.template.replace("{plural}", obj.url)
        if "{action}" in template:
            for action in obj.all_actions:
                yield template.replace("{action}", action.key), route, {"action": action}
        elif "{key}" in template:
            for key in lists.keys(actor, obj):
                yield template.replace("{key}", key), route, {"key": key}
        else:
            yield template, route, {}


def _add(paths: Json, template: str, route: Route, obj: Object | None, more: Json) -> None:
    item = paths.setdefault(template, {})
    address = [parts.ADDRESS[name] for name in parts.ADDRESS if f"{{{name}}}" in template]
    if address:
        item["parameters"] = address
    for endpoint in route.endpoints:
        item[endpoint.method.lower()] = _operation(endpoint, obj, more)


def _operation(endpoint: Endpoint, obj: Object | None, more: Json) -> Json:
    name = component(obj) if obj else ""
    action = more.get("action")
    words = (
        {
            "label": str(obj.label),
            "plural": str(obj.plural),
            "key": more.get("key", ""),
            "action": str(action.label) if action else "",
        }
        if obj
        else {}
    )
    identity = "_".join(
        part for part in (endpoint.name, obj.key if obj else "", action.key if action else more.get("key", "")) if part
    )
    found: Json = {
        "operationId": identity,
        "summary": endpoint.summary.format(**words),
        "description": str(action.help) if action else (endpoint.run.__doc__ or "").strip(),
        "tags": [str(obj.plural) if obj else "Rapport"],
        "parameters": [_parameter(one) for one in endpoint.parameters] + _headers(endpoint),
        "responses": _responses(endpoint, name),
    }
    body = _body(endpoint, name, action)
    return {**found, "requestBody": body} if body else found


def _parameter(parameter: Parameter) -> Json:
    found: Json = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "required": parameter.required,
        "schema": parameter.schema,
    }
    return {**found, "style": "form", "explode": False} if parameter.schema["type"] == "array" else found


def _headers(endpoint: Endpoint) -> list[Json]:
    found = []
    if endpoint.if_match:
        text = "The version you changed, as the ETag says."
        found.append(_header("If-Match", text, parts.IF_MATCH, required=endpoint.if_match == "required"))
    if endpoint.method in idempotency.METHODS:
        text = "A name of your own for this request, such as a UUID: sent again with it, it is done once."
        found.append(_header(idempotency.HEADER, text, parts.IDEMPOTENCY_KEY))
    return found


def _header(name: str, description: str, schema: Json, *, required: bool = False) -> Json:
    return {"name": name, "in": "header", "description": description, "required": required, "schema": schema}


def _body(endpoint: Endpoint, name: str, action: Any) -> Json | None:
    match endpoint.body:
        case "":
            return None
        case "Bytes":
            return {
                "required": True,
                "description": "The bytes of the file.",
                "content": {
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}
                },
            }
        case "Answers":
            schema = schemas.answers(action)
        case "Bulk" | "RunNew" | "RoleNew" | "RoleChange" | "ErasureNew" | "SuppressedNew":
            schema = {"$ref": f"#/components/schemas/{endpoint.body}"}
        case "New":
            schema = {"$ref": f"#/components/schemas/{name}New"}
        case _:
            schema = {"$ref": f"#/components/schemas/{name}Change"}
    needed = endpoint.body in NEEDED or bool(schema.get("required"))
    return {"required": needed, "content": {"application/json": {"schema": schema}}}


def _responses(endpoint: Endpoint, name: str) -> Json:
    good = {str(status): _good(endpoint, status, name) for status in endpoint.success}
    bad = {str(status): {"$ref": f"#/components/responses/{status}"} for status in (*ALWAYS, *endpoint.refusals)}
    return {**good, **dict(sorted(bad.items()))}


def _good(endpoint: Endpoint, status: int, name: str) -> Json:
    headers: Json = {}
    if endpoint.answer in ("Record", "Done"):
        headers["ETag"] = {"$ref": "#/components/headers/ETag"}
    if endpoint.method in idempotency.METHODS:
        headers[idempotency.REPLAYED] = {"$ref": f"#/components/headers/{idempotency.REPLAYED}"}
    if status in (201, 202):
        headers["Location"] = {"$ref": "#/components/headers/Location"}
    found: Json = {"description": HTTPStatus(status).phrase, "content": _content(endpoint, name)}
    return {**found, "headers": headers} if headers else found


def _content(endpoint: Endpoint, name: str) -> Json:
    ref = {"$ref": f"#/components/schemas/{name}"}
    match endpoint.answer:
        case "Bytes":
            return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        case "csv" | "xlsx" | "jsonl":
            return {FORMS[endpoint.answer].partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
        case "Record":
            schema: Json = ref
        case "Page":
            schema = parts.page(ref)
        case "Done":
            schema = parts.done(ref)
        case other:
            schema = {"$ref": f"#/components/schemas/{other}"}
    return {"application/json": {"schema": schema}}
