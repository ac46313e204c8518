"""What may come next in a formula: fields, functions, related records; inside of a `where` what a Query proposes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapport.platform.formula.check import _Checker
from rapport.platform.formula.limits import MAX_LENGTH
from rapport.platform.formula.parser import ROLL_UPS
from rapport.platform.formula.signatures import FUNCTIONS
from rapport.platform.query import completion, schema
from rapport.platform.query.check import path
from rapport.platform.query.completion import MAX_ITEMS, Completion, Item
from rapport.platform.query.errors import QueryError
from rapport.platform.query.syntax import Name

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

_WORD = re.compile(r"[\w.]*$")
_WHERE = re.compile(
    r"\b(?:" + "|".join(("any", "no", *ROLL_UPS)) + r")\s+([\w-]+)(?:\.[\w.]+)?(?:\s+via\s+\w+)?\s+where\b", re.I
)
_AFTER = re.compile(r"\b(" + "|".join(("any", "no", *ROLL_UPS)) + r")\s+[\w.-]*$", re.I)
WORDS = ("if", "and", "or", "not", "today", "now", *ROLL_UPS, "any", "no")


def complete(actor: Actor, obj: Object, text: str, at: int | None = None) -> Completion:
    """Up to 30 proposals at a place (by default the end). Never raises."""
    end = len(text) if at is None else max(0, min(at, len(text)))
    if end > MAX_LENGTH:
        return Completion(end, end, [])
    before = text[:end]
    if (inner := _inside(actor, obj, before)) is not None:
        return inner
    word = _WORD.search(before)
    typed, start = (word[0], word.start()) if word else ("", end)
    if not _AFTER.search(before):
        return Completion(start, end, _best([*_names(actor, obj, typed), *_functions()], typed)[:MAX_ITEMS])
    function = _AFTER.search(before)[1].lower()  # type: ignore[index]  # found above
    return Completion(start, end, _best(_related(actor, obj, typed, function), typed)[:MAX_ITEMS])


def _inside(actor: Actor, obj: Object, before: str) -> Completion | None:
    """The place is in the condition of a roll-up: what the Query language proposes there."""
    opened = list(_WHERE.finditer(before))
    if not opened or before.count("(", opened[-1].end()) < before.count(")", opened[-1].end()):
        return None
    last = opened[-1]
    for relation in schema.relations(actor, obj):
        if last[1].lower() in schema.relation_words(relation):
            found = completion.complete(actor, relation.obj, before[last.end() :])
            return Completion(found.start + last.end(), found.end + last.end(), found.items)
    return None


def _names(actor: Actor, obj: Object, typed: str) -> list[Item]:
    """Fields a formula can calculate with, and references that lead further; after a dot those of the record there."""
    head, dot, _rest = typed.rpartition(".")
    known = schema.names(actor, obj)
    if dot:
        try:
            known = dict(schema.parts(actor, path(actor, obj, Name(head)).field))
        except QueryError:
            return []
    return [
        Item(f"{head}{dot}{key}", str(field.label), "field", key)
        for key, field in known.items()
        if _Checker.type_of(field) is not None
    ]


def _functions() -> list[Item]:
    calls = [Item(f"{one.name}(", one.shown, "keyword", str(one.help)) for one in FUNCTIONS.values()]
    return [*calls, *(Item(word, word, "keyword") for word in WORDS)]


def _related(actor: Actor, obj: Object, typed: str, function: str) -> list[Item]:
    name, dot, _rest = typed.partition(".")
    found = [one for one in schema.relations(actor, obj) if one.default or one.forward]
    if not dot:
        end = "" if function in ("any", "no", "count") else "."
        return [Item(f"{one.name}{end}", str(one.obj.plural), "relation", str(one.field.label)) for one in found]
    for one in found:
        if name.lower() in schema.relation_words(one):
            fields = schema.names(actor, one.obj).items()
            kept = [(key, field) for key, field in fields if _Checker.type_of(field) is not None]
            return [Item(f"{name}.{key}", str(field.label), "field", key) for key, field in kept]
    return []


def _best(items: list[Item], typed: str) -> list[Item]:
    """Those that begin with what was typed, then those that have it inside."""
    low = typed.lower()
    first = [item for item in items if item.text.lower().startswith(low)]
    rest = [item for item in items if item not in first and (low in item.text.lower() or low in item.label.lower())]
    return first + rest
