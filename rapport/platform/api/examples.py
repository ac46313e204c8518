"""Examples for the page that explains the API: a body that fits a schema, and the call in curl and in Python."""

from __future__ import annotations

import json
import shlex
from typing import Any

Json = dict[str, Any]
UID = "01938b5e-7c1a-7d3e-9a51-2f6c1f0e7b44"
BY_FORMAT = {"uuid": UID, "date": "2026-03-31", "date-time": "2026-03-31T09:30:00Z"}
# More than this of an example is no longer read.
MOST = 8


def value(schema: Json) -> Any:
    """Something that fits the schema."""
    if "enum" in schema:
        return next((one for one in schema["enum"] if one), schema["enum"][0] if schema["enum"] else "")
    kinds = schema.get("type", "string")
    match kinds if isinstance(kinds, str) else kinds[0]:
        case "object":
            return body(schema)
        case "array":
            return [value(schema.get("items", {}))]
        case "integer":
            return max(1, schema.get("minimum", 1))
        case "number":
            return 1.5
        case "boolean":
            return True
    if "pattern" in schema:
        return "EUR" if "A-Z" in schema["pattern"] else "1250.00"
    return BY_FORMAT.get(schema.get("format", ""), schema.get("title", "text"))


def body(schema: Json) -> Json:
    """An object with what is required and the first few things besides."""
    properties: Json = schema.get("properties", {})
    needed = schema.get("required", [])
    chosen = [*needed, *(key for key in properties if key not in needed)][: max(MOST, len(needed))]
    return {key: value(properties[key]) for key in chosen}


def curl(method: str, url: str, headers: dict[str, str], content: Json | None, *, file: bool = False) -> str:
    """The call for a shell; the token stands in the environment."""
    lines = [f"curl -X {method} {shlex.quote(url)}", '-H "Authorization: Bearer $RAPPORT_TOKEN"']
    lines += [f"-H {shlex.quote(f'{name}: {text}')}" for name, text in headers.items()]
    if file:
        lines.append("--data-binary @contract.pdf")
    elif content is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(content, ensure_ascii=False))}"]
    return " \\\n  ".join(lines)


def python(method: str, url: str, headers: dict[str, str], content: Json | None, *, file: bool = False) -> str:
    """The call in Python, with the library requests."""
    sent = {"Authorization": "TOKEN", **headers}
    shown = json.dumps(sent, ensure_ascii=False).replace('"TOKEN"', "f\"Bearer {os.environ['RAPPORT_TOKEN']}\"")
    lines = ["import os", "import requests", "", "answer = requests.request(", f'    "{method}",', f"    {url!r},"]
    lines.append(f"    headers={shown},")
    if file:
        lines.append('    data=open("contract.pdf", "rb"),')
    elif content is not None:
        lines.append(f"    json={content!r},")
    return "\n".join([*lines, ")", "answer.raise_for_status()", "print(answer.json())"])
