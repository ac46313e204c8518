"""The facts of a record: its fields in sections, each with its value and where that came from; empty ones folded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from rapport.platform import access
from rapport.platform.fields import (
    Boolean,
    DateTime,
    Field,
    File,
    LongText,
    Ref,
    Reference,
    ReferenceAny,
    ReferenceMany,
    RichText,
    Tags,
)
from rapport.platform.formula import conditions
from rapport.platform.labels import Names
from rapport.platform.layouts import arranged
from rapport.platform.views import cells, table
from rapport.platform.views.fields import refs_of
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui import formats
from rapport.ui.language import gettext as _
from rapport.ui.safe import sanitised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.ui.shapes import Fact, FactGroup, Source

# Events looked through for the sources of fields; older ones are told by the history.
MOST_EVENTS = 200
_AT = DateTime("at")
KEPT = ("created_at", "created_by", "updated_at", "updated_by", "archived_at")
OWN = ("owner", "team", "tags")
# Drawn elsewhere on the page: the strip says what comes next.
ELSEWHERE = frozenset({"next_step", "next_step_at"})
SOURCES: dict[str, str] = {
    "web": "typed",
    "import": "imported",
    "demo": "imported",
    "customer": "customer",
    "portal": "customer",
    "mail": "mail",
}
HOW = {
    "typed": _lazy("typed"),
    "imported": _lazy("imported"),
    "customer": _lazy("said by the customer"),
    "mail": _lazy("from a mail"),
    "machine": _lazy("filled in automatically"),
    "api": _lazy("through the API"),
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who set a field last, when, and through which surface."""

    surface: str
    at: datetime
    who: int | None
    by: str


@dataclass(frozen=True)
class Facts:
    """What the left column draws."""

    groups: list[FactGroup]
    completeness: int | None
    empty: int


def shown_fields(actor: Actor, obj: Object) -> dict[str, Field[Any]]:
    """The fields of a record page this reader may see, without those told elsewhere and those that say its kind."""
    return {
        key: one for key, one in access.readable(actor, obj).items() if key not in ELSEWHERE and key not in obj.where
    }


def values_of(record: Any, fields: Mapping[str, Field[Any]], outside: Mapping[str, Any]) -> dict[str, Any]:
    """The values of these fields; `outside` holds those that do not stand in the row."""
    return {key: outside[key] if one.outside else one.read(record) for key, one in fields.items()}


def refs_in(fields: Mapping[str, Field[Any]], values: Mapping[str, Any]) -> Iterator[Ref]:
    for key, one in fields.items():
        yield from refs_of(one, values[key])


def origins(obj: Object, record: Any) -> dict[str, Origin]:
    """Per field the latest Event that set it; one query."""
    text = (
        "SELECT CAST(e.changes AS TEXT), e.surface, e.at, e.actor_id, e.reason FROM platform_event e "  # noqa: S608  # a constant
        f"WHERE e.object = %s AND e.record_id = %s ORDER BY e.at DESC, e.id DESC LIMIT {MOST_EVENTS}"
    )
    found: dict[str, Origin] = {}
    with connection.cursor() as cursor:
        cursor.execute(text, [obj.access_key, record.pk])
        for changes, surface, at, who, reason in cursor.fetchall():
            origin = None
            for key in json.loads(changes):
                if key not in found:
                    origin = origin or Origin(surface, _AT.from_row(at), who, reason if who is None else "")  # type: ignore[arg-type]  # never NULL
                    found[key] = origin
    return found


def facts(
    actor: Actor,
    obj: Object,
    values: Mapping[str, Any],
    fields: Mapping[str, Field[Any]],
    known: Names,
    came_from: Mapping[str, Origin],
    *,
    of: str,
    may_edit: bool,
    locked: Collection[str] = (),
) -> Facts:
    """Groups of facts in the Object's sections: filled ones open, empty ones together at the end."""
    editable = access.writable(actor, obj) if may_edit else {}
    groups: list[FactGroup] = []
    empty: list[Fact] = []
    for title, keys, is_open in sections(actor, obj, fields):
        filled: list[Fact] = []
        for key in keys:
            may = key in editable and key not in locked
            drawn = fact(fields[key], values[key], known, came_from.get(key), of=of, editable=may)
            if key in editable and key in locked:
                drawn["locked"] = conditions.why_locked(actor, obj, key)
            (empty if drawn["value"] is None and not drawn.get("html") else filled).append(drawn)
        if filled:
            groups.append({"title": title, "facts": filled, "closed": not is_open})
    told = [one for one in empty if one.get("editable") or one.get("locked")]
    if told:
        groups.append({"title": _("Empty fields"), "facts": told, "closed": bool(groups)})
    return Facts(groups, completeness(obj, values, fields), len(told))


