"""The JSON form of a query, for programs and for the builder: the same tree as the text, and checked the same way.

    {"where": condition, "sort": ["-amount", "name"], "group": ["stage", "closes by month"], "show": ["count"]}
    condition = {"and": [condition, …]} | {"or": [condition, …]} | {"not": condition} | {"text": "amount > 10"}
              | {"field": "customer.industry", "op": "=", "value": "retail"}      "values": […] for in, not in, between
              | {"any": "tasks", "via": "about", "where": condition} | {"no": …}
              | {"count": "tasks", "where": condition, "op": ">", "value": 2} | {"sum": "opportunities.amount", …}

A value is a number, true or false, or text as it would stand in a query ("last 30 days", "me", "10000 USD"); {"text":
"me"} is somebody whose name is “me”.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn, cast

from django.utils.translation import gettext as _

from rapport.platform.query.ast import (
    And,
    Comparison,
    Condition,
    Function,
    Measure,
    Not,
    Operator,
    Or,
    Path,
    Query,
    Related,
    Relation,
    Value,
)
from rapport.platform.query.check import OPERATORS, check
from rapport.platform.query.errors import MAX_DEPTH, MAX_LENGTH, MAX_NODES, MAX_VALUES, QueryError
from rapport.platform.query.lexer import UNSEARCHABLE
from rapport.platform.query.parser import FUNCTIONS, parse_syntax
from rapport.platform.query.syntax import Compared, Literal, Many, Measured, Name, Negated, Node, RelatedTo, Written
from rapport.platform.query.text import value_text

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.objects import Object

ALL_OPERATORS = frozenset(operator for known in OPERATORS.values() for operator in known)
SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">="})


# --- to JSON -----------------------------------------------------------------------------------------------------


def to_json(query: Query) -> dict[str, Any]:
    """The query as JSON; `from_json` reads an equal one back."""
    found: dict[str, Any] = {}
    if query.condition is not None:
        found["where"] = condition_json(query.condition)
    for key, items in (("sort", query.sort), ("group", query.group), ("show", query.show)):
        if items:
            found[key] = [str(item) for item in items]
    return found


def condition_json(condition: Condition) -> dict[str, Any]:
    match condition:
        case And(items):
            return {"and": [condition_json(item) for item in items]}
        case Or(items):
            return {"or": [condition_json(item) for item in items]}
        case Not(item):
            return {"not": condition_json(item)}
        case Comparison():
            return _comparison_json(condition)
        case Related(relation, where, none):
            return _relation_json("no" if none else "any", relation, None, where)
        case Measure():
            found = _relation_json(condition.function, condition.relation, condition.path, condition.where)
            field = condition.path.field if condition.path else None
            return {**found, "op": condition.operator, "value": _value_json(condition.value, field)}


def _comparison_json(comparison: Comparison) -> dict[str, Any]:
    found: dict[str, Any] = {"field": str(comparison.path), "op": comparison.operator}
    values = [_value_json(value, comparison.path.field) for value in comparison.values]
    if comparison.operator in ("in", "not in", "between"):
        return {**found, "values": values}
    return {**found, "value": values[0]} if values else found


def _relation_json(word: str, relation: Relation, path: Path | None, where: Condition | None) -> dict[str, Any]:
    found: dict[str, Any] = {word: f"{relation.name}.{path}" if path else relation.name}
    if not relation.default and not relation.forward:
        found["via"] = relation.field.key
    if where is not None:
        found["where"] = condition_json(where)
    return found


def _value_json(value: Value, field: Any) -> Any:
    if not isinstance(value, str):
        return value if isinstance(value, bool) else value_text(value, field)
    special = value.lower() in ("me", "my team", "my teams") or value.startswith("#")
    return {"text": value} if special and field is not None and field.family in ("reference", "references") else value


# --- from JSON ---------------------------------------------------------------------------------------------------


def from_json(actor: Actor, obj: Object, data: object) -> Query:
    """The query a JSON document means for this actor. Raises QueryError."""
    return check(actor, obj, _Reader().query(data))


class _Reader:
    """JSON to syntax tree; counts what it reads, so that no document is too much."""

    def __init__(self) -> None:
        self.nodes = 0
        self.length = 0

    def query(self, data: object) -> Written:
        found = self.mapping(data, {"where", "sort", "group", "show"})
        tail = " ".join(self.tail(word, found[word]) for word in ("sort", "group", "show") if found.get(word))
        written = parse_syntax(tail)
        for word, keys in (("sort", written.sort), ("group", written.group), ("show", written.show)):
            if len(keys) != len(found.get(word) or ()):
                fail(_("“%(key)s” takes a list with one entry each.") % {"key": word})
        where = found.get("where")
        return Written(None if where is None else self.condition(where, 0), written.sort, written.group, written.show)

    def tail(self, word: str, items: object) -> str:
        if not isinstance(items, list) or len(items) > 20:
            fail(_("“%(key)s” takes a short list.") % {"key": word})
        texts = [self.text(item) for item in items]
        for text in texts:
            if not set(text) <= ALLOWED:
                fail(_("“%(text)s” is not the name of a field.") % {"text": text[:60]})
        return f"{word} by {', '.join(texts)}" if word != "show" else f"show {', '.join(texts)}"

    def condition(self, data: object, depth: int) -> Node:
        self.nodes += 1
        if depth > MAX_DEPTH:
            fail(_("This is nested too deeply: at most %(limit)s levels.") % {"limit": MAX_DEPTH})
        if self.nodes > MAX_NODES:
            fail(_("These are too many conditions: at most %(limit)s.") % {"limit": MAX_NODES})
        if not isinstance(data, Mapping):
            fail(_("A condition is a JSON object."))
        for word in ("and", "or"):
            if word in data:
                return self.many(word, self.mapping(data, {word})[word], depth)
        if "not" in data:
            return Negated(self.condition(self.mapping(data, {"not"})["not"], depth + 1))
        if "text" in data:
            return self.written(self.text(self.mapping(data, {"text"})["text"]))
        if "field" in data:
            return self.comparison(data)
        return self.related(data, depth)

    def many(self, word: str, items: object, depth: int) -> Node:
        if not isinstance(items, list) or not items:
            fail(_("“%(key)s” takes a list of conditions.") % {"key": word})
        found = tuple(self.condition(item, depth + 1) for item in items)
        return found[0] if len(found) == 1 else Many(word, found)

    def written(self, text: str) -> Node:
        found = parse_syntax(text)
        if found.condition is None or found.sort or found.group or found.show:
            fail(_("Expected a condition in “%(text)s”.") % {"text": text[:60]})
        return found.condition

    def comparison(self, data: Mapping[str, Any]) -> Node:
        found = self.mapping(data, {"field", "op", "value", "values"})
        name, operator = Name(self.text(found["field"])), self.operator(found.get("op", "="), ALL_OPERATORS)
        values = self.values(found)
        wanted = {"is empty": 0, "is not empty": 0, "between": 2}.get(operator, 1)
        if (operator in ("in", "not in") and not values) or (
            operator not in ("in", "not in") and len(values) != wanted
        ):
            message = _("“%(operator)s” takes %(wanted)s values, not %(got)s.")
            fail(message % {"operator": operator, "wanted": wanted, "got": len(values)})
        return Compared(name, operator, values)

    def values(self, data: Mapping[str, Any]) -> tuple[Literal, ...]:
        items = data["values"] if "values" in data else [data["value"]] if data.get("value") is not None else []
        if not isinstance(items, list) or len(items) > MAX_VALUES:
            fail(_("At most %(limit)s values.") % {"limit": MAX_VALUES})
        return tuple(self.value(item) for item in items)

    def value(self, item: object) -> Literal:
        if isinstance(item, bool):
            return Literal("yes" if item else "no")
        if isinstance(item, int | float):
            return Literal(self.text(repr(item)))
        if isinstance(item, Mapping):
            return Literal(self.text(self.mapping(item, {"text"}).get("text")), quoted=True)
        return Literal(self.text(item))

    def related(self, data: Mapping[str, Any], depth: int) -> Node:
        word = next((word for word in ("any", "no", *FUNCTIONS.values()) if word in data), "")
        if not word:
            fail(_("A condition needs “field”, “and”, “or”, “not”, “any”, “no”, “count” or “text”."))
        found = self.mapping(data, {word, "via", "where", "op", "value"})
        name = Name(self.text(found[word]))
        via = Name(self.text(found["via"])) if found.get("via") else None
        where = None if found.get("where") is None else self.condition(found["where"], depth + 1)
        if word in ("any", "no"):
            return RelatedTo(word == "no", name, via, where)
        if found.get("value") is None:
            fail(_("Expected a value."))
        operator = self.operator(found.get("op", "="), SIGNS)
        return Measured(cast(Function, word), name, via, where, operator, self.value(found["value"]))

    def operator(self, word: object, known: frozenset[str]) -> Operator:
        if not isinstance(word, str) or word not in known:
            fail(_("“%(operator)s” is no operator.") % {"operator": str(word)[:40]})
        return cast(Operator, word)

    def text(self, item: object) -> str:
        if not isinstance(item, str):
            fail(_("Expected text, got %(got)s.") % {"got": type(item).__name__})
        self.length += len(item)
        if self.length > MAX_LENGTH:
            message = _("This query is too long: %(length)s characters, at most %(limit)s are read.")
            fail(message % {"length": self.length, "limit": MAX_LENGTH})
        if UNSEARCHABLE.search(item):
            fail(_("There is a character here that no text contains."))
        return item

    def mapping(self, data: object, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            fail(_("Expected a JSON object."))
        unknown = [str(key) for key in data if key not in known]
        if unknown:
            fail(_("“%(key)s” does not belong here.") % {"key": min(unknown)[:40]})
        return data


ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.- ")


def fail(message: str) -> NoReturn:
    raise QueryError(message)
