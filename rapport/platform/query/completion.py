"""What may come next in a query: names, operators, values and joining words at a place in the text.

A walk over the tokens before the cursor keeps what is expected next and in which Object; nothing has to be complete or
right, for a half-written query is the usual case here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from django.utils.translation import gettext as _

from rapport.base.text import fold
from rapport.platform.fields import Choice, Field, MultiChoice, ReferenceAny
from rapport.platform.query import schema
from rapport.platform.query.ast import Path
from rapport.platform.query.builder import operator_label
from rapport.platform.query.check import COMPARABLE, SUMMABLE, operators_of, path
from rapport.platform.query.errors import MAX_LENGTH, QueryError
from rapport.platform.query.lexer import Token, tokens
from rapport.platform.query.parser import FUNCTIONS, UNITS
from rapport.platform.query.suggest import records, tag_names
from rapport.platform.query.syntax import Name
from rapport.platform.query.text import quoted, word

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

ItemKind = Literal["field", "operator", "value", "record", "relation", "keyword"]
Expected = Literal["field", "operator", "value", "join", "relation", "via", "sort", "group", "shown", "sum"]
MAX_ITEMS = 30
PERIODS: tuple[str, ...] = (
    *("today", "yesterday", "tomorrow", "this week", "last week", "next week", "this month", "last month"),
    *("this quarter", "last quarter", "next quarter", "this year", "last year", "last 7 days", "last 30 days"),
    *("last 90 days", "next 7 days", "next 30 days"),
)
MOMENTS = ("now", "1 hour ago", "1 day ago", "2 weeks ago", "30 days ago", "3 months ago", "in 3 days")
_OPEN_QUOTE = re.compile(r"""["“„][^"“”]*$""")


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal: `text` to put in place of what was typed, what it is called, what it is."""

    text: str
    label: str
    kind: ItemKind
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """Proposals for the part of the text from `start` to `end`."""

    start: int
    end: int
    items: list[Item]


def complete(actor: Actor, obj: Object, text: str, at: int | None = None) -> Completion:
    """Up to 30 proposals at a place (by default the end). Never raises; at most one query for names of records."""
    end = len(text) if at is None else max(0, min(at, len(text)))
    if end > MAX_LENGTH:
        return Completion(end, end, [])
    before, typed, start = _split(text[:end])
    state = _walk(actor, obj, before)
    found = _proposals(actor, state, typed)
    return Completion(start, end, _best(found, typed)[:MAX_ITEMS])


def _split(text: str) -> tuple[list[Token], str, int]:
    """The tokens before the word at the cursor, that word as far as typed, and where it starts."""
    if found := _open_quote(text):
        return _tokens(text[: found.start()]), found[0][1:], found.start()
    known = _tokens(text)
    if known and known[-1].kind == "word" and known[-1].end == len(text):
        last = known.pop()
        return known, last.text, last.at
    return known, "", len(text)


def _open_quote(text: str) -> re.Match[str] | None:
    try:
        tokens(text)
    except QueryError:
        return _OPEN_QUOTE.search(text)
    return None


def _tokens(text: str) -> list[Token]:
    try:
        return tokens(text)[:-1]
    except QueryError as error:
        return _tokens(text[: error.at]) if 0 < error.at < len(text) else []


# --- the walk ----------------------------------------------------------------------------------------------------


@dataclass
class _State:
    """What is expected next: in which Object, for which field and operator, how deep in brackets."""

    obj: Object
    expected: Expected = "field"
    path: Path | None = None
    operator: str = ""
    listing: bool = False
    between: bool = False
    function: str = ""
    words: list[str] = field(default_factory=list)  # an unquoted value may have several
    scopes: list[tuple[Object, int]] = field(default_factory=list)
    depth: int = 0


def _walk(actor: Actor, obj: Object, before: list[Token]) -> _State:
    state = _State(obj)
    for place, token in enumerate(before):
        _step(actor, state, token, before[place - 1] if place else None)
    return state


