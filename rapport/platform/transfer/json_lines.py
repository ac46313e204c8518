"""JSON lines brought in: one object a line, unpacked to the lines of cells that a workbook becomes too.

Columns are the names of all objects, in order of their first appearance; what lies inside of a value gets a column of
its own, named as our export to a table names it: price.currency, address.city, maker.uid. `id` is the uid.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _

from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.limits import MAX_COLUMNS, MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Of objects that say one thing in several parts: the part that gets the column's own name.
MAIN = {"label": "", "amount": "", "id": "uid"}
LEFT_OUT = frozenset({"version"})


def is_json_lines(start: bytes) -> bool:
    """By content: the first sign opens an object."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def unpack(path: Path, to: Path) -> None:
    """Write the cells of every object as a line of JSON, the names first. Raises BadFile."""
    names: dict[str, None] = {}
    for found in _objects(path):
        names.update(dict.fromkeys(found))
        if len(names) > MAX_COLUMNS:
            raise BadFile(_("This file has more than %(limit)s columns.") % {"limit": MAX_COLUMNS})
    with to.open("w", encoding="utf-8") as out:
        out.write(json.dumps(list(names), ensure_ascii=False) + "\n")
        for found in _objects(path):
            out.write(json.dumps([found.get(name, "") for name in names], ensure_ascii=False) + "\n")


def _objects(path: Path) -> Iterator[dict[str, str]]:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_LINE), b""), 1):
            text = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not text:
                continue
            try:
                found = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise BadFile(_("Line %(line)s is not valid JSON.") % {"line": number}) from error
            if not isinstance(found, dict):
                raise BadFile(_("Line %(line)s is no JSON object.") % {"line": number})
            yield dict(_flat(found))


def _flat(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if key in LEFT_OUT:
            continue
        if isinstance(value, dict):
            for part, inner in value.items():
                name = MAIN.get(part, part)
                yield (f"{key}.{name}" if name else key), _text(inner)
        else:
            yield ("uid" if key == "id" else key), _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            words = [str(item["id"]) if isinstance(item, dict) and "id" in item else _text(item) for item in value]
            return json.dumps(words, ensure_ascii=False) if words else ""
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
