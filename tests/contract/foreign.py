"""Every way to ask for one record by its id, for any Object: from the list of all addresses, and where ids are sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from rapport.platform import policies
from rapport.platform.fields import Field, ReferenceAny, ReferenceMany
from rapport.platform.objects import Object, registry
from rapport.platform.views.pointing import leads
from tests.contract.routes import filled

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
BODIES = {"PATCH": {"tags": ["x"]}, "DELETE": None, "PUT": None}


@dataclass(frozen=True)
class Ask:
    """One request; `name` says which question it is, whatever the id."""

    name: str
    method: str
    url: str
    body: Any = b""
    kind: str = FORM

    @property
    def is_api(self) -> bool:
        return self.url.startswith("/api/v1")


def about(obj: Object, pk: int, uid: UUID) -> Iterator[Ask]:
    """Everything that can be asked about one record, or with its id."""
    yield from _by_address(obj, pk, uid)
    yield from _in_forms(obj, pk)
    yield from _in_calls(obj, uid)
    yield from _pointing_there(obj, pk, uid)


def _by_address(obj: Object, pk: int, uid: UUID) -> Iterator[Ask]:
    values = {"obj": obj.url, "plural": obj.url, "pk": pk, "uuid:uid": uid, "tag": "x", "event": 1}
    for address in policies.addresses():
        for method, policy in address.policies():
            if policy is None or policy.kind != "record" or "/by/" in address.route:
                continue
            for key in [action.key for action in obj.all_actions] if "/actions/" in address.route else [""]:
                url = filled(address.route, {**values, "key": key, "action": key})
                api = url.startswith("/api/v1")
                body = (
                    json.dumps(BODIES.get(method, {})) if api else urlencode({"version": 1, "tags": "x", "to": "won"})
                )
                name = f"{method} {address.route} {key}"
                yield Ask(name, method, url, b"" if method == "GET" else body, JSON if api else FORM)


def _in_forms(obj: Object, pk: int) -> Iterator[Ask]:
    """Pages that take ids: changing many, moving a card or a day, pasting cells, starting from a record."""
    chosen = {"ids": pk, "field": "tags", "tags": "x", "value": "x", "apply": "1"}
    for rest in ("edit", "tag", "archive", *(f"actions/{one.key}" for one in obj.all_actions)):
        for method in ("GET", "POST"):
            sent = urlencode(chosen)
            url = f"/{obj.url}/bulk/{rest}"
            yield Ask(f"bulk {method} {rest}", method, url if method == "POST" else f"{url}?{sent}", sent)
    for column in ("", "won", "1"):
        yield Ask(f"board {column}", "POST", f"/{obj.url}/board/move", urlencode({"id": pk, "column": column}))
    yield Ask("calendar", "POST", f"/{obj.url}/calendar/move", urlencode({"id": pk, "field": "x", "day": "2026-01-01"}))
    cells = json.dumps([{"id": pk, "field": "tags", "value": "x"}])
    yield Ask("cells", "POST", f"/{obj.url}/cells", urlencode({"cells": cells}))
    yield Ask("cells chosen", "POST", f"/{obj.url}/cells/chosen", urlencode({f"cell:{pk}:tags": "x", f"seen:{pk}": 1}))
    for asked in (f"id = {pk}", f"id in ({pk}, 1)"):
        yield Ask(f"list {asked.partition('=')[0]}", "GET", f"/{obj.url}?{urlencode({'q': asked})}")
        yield Ask("export", "GET", f"/{obj.url}/export?{urlencode({'q': asked, 'format': 'jsonl'})}")


def _in_calls(obj: Object, uid: UUID) -> Iterator[Ask]:
    url, one = f"/api/v1/{obj.url}", str(uid)
    for do in ("update", "archive", "restore", "upsert"):
        item: dict[str, Any] = {"do": do, "id": one, "version": 1, "values": {"tags": ["x"]}}
        yield Ask(f"API bulk {do}", "POST", f"{url}/bulk", json.dumps({"items": [item]}), JSON)
    for do, more in (("tag", {"values": {"tags": ["x"]}}), ("archive", {}), ("set", {"values": {"tags": ["x"]}})):
        yield Ask(f"API run {do}", "POST", f"{url}/runs", json.dumps({"do": do, "ids": [one], **more}), JSON)
    for rest in ("", "/export.csv", "/export.jsonl"):
        yield Ask(f"API query {rest}", "GET", f"{url}{rest}?{urlencode({'q': f'uid = {one}'})}")


def _pointing_there(obj: Object, pk: int, uid: UUID) -> Iterator[Ask]:
    """A new record of any kind that points there, by a form and by the API; and the form that begins with it."""
    for other in [one for one in registry.all() if not one.of]:
        for key, field in other.editable.items():
            if leads(field, obj):
                form = {key: f"{obj.key}:{pk}" if isinstance(field, ReferenceAny) else pk}
                body = json.dumps({key: _plain(field, obj, uid), "name": "x"})
                yield Ask(f"API new {other.key}.{key}", "POST", f"/api/v1/{other.url}", body, JSON)
                yield Ask(f"new {other.key}.{key}", "POST", f"/{other.url}/new", urlencode(form))
                yield Ask(f"begin {other.key}.{key}", "GET", f"/{other.url}/new?{urlencode(form)}")


def _plain(field: Field[Any], obj: Object, uid: UUID) -> Any:
    if isinstance(field, ReferenceAny):
        return {"object": obj.key, "id": str(uid)}
    return [str(uid)] if isinstance(field, ReferenceMany) else str(uid)