def sections(actor: Actor, obj: Object, fields: Mapping[str, Field[Any]]) -> list[tuple[str, list[str], bool]]:
    """(title, keys, open) as arranged; what no section names comes after, what the engine keeps last."""
    declared, hidden = arranged.sections(actor, obj)
    fields = {key: one for key, one in fields.items() if key not in hidden}
    found = [(str(one.label), [key for key in one.fields if key in fields], one.open) for one in declared]
    placed = {key for _title, keys, _open in found for key in keys} | {obj.name}
    rest = [key for key in (*obj.own_fields, *OWN) if key in fields and key not in placed]
    found.append((_("Other fields") if declared else _("Facts"), rest, not declared))
    found.append((_("Kept by Rapport"), [key for key in KEPT if key in fields], False))
    return found


def completeness(obj: Object, values: Mapping[str, Any], fields: Mapping[str, Field[Any]]) -> int | None:
    """Share of the record's own fields that are filled, in percent; yes/no fields always are and do not count."""
    asked = [
        key for key in obj.own_fields if key in fields and key in obj.editable and not isinstance(fields[key], Boolean)
    ]
    if len(asked) < 3:
        return None
    return round(100 * sum(not fields[key].is_empty(values[key]) for key in asked) / len(asked))


def fact(one: Field[Any], value: Any, known: Names, origin: Origin | None, *, of: str, editable: bool) -> Fact:
    """A field as a fact; `of` names the record, so that two on one page do not share ids."""
    drawn: Fact = {
        "key": one.key,
        "id": f"{of}-{one.key}",
        "label": str(one.label),
        "value": None,
        "kind": cells.kind(one),
    }
    if editable:
        drawn |= {"editable": True, "edit_as": table.edit_as(one)}
    if one.is_empty(value) and not isinstance(one, Boolean):
        return drawn
    if isinstance(one, RichText):
        drawn["html"] = sanitised(value)
    elif isinstance(one, LongText):
        drawn |= {"value": value, "kind": "long"}
    else:
        drawn["value"] = cell(one, named(one, value, known))
        if isinstance(one, File):
            drawn["kind"] = "link"
        elif isinstance(one, Reference) and one.to == "platform.User" and isinstance(drawn["value"], dict):
            drawn["value"]["title"] = "name"
    if origin is not None:
        drawn["source"] = source(origin, known)
    return drawn


def cell(one: Field[Any], value: Any) -> Any:
    """The value drawn; a file leads to its download, words that stand for a record one may not see stay words."""
    if isinstance(one, Reference | ReferenceAny) and isinstance(value, str):
        return value
    if isinstance(one, File):
        return {"text": value.label, "href": f"/files/{value.uid}"}
    return cells.cell(one, value)


def named(one: Field[Any], value: Any, known: Names) -> Any:
    """The value with records as links; one that may not be seen is said to be so."""
    if isinstance(one, File):
        return known.get(Ref("file", value)) or _("a file you may not see")
    if isinstance(one, Reference | ReferenceAny):
        found = [known.get(ref) for ref in refs_of(one, value)]
        return found[0] if found and found[0] else _("a record you may not see")
    if isinstance(one, ReferenceMany):
        return [link for ref in refs_of(one, value) if (link := known.get(ref))]
    return value


def source(origin: Origin, known: Names) -> Source:
    """The dot beside a fact: how it came in, who did it, when."""
    kind: Any = SOURCES.get(origin.surface, "machine")
    how = str(HOW["api" if origin.surface == "api" else kind])
    who = known.text(Ref("user", origin.who)) if origin.who is not None else origin.by
    day = formats.date_text(origin.at)
    return {
        "kind": kind,
        "text": _("{how} by {who}, {day}").format(how=how, who=who, day=day) if who else f"{how}, {day}",
    }


def who_in(came_from: Iterable[Origin]) -> Iterator[Ref]:
    for origin in came_from:
        if origin.who is not None:
            yield Ref("user", origin.who)


__all__ = ["Facts", "Origin", "Tags", "fact", "facts", "origins", "refs_in", "shown_fields", "values_of", "who_in"]
