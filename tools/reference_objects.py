"""Writes docs/reference/objects.md and events.md from the declarations themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils import translation

from rapport.platform.actions import Action
from rapport.platform.events import setup
from rapport.platform.events.reactions import subscribers
from rapport.platform.fields import Choice, Field, MultiChoice, Reference, ReferenceAny, ReferenceMany
from rapport.platform.objects import Object, registry

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
OBJECTS, EVENTS = FOLDER / "objects.md", FOLDER / "events.md"
OBJECTS_HEAD = """# Objects

Generated from the declarations by `make reference`; a test keeps it current. Every Object also has the fields *owner,
team, tags, created, updated, archived*, the actions *create, update, archive, restore* and the surfaces that follow
from its declaration: list, board where it has one, form, record page, API at `/api/v1/<address>`, search, import,
export, history.
"""
EVENTS_HEAD = """# Events

Generated from the declarations by `make reference`; a test keeps it current. The kind of an Event is `<object>.<past>`;
the Objects of a family share the key of their base.

Every Object has: `created`, `updated`, `archived`, `restored`, `undone`. Besides:
"""


def objects() -> list[Object]:
    """Objects of the product (not of the tests), by key."""
    return sorted(
        (obj for obj in registry.all() if obj.model.__module__.startswith("rapport.")), key=lambda obj: obj.key
    )


def objects_text() -> str:
    with translation.override("en"):
        return OBJECTS_HEAD + "".join(part for obj in objects() for part in _object(obj))


def _object(obj: Object) -> Iterator[str]:
    yield f"\n## {obj.label} (`{obj.key}`)\n\n"
    if obj.help:
        yield f"{obj.help}\n\n"
    facts = [f"address `{obj.url}`"]
    if obj.of:
        facts.append(f"a kind of `{obj.of}`")
    if obj.search:
        facts.append(f"found by {', '.join(obj.search)}")
    if obj.match:
        facts.append(f"matched by {' or '.join(' + '.join(keys) for keys in obj.match)}")
    yield f"{'; '.join(facts).capitalize()}.\n\n| field | key | type | |\n|---|---|---|---|\n"
    for key, field in obj.own_fields.items():
        yield f"| {field.label} | `{key}` | {_type(field)} | {_marks(field)} |\n"
    if obj.all_actions:
        yield "\n| action | key | asks for | what it does |\n|---|---|---|---|\n"
        for action in obj.all_actions:
            yield _action(action)


def _type(field: Field[object]) -> str:
    kind = field.kind.replace("_", " ")
    if isinstance(field, Choice | MultiChoice):
        return (
            f"{kind}: {', '.join(option.key for option in field.options[:8])}{', …' if len(field.options) > 8 else ''}"
        )
    if isinstance(field, Reference | ReferenceMany):
        return f"{kind} to {' or '.join(field.kinds) or field.target.key}"
    if isinstance(field, ReferenceAny):
        return f"{kind} to {' or '.join(field.to) or 'any'}"
    return kind


def _marks(field: Field[object]) -> str:
    marks = {"required": field.required, "unique": field.unique, "set by Rapport": field.read_only}
    found = [word for word, holds in marks.items() if holds]
    if field.sensitivity != "standard":
        found.append(field.sensitivity)
    return ", ".join(found)


def _action(action: Action) -> str:
    asked = ", ".join(f"`{one.key}`{'' if one.required else '?'}" for one in action.parameters)
    return f"| {action.label} | `{action.key}` | {asked} | {action.help} |\n"


def events_text() -> str:
    with translation.override("en"):
        rows = [
            f"- `{obj.access_key}.{action.event}`: {action.help}\n"
            for obj in objects()
            for action in obj.actions
            if action.event
        ]
        rows += [f"- `{part.key}.{past}`: {told}\n" for part in setup.parts() for past, told in part.kinds.items()]
        reactions = [
            f"- `{one.name}` follows {', '.join(f'`{kind}`' for kind in one.kinds)}\n"
            for one in subscribers()
            if one.name.startswith("rapport.")
        ]
    told = "".join(sorted(set(rows))) or "- none\n"
    return f"{EVENTS_HEAD}\n{told}\n## Reactions\n\n{''.join(sorted(reactions)) or 'None yet.'}\n".rstrip() + "\n"


def write() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    OBJECTS.write_text(objects_text(), encoding="utf-8")
    EVENTS.write_text(events_text(), encoding="utf-8")