def _step(actor: Actor, state: _State, token: Token, previous: Token | None) -> None:
    if token.kind == "mark":
        _mark(state, token.text)
    elif token.kind == "operator":
        state.expected, state.operator, state.words = "value", token.text, []
    elif token.low in ("sort", "group") and state.expected in ("join", "field", "operator"):
        state.expected, state.words = ("sort" if token.low == "sort" else "group"), []
    elif token.low == "show" and state.expected in ("join", "field", "operator"):
        state.expected = "shown"
    elif token.low in ("and", "or"):
        _joined(state, token.low)
    else:
        _word(actor, state, token, previous)


def _mark(state: _State, mark: str) -> None:
    if mark == "(":
        state.depth += 1
        state.listing = state.expected == "value"
    elif mark == ")":
        state.depth -= 1
        state.expected, state.listing = "join", False
        while state.scopes and state.scopes[-1][1] > state.depth:
            state.obj = state.scopes.pop()[0]
    elif state.listing:
        state.expected, state.words = "value", []


def _joined(state: _State, word_: str) -> None:
    if word_ == "and" and state.between:
        state.expected, state.between, state.words = "value", False, []
    else:
        state.expected, state.path, state.operator = "field", None, ""


def _word(actor: Actor, state: _State, token: Token, previous: Token | None) -> None:
    low = token.low
    match state.expected:
        case "field":
            _field_word(actor, state, token)
        case "operator":
            _operator_word(state, low, previous)
        case "value":
            state.words.append(token.text)
            state.expected = "join"
        case "relation" | "via":
            _relation_word(actor, state, token)
        case "join":
            _joining_word(state, low)
        case "shown":
            if low in FUNCTIONS and low != "count":
                state.expected, state.function = "sum", low
        case "sort" | "group" | "sum":
            pass


def _field_word(actor: Actor, state: _State, token: Token) -> None:
    if token.low == "not":
        return
    if token.low in ("any", "no") or token.low in FUNCTIONS:
        state.expected, state.function = "relation", token.low
        return
    state.path = _path(actor, state.obj, token.text)
    state.expected = "operator"


def _operator_word(state: _State, low: str, previous: Token | None) -> None:
    state.operator = f"not {low}" if previous is not None and previous.low == "not" else low
    if low in ("in", "contains", "with", "is"):
        state.expected = "value"
    elif low == "between":
        state.expected, state.between = "value", True
    elif low == "where":
        _joining_word(state, low)
    state.words = []


def _relation_word(actor: Actor, state: _State, token: Token) -> None:
    if token.low == "where" and state.path is None:
        return
    head = token.low.split(".")[0]
    for relation in schema.relations(actor, state.obj):
        if head in schema.relation_words(relation):
            state.scopes.append((state.obj, state.depth))
            state.obj = relation.obj
            break
    state.expected, state.words = "join", []


def _joining_word(state: _State, low: str) -> None:
    if low == "where":
        state.expected, state.path = "field", None
    elif low == "via":
        state.expected = "via"
    elif state.operator and state.path is not None:
        state.words.append(low)


def _path(actor: Actor, obj: Object, text: str) -> Path | None:
    try:
        return path(actor, obj, Name(text))
    except QueryError:
        return None


# --- proposals ---------------------------------------------------------------------------------------------------


def _proposals(actor: Actor, state: _State, typed: str) -> list[Item]:
    match state.expected:
        case "field":
            return [*_fields(actor, state.obj, typed), *_starters()]
        case "operator":
            return _operators(state) if state.path else _keywords("=", "contains", "is empty")
        case "value":
            return _values(actor, state, typed)
        case "relation":
            return _relations(actor, state)
        case "shown":
            return _keywords("count", "sum", "avg", "min", "max")
        case "sort":
            return _fields(actor, state.obj, typed, sortable=True)
        case "sum":
            known = SUMMABLE if state.function in ("sum", "avg") else COMPARABLE
            return _fields(actor, state.obj, typed, families=known)
        case "group":
            return [*_fields(actor, state.obj, typed, sortable=True), *_keywords(*(f"by {unit}" for unit in UNITS))]
        case "via":
            return []
    return [*_longer_values(actor, state, typed), *_joiners(state)]


