"""The Python client of the API, generated from the OpenAPI document: its types (`models.py`), its Objects (`api.py`).

Every schema becomes a TypedDict, every Object a class with a method for each of its Actions. Sending, repeating and
paging are written by hand (`core.py`).
"""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from rapport.platform.access import system
from rapport.platform.api.document import component, document
from rapport.platform.objects import Object, registry

PACKAGE = Path(__file__).parent.parent / "clients" / "python" / "rapport_client"
Json = dict[str, Any]
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
WIDTH = 120


def write() -> None:
    """Write the generated modules."""
    for name, text in modules().items():
        (PACKAGE / name).write_text(text, encoding="utf-8")


def modules() -> dict[str, str]:
    """The generated modules by name, as they must stand in the tree."""
    found = document(system("client"))
    objects = [obj for obj in registry.all() if _is_ours(obj) and component(obj) in found["components"]["schemas"]]
    return {"models.py": _formatted(_models(found, objects)), "api.py": _formatted(_api(objects))}


def _is_ours(obj: Object) -> bool:
    """Not a noun of the tests or of a plug-in."""
    return obj.model.__module__.startswith("rapport.") and obj.key != "file"


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "-q", "--line-length", str(WIDTH), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


# --- types ------------------------------------------------------------------------------------------------------------


