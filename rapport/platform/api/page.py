"""The page that explains the API: an Object at a time, each operation with parameters, schema, examples, a try-it form.

Made from the same document that `/api/v1/openapi.json` gives, for the person who is signed in. A try needs a token and
sends no cookie: what is tried is what a program would do.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import path

from rapport.platform.api import examples, outgoing
from rapport.platform.api.document import document
from rapport.platform.views.http import page, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from rapport.platform.views.http import Request

Json = dict[str, Any]
GENERAL = "Rapport"
METHODS = ("get", "post", "patch", "put", "delete")


@page
def docs(request: Request) -> HttpResponse:
    """The operations of one Object, or those beside the Objects."""
    described = document(request.actor)
    groups = [GENERAL, *(tag["name"] for tag in described["tags"])]
    asked = request.GET.get("of", "")
    chosen = asked if asked in groups else GENERAL
    context = {
        "groups": groups,
        "chosen": chosen,
        "help": next((tag["description"] for tag in described["tags"] if tag["name"] == chosen), ""),
        "operations": list(_operations(described, chosen)),
        "fields": _fields(described, chosen),
    }
    return render(request, "platform/api_docs.html", context)


@page
def download(request: Request) -> HttpResponse:
    """The OpenAPI document of the person who is signed in, as a file."""
    return outgoing.answer(
        document(request.actor), headers={"Content-Disposition": 'attachment; filename="rapport-openapi.json"'}
    )


def _operations(described: Json, group: str) -> Iterator[Json]:
    for address, item in described["paths"].items():
        for method in METHODS:
            operation = item.get(method)
            if operation is not None and group in operation["tags"]:
                yield _operation(described, address, method, operation, item.get("parameters", []))


def _operation(described: Json, address: str, method: str, operation: Json, in_path: list[Json]) -> Json:
    parameters = [*in_path, *operation["parameters"]]
    schema, is_file = _body(described, operation)
    content = examples.body(schema) if schema else None
    url = f"{settings.BASE_URL}/api/v1{_filled(address, in_path)}{_query(operation['parameters'])}"
    headers = {one["name"]: '"1"' for one in operation["parameters"] if one["in"] == "header" and one["required"]}
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "address": address,
        "url": f"/api/v1{address}",
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [_parameter(one) for one in parameters],
        "properties": list(_properties(schema or {})),
        "example": json.dumps(content, ensure_ascii=False, indent=2) if content is not None else "",
        "is_file": is_file,
        "has_body": schema is not None,
        "curl": examples.curl(method.upper(), url, headers, content, file=is_file),
        "python": examples.python(method.upper(), url, headers, content, file=is_file),
        "answers": ", ".join(operation["responses"]),
    }


def _body(described: Json, operation: Json) -> tuple[Json | None, bool]:
    """The schema of a JSON body, and whether bytes are sent instead."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return _resolved(described, content["application/json"]["schema"]), False
    return None, bool(content)


def _resolved(described: Json, schema: Json) -> Json:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: Json = described["components"]["schemas"][name] if name else schema
    return found


def _filled(address: str, in_path: list[Json]) -> str:
    for one in in_path:
        address = address.replace(f"{{{one['name']}}}", str(examples.value(one["schema"])))
    return address


def _query(parameters: list[Json]) -> str:
    needed = [
        f"{one['name']}={examples.value(one['schema'])}"
        for one in parameters
        if one["in"] == "query" and one["required"]
    ]
    return f"?{'&'.join(needed)}" if needed else ""


def _parameter(one: Json) -> Json:
    return {
        "name": one["name"],
        "in": one["in"],
        "required": one["required"],
        "description": one.get("description", ""),
        "type": _type(one["schema"]),
        "options": one["schema"].get("enum", []),
    }


def _properties(schema: Json) -> Iterator[Json]:
    needed = schema.get("required", [])
    for key, one in schema.get("properties", {}).items():
        words = " – ".join(str(one[name]) for name in ("title", "description") if one.get(name))
        yield {"name": key, "type": _type(one), "required": key in needed, "description": words}


def _fields(described: Json, group: str) -> list[Json]:
    """What a record of the Object looks like when it is read."""
    listed = next(
        (item["get"] for item in described["paths"].values() if group in item.get("get", {}).get("tags", [])), None
    )
    content = (listed or {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    items = content.get("schema", {}).get("properties", {}).get("items", {}).get("items", {})
    return list(_properties(_resolved(described, items))) if "$ref" in items else []


def _type(schema: Json) -> str:
    """The type in a word or two."""
    kinds = schema.get("type", "any")
    words = kinds if isinstance(kinds, str) else " | ".join(kinds)
    more = schema.get("format") or (
        ", ".join(str(one) for one in schema["enum"][:12] if one != "") if "enum" in schema else ""
    )
    to = ", ".join(schema.get("x-refers-to", []))
    return " · ".join(part for part in (words, str(more), f"→ {to}" if to else "") if part)


urlpatterns = [path("docs", docs, name="api_docs"), path("docs/openapi.json", download, name="api_openapi")]
