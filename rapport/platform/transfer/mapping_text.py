"""Mappings written down: as plain JSON values and as TOML for people. `mapping` reads both again."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapport.platform.transfer.mapping import Condition, History, Mapping, Source, Target


def plain_mapping(mapping: Mapping) -> dict[str, Any]:
    """Without what is empty or as usual."""
    return _without_empty(
        {
            "version": mapping.version,
            "name": mapping.name,
            "about": mapping.about,
            "file": dict(mapping.file),
            "skip": [_plain_condition(condition) for condition in mapping.skip],
            "record": [_plain_target(target) for target in mapping.targets],
        }
    )


def toml(mapping: Mapping) -> str:
    """The mapping as a TOML file for people."""
    plain = mapping.plain()
    out = [f"{key} = {_toml_value(plain[key])}" for key in ("version", "name", "about", "skip") if key in plain]
    if "file" in plain:
        out += ["", "[file]", *(f"{key} = {_toml_value(value)}" for key, value in plain["file"].items())]
    for block in plain.get("record", []):
        out += [
            "",
            "[[record]]",
            *(f"{key} = {_toml_value(value)}" for key, value in block.items() if key not in {"fields", "history"}),
        ]
        out += [
            "[record.fields]",
            *(f"{_toml_key(key)} = {_toml_value(value)}" for key, value in block.get("fields", {}).items()),
        ]
        for item in block.get("history", []):
            out += ["[[record.history]]", *(f"{key} = {_toml_value(value)}" for key, value in item.items())]
    return "\n".join(out) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml_key(key)} = {_toml_value(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else str(value)


def _toml_key(key: str) -> str:
    return key if key and all(c.isascii() and (c.isalnum() or c in "_-") for c in key) else _toml_value(key)


def _plain_target(target: Target) -> dict[str, Any]:
    keys: Any = [list(keys) for keys in target.keys]
    return _without_empty(
        {
            "object": target.object,
            "as": target.name if target.name != target.object else "",
            "keys": keys[0] if len(keys) == 1 else keys,
            "mode": target.mode if target.mode != "both" else "",
            "blank": target.blank if target.blank != "keep" else "",
            "created_at": target.created_at,
            "skip": [_plain_condition(condition) for condition in target.skip],
            "fields": {path: _plain_source(source) for path, source in target.fields.items()},
            "history": [_plain_history(item) for item in target.history],
        }
    )


def _plain_source(source: Source) -> Any:
    given = {one.name: getattr(source, one.name) for one in fields(source)}
    kept = {
        key: value
        for key, value in given.items()
        if value not in ("", None, {}, ()) and not (key == "note_blank" and not value)
    }
    if source.value == "":
        kept["value"] = ""
    kept = {
        key: dict(value) if key == "aliases" else list(value) if key == "columns" else value
        for key, value in kept.items()
    }
    return kept["column"] if set(kept) == {"column"} else kept


def _plain_condition(condition: Condition) -> dict[str, Any]:
    return (
        {"column": condition.column, "is": list(condition.is_)}
        if condition.is_
        else {"column": condition.column, "blank": condition.blank}
    )


def _plain_history(item: History) -> dict[str, Any]:
    plain = {"at": item.at, "fields": {path: _plain_source(source) for path, source in item.fields.items()}}
    return plain | ({"when": [_plain_condition(condition) for condition in item.when]} if item.when else {})


def _without_empty(plain: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if value not in ("", None, [], {})}