class Types:
    """TypedDicts, collected while schemas are read."""

    def __init__(self) -> None:
        self.written: dict[str, str] = {}

    def of(self, schema: Json, name: str) -> str:
        """The annotation of a schema; an object with properties becomes a class called `name`."""
        if "$ref" in schema:
            return str(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return " | ".join(self.of(one, name) for one in schema["anyOf"])
        if "enum" in schema and name not in ("RefObject",):
            options = [repr(one) for one in schema["enum"]]
            return f"Literal[{', '.join(options)}]" if options else "str"
        kinds = schema.get("type", "")
        several = [kinds] if isinstance(kinds, str) else kinds
        found = [self._one(kind, schema, name) for kind in several]
        return " | ".join(dict.fromkeys(found)) or "Any"

    def _one(self, kind: str, schema: Json, name: str) -> str:
        if kind == "null":
            return "None"
        if kind == "array":
            return f"list[{self.of(schema.get('items', {}), name)}]"
        if kind != "object":
            return PLAIN.get(kind, "Any")
        if "properties" not in schema:
            values = schema.get("additionalProperties")
            return f"dict[str, {self.of(values, name) if isinstance(values, dict) else 'Any'}]"
        shared = SHARED.get(frozenset(schema["properties"]))
        called = shared if shared and not self._sent_money(schema) else "MoneySent" if shared else name
        self.declare(called, schema)
        return called

    def _sent_money(self, schema: Json) -> bool:
        amount = schema["properties"].get("amount", {}).get("type")
        return isinstance(amount, list) and "number" in amount

    def declare(self, name: str, schema: Json) -> None:
        """Write the class of an object, once."""
        if name in self.written:
            return
        self.written[name] = ""
        required = set(schema.get("required", ()))
        fields = []
        for key, inner in schema["properties"].items():
            kind = "str" if (name, key) == ("AnyRef", "object") else self.of(inner, f"{name}{_camel(key)}")
            fields.append((key, kind if key in required else f"NotRequired[{kind}]"))
        self.written[name] = _class(name, fields)


# Objects met everywhere, by their properties.
SHARED = {
    frozenset({"id", "label"}): "Link",
    frozenset({"object", "id", "label"}): "AnyLink",
    frozenset({"object", "id"}): "AnyRef",
    frozenset({"amount", "currency"}): "Money",
    frozenset({"street", "extra", "postal_code", "city", "region", "country"}): "PostalAddress",
}


def _class(name: str, fields: list[tuple[str, str]]) -> str:
    if any(not key.isidentifier() or keyword.iskeyword(key) for key, _kind in fields):
        inner = ", ".join(f'"{key}": {kind!r}' for key, kind in fields)
        return f'{name} = TypedDict("{name}", {{{inner}}})\n'
    lines = [f"    {key}: {kind}" for key, kind in fields] or ["    pass"]
    return "\n".join([f"class {name}(TypedDict):", *lines, ""])


def _models(found: Json, objects: list[Object]) -> str:
    types = Types()
    names = {component(obj) for obj in objects}
    schemas = found["components"]["schemas"]
    every = {component(obj) for obj in registry.all()}
    for name, schema in schemas.items():
        base = re.sub(r"(New|Change)$", "", name)
        foreign = (name in every and name not in names) or (base in every and base not in names and base != "File")
        if "properties" in schema and not (foreign and name != "File"):
            types.declare(name, schema)
    types.declare("Description", {"properties": {}})
    for obj in objects:
        for action in obj.all_actions:
            schema = found["paths"][f"/{obj.url}/{{id}}/actions/{action.key}"]["post"]["requestBody"]["content"]
            types.declare(_answers(obj, action.key), schema["application/json"]["schema"])
    classes = "\n\n".join(types.written[name] for name in sorted(types.written))
    head = '"""Types of the Rapport REST API. Generated: `make reference` writes this file."""\n\n'
    head += "from __future__ import annotations\n\nfrom typing import Any, Literal, NotRequired, TypedDict\n\n\n"
    return head + classes


def _camel(key: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[^0-9A-Za-z]+", key))


def _answers(obj: Object, action: str) -> str:
    return f"{component(obj)}{_camel(action)}"


# --- Objects ----------------------------------------------------------------------------------------------------------

HEAD = '''"""The Objects of the Rapport REST API. Generated: `make reference` writes this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rapport_client import models as m
from rapport_client.core import Done, House, Objects, Version


'''
HOUSE = '''
    def me(self) -> m.Me:
        """Who the token belongs to, and what it may do."""
        found: m.Me = self._get("/me")
        return found

    def schema(self) -> m.Schema:
        """Objects, fields, operators and Actions of this installation."""
        found: m.Schema = self._get("/schema")
        return found

    def search(self, q: str, *, objects: tuple[str, ...] = (), limit: int = 20) -> m.Found:
        """Find records as people type."""
        found: m.Found = self._get("/search", q=q, objects=",".join(objects), limit=limit)
        return found

    def changes(self, after: str = "", *, objects: tuple[str, ...] = ()) -> Iterator[tuple[m.ChangesItems, str]]:
        """What happened since a place; with each the place after its page, from which to go on later."""
        return self._changes(after, objects)

    def get_run(self, id: str) -> m.Run:
        """How far a run is."""
        found: m.Run = self._get(f"/runs/{id}")
        return found

    def run_results(self, id: str) -> Iterator[m.RunResultsItems]:
        """What became of each record of a run."""
        after: int | None = 0
        while after is not None:
            page: m.RunResults = self._get(f"/runs/{id}/results", after=after, limit=1_000)
            yield from page["items"]
            after = page["next"]

    def undo_run(self, id: str, *, key: str | None = None) -> m.Run:
        """Take a run back."""
        found: m.Run = self.transport.send("POST", f"/runs/{id}/undo", key=key).json
        return found

    def upload(self, name: str, content: bytes, *, key: str | None = None) -> m.File:
        """Keep a file."""
        found: m.File = self.transport.send("POST", "/files", query={"name": name}, content=content, key=key).json
        return found

    def download(self, id: str) -> bytes:
        """The bytes of a file."""
        return self.transport.send("GET", f"/files/{id}/content").content
'''


def _api(objects: list[Object]) -> str:
    parts = [HEAD]
    for obj in sorted(objects, key=lambda one: one.url):
        name = component(obj)
        parts.append(f"class {_plural(obj)}(Objects[m.{name}, m.{name}New, m.{name}Change]):\n")
        parts.append(f'    """{obj.plural}."""\n')
        parts += [_action(obj, action) for action in sorted(obj.all_actions, key=lambda one: one.key)]
        parts.append("\n\n")
    parts.append('class Rapport(House):\n    """The API of one installation."""\n\n')
    parts.append("    def __init__(self, url: str, token: str, **options: Any) -> None:\n")
    parts.append("        super().__init__(url, token, **options)\n")
    for obj in sorted(objects, key=lambda one: one.url):
        parts.append(f'        self.{_attribute(obj)} = {_plural(obj)}(self.transport, "{obj.url}")\n')
    return "".join([*parts, HOUSE])


def _attribute(obj: Object) -> str:
    return obj.url.replace("-", "_")


def _plural(obj: Object) -> str:
    return _camel(obj.url)


def _action(obj: Object, action: Any) -> str:
    answers = f"m.{_answers(obj, action.key)}"
    needed = any(parameter.required for parameter in action.parameters)
    given = f"answers: {answers}" if needed else f"answers: {answers} | None = None"
    method = f"act_{action.key}" if action.key in RESERVED else action.key
    return (
        f"\n    def {method}(\n        self, id: str, {given}, *, version: Version | None = None,"
        " key: str | None = None\n"
        f'    ) -> Done[m.{component(obj)}]:\n        """{action.help}"""\n'
        f'        return self._act(id, "{action.key}", answers, version, key)\n'
    )


# Verbs that every Object has by these names.
RESERVED = frozenset(
    {"all", "archive", "attach", "bulk", "count", "create", "events", "export", "get", "page", "restore", "run", "tag",
     "undo", "untag", "update", "upsert"}
)  # fmt: skip
