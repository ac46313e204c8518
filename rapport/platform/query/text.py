"""A checked query as canonical text, which parses back to an equal query."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from rapport.base.durations import format_duration
from rapport.base.money import Money
from rapport.base.periods import Calendar, Instant, Rolling
from rapport.platform.fields import Field, Ref
from rapport.platform.query.ast import (
    And,
    Comparison,
    Condition,
    Id,
    Me,
    Measure,
    MyTeam,
    Not,
    Or,
    Query,
    RefUid,
    Related,
    Relation,
    RightNow,
    Value,
)


def query_text(query: Query) -> str:
    """The whole query; "" for all records in no particular order."""
    pieces = []
    if query.condition is not None:
        pieces.append(condition_text(query.condition))
    if query.sort:
        pieces.append("sort by " + ", ".join(map(str, query.sort)))
    if query.group:
        pieces.append("group by " + ", ".join(map(str, query.group)))
    if query.show:
        pieces.append("show " + ", ".join(map(str, query.show)))
    return " ".join(pieces)


def condition_text(condition: Condition, *, last: bool = True) -> str:
    """One condition. `last`: nothing follows it up to a bracket or the end, so that an open `where` may stand bare."""
    match condition:
        case Or(items):
            return _joined(" or ", items, (And, Comparison, Not, Related, Measure), last)
        case And(items):
            return _joined(" and ", items, (Comparison, Not, Related, Measure), last)
        case Not(item):
            if isinstance(item, Comparison | Not | Related | Measure):
                return f"not {condition_text(item, last=last)}"
            return f"not ({condition_text(item)})"
        case Comparison():
            return comparison_text(condition)
        case Related(relation, where, none):
            text = f"{'no' if none else 'any'} {relation_text(relation)}"
            return text if where is None else _open(f"{text} where {condition_text(where)}", last)
        case Measure():
            return _measure_text(condition, last)


def _joined(word: str, items: tuple[Condition, ...], bare: tuple[type, ...], last: bool) -> str:
    texts = []
    for item in items:
        at_end = last and item is items[-1]
        texts.append(condition_text(item, last=at_end) if isinstance(item, bare) else f"({condition_text(item)})")
    return word.join(texts)


def _open(text: str, last: bool) -> str:
    return text if last else f"({text})"


def relation_text(relation: Relation) -> str:
    return relation.name if relation.default or relation.forward else f"{relation.name} via {relation.field.key}"


def _measure_text(measure: Measure, last: bool) -> str:
    """With a condition it stands in brackets unless it is the last: its sign is found from the end."""
    head, _space, via = relation_text(measure.relation).partition(" ")
    name = f"{head}.{measure.path}" if measure.path else head
    text = " ".join(filter(None, (measure.function, name, via)))
    value = value_text(measure.value, measure.path.field if measure.path else None)
    if measure.where is None:
        return f"{text} {measure.operator} {value}"
    inner = condition_text(measure.where)
    if isinstance(measure.where, And | Or | Related | Measure | Not):
        inner = f"({inner})"
    return _open(f"{text} where {inner} {measure.operator} {value}", last)


def comparison_text(comparison: Comparison) -> str:
    """A comparison; a yes/no field that is yes stands alone."""
    name, operator, values = str(comparison.path), comparison.operator, comparison.values
    field = comparison.path.field
    if operator == "=" and values == (True,) and field.family == "boolean":
        return name
    texts = [value_text(value, field) for value in values]
    if operator == "between":
        return f"{name} between {texts[0]} and {texts[1]}"
    if operator in ("in", "not in"):
        alone = len(values) == 1 and isinstance(values[0], Calendar | Rolling | MyTeam)
        return f"{name} {operator} {texts[0] if alone else '(' + ', '.join(texts) + ')'}"
    return " ".join((name, operator, *texts))


def value_text(value: Value, field: Field[Any] | None = None) -> str:
    """A value as it is written in a query."""
    match value:
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return number_text(value)
        case Money():
            return f"{number_text(value.amount)} {value.currency}"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case timedelta():
            return format_duration(value)
        case Calendar() | Rolling() | Instant() | UUID():
            return str(value)
        case RightNow():
            return "now"
        case Me():
            return "me"
        case MyTeam():
            return "my team"
        case Id(number):
            return f"#{number}"
        case Ref(key, number):
            return f"{key}:{number}"
        case RefUid(key, uid):
            return f"{key}:{uid}"
        case str():
            return word(value) if field is not None and field.family in ("choice", "choices") else quoted(value)


def word(key: str) -> str:
    """A choice's key: bare where nothing can be misread."""
    from rapport.platform.query.parser import JOINING

    plain = key.replace("_", "").replace("-", "")
    return (
        key if plain.isascii() and plain.isalnum() and key.lower() not in JOINING | {"show", "empty"} else quoted(key)
    )


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def number_text(number: Decimal) -> str:
    """Digits without an exponent and without zeros at the end."""
    return format(number.normalize(), "f") if number else "0"