def _fields(
    actor: Actor, obj: Object, typed: str, *, sortable: bool = False, families: frozenset[str] | None = None
) -> list[Item]:
    """The fields of the Object, or after a dot those of the record pointed at."""
    typed = typed.removeprefix("-")
    head, _dot, _rest = typed.rpartition(".")
    known = schema.names(actor, obj)
    label, prefix = "", ""
    if head:
        found = _path(actor, obj, head)
        if found is None:
            return []
        known, label, prefix = dict(schema.parts(actor, found.field)), f"{found.field.label} › ", f"{head}."
    items = []
    for key, item in known.items():
        reference = schema.target_of(item) is not None
        if (sortable and not item.sortable) or (families and item.family not in families and not reference):
            continue
        items.append(Item(prefix + key, f"{label}{item.label}", "field", item.family))
    return items


def _starters() -> list[Item]:
    return _keywords("not", "any", "no", "count", "sum")


def _keywords(*words: str) -> list[Item]:
    return [Item(text, text, "keyword") for text in words]


def _operators(state: _State) -> list[Item]:
    assert state.path is not None  # noqa: S101  # asked by the caller
    family = state.path.field.family
    found = [Item(known, operator_label(known, family), "operator") for known in operators_of(state.path.field)]
    return [*_keywords("and", "or"), *found] if family == "boolean" else found


def _relations(actor: Actor, state: _State) -> list[Item]:
    suffix = "" if state.function in ("any", "no", "count") else "."
    found = {}
    for relation in schema.relations(actor, state.obj):
        label = relation.field.label if relation.forward else relation.obj.plural
        found[relation.name] = Item(relation.name + suffix, str(label), "relation")
    return list(found.values())


def _joiners(state: _State) -> list[Item]:
    words = ["and", "or"]
    if state.scopes and state.path is None:
        words = ["where", *words]
    return _keywords(*words, "sort by", "group by", "show count")


def _longer_values(actor: Actor, state: _State, typed: str) -> list[Item]:
    """A value of several words goes on: "last " proposes "last 30 days"."""
    if not state.words or state.path is None:
        return []
    begun = " ".join(state.words).lower() + " "
    items = _values(actor, state, f"{begun}{typed}")
    return [replace(item, text=item.text[len(begun) :]) for item in items if item.text.lower().startswith(begun)]


def _values(actor: Actor, state: _State, typed: str) -> list[Item]:
    if state.path is None:
        return []
    target = state.path.field
    items = _empty_words(state) if state.operator == "is" else []
    if isinstance(target, Choice | MultiChoice):
        return [*items, *(Item(word(o.key), str(o.label), "value") for o in target.options)]
    match target.family:
        case "boolean":
            return [Item("yes", _("Yes"), "value"), Item("no", _("No"), "value")]
        case "date" | "datetime":
            moments = MOMENTS if state.operator in ("<", "<=", ">", ">=") else ()
            return [*items, *(Item(text, text, "value") for text in (*PERIODS, *moments))]
        case "tags":
            return [Item(quoted(name), name, "value") for name in tag_names(actor, typed)]
        case "reference" | "references" if not isinstance(target, ReferenceAny):
            return [*items, *_people(target), *_record_items(actor, target, typed)]
    return items


def _empty_words(state: _State) -> list[Item]:
    return _keywords("empty", "not empty")


def _people(target: Field[Any]) -> list[Item]:
    to = getattr(target, "to", "")
    me = [Item("me", _("Me"), "value")] if to == "platform.User" else []
    team = [Item("my team", _("My team"), "value")] if to in ("platform.User", "platform.Team") else []
    return [*me, *team]


def _record_items(actor: Actor, target: Field[Any], typed: str) -> list[Item]:
    obj = schema.target_of(target)
    found = records(actor, obj, typed) if obj is not None else []
    return [Item(quoted(link.label), link.label, "record", str(obj.label if obj else "")) for link in found]


def _best(items: list[Item], typed: str) -> list[Item]:
    """Those that begin with what was typed, then those in which a word does, then those that contain it."""
    sought = fold(typed.removeprefix("-"))
    if not sought:
        return items
    ranked = []
    for place, item in enumerate(items):
        texts = (fold(item.text.strip('"')), fold(item.label))
        if any(text.startswith(sought) for text in texts):
            ranked.append((0, place, item))
        elif any(part.startswith(sought) for text in texts for part in re.split(r"[\s._]", text)):
            ranked.append((1, place, item))
        elif any(sought in text for text in texts):
            ranked.append((2, place, item))
    return [item for _rank, _place, item in sorted(ranked, key=lambda entry: entry[:2])]
