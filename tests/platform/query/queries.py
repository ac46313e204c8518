"""Random queries that are right: drawn from the names an actor may use, with values that often hit."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rapport.platform.access import Actor
from rapport.platform.fields import Choice, Field, MultiChoice, ReferenceAny
from rapport.platform.objects import Object
from rapport.platform.query import schema
from rapport.platform.query.check import COMPARABLE, SUMMABLE, operators_of
from rapport.platform.query.text import quoted
from tests.toys import WORDS

SIGNS = ["=", "!=", "<", "<=", ">", ">="]
PERIODS = ["today", "yesterday", "this week", "last week", "this month", "last month", "this quarter", "last year"]
PERIODS += ["last 30 days", "next 7 days", "last 2 weeks", "this year"]
DAYS = [*PERIODS, "2026-03-29", "2026-03-30", "2024-02-29", "29.03.2026", "2 weeks ago", "in 3 days"]
MOMENTS = [*DAYS, "2026-03-30 11:30", "2026-03-29T22:30:00Z"]
EXACT = ["now", "1 hour ago", "in 90 minutes"]
NUMBERS = ["0", "1", "2", "3", "250", "-1", "12.5", "0.3", "25", "1k", "2.500", "99999999999999999999"]
SUMS = [*NUMBERS, "10 USD", "20 EUR", "1000 CHF", "100 JPY", "1.5k eur"]
LENGTHS = ["90 min", "0 min", "2 d", "1h 30m"]
TEXTS = [word for word in WORDS if word] + [
    "a",
    "Ä",
    "%",
    "_",
    "\\",
    "acm",
    "info@acme.example",
    "BO@example.org",
    "T-1001",
]
PEOPLE = ["me", "my team", '"me"', "#1", "#3", "bo", "Anna Berg"]
RECORDS = ["#1", "#2", "#7", "Acme", quoted('Say "hi"'), '"ärger & söhne"']


_known: dict[tuple[int, str, int], tuple[Actor, st.SearchStrategy[str]]] = {}


def conditions(actor: Actor, obj: Object, related: int = 2) -> st.SearchStrategy[str]:
    """Texts of conditions over an Object, with up to `related` levels of related records."""
    key = (id(actor), obj.key, related)
    if key not in _known:
        _known[key] = (actor, _conditions(actor, obj, related))
    return _known[key][1]


def _conditions(actor: Actor, obj: Object, related: int) -> st.SearchStrategy[str]:
    leaves = comparisons(actor, obj)
    if related:
        leaves = st.one_of(leaves, leaves, leaves, related_conditions(actor, obj, related - 1))
    return st.one_of(leaves, st.recursive(leaves, _compound, max_leaves=4))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda two: f"({two[0]}) and ({two[1]})"),
        pair.map(lambda two: f"({two[0]}) or ({two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    )


def comparisons(actor: Actor, obj: Object) -> st.SearchStrategy[str]:
    """One comparison: mostly of the record's own fields, sometimes of records pointed at."""
    own = sorted(schema.names(actor, obj).items())
    further = sorted(_further(actor, obj, 2).items())
    pools = [own, own, own, further] if further else [own]
    return st.one_of(*(st.sampled_from(pool).flatmap(lambda item: _comparison(*item)) for pool in pools))


def _further(actor: Actor, obj: Object, hops: int) -> dict[str, Field[Any]]:
    """Paths over references and into parts; of users and teams only what differs between them."""
    found: dict[str, Field[Any]] = {}
    for key, field in schema.names(actor, obj).items():
        target = schema.target_of(field)
        inner = dict(schema.parts(actor, field))
        if target is not None and target.key in ("user", "team"):
            inner = {name: inner[name] for name in ("name", "team", "owner", "archived", "id") if name in inner}
        found.update({f"{key}.{name}": deeper for name, deeper in inner.items()})
        if target is not None and target.key not in ("user", "team") and hops > 1 and inner:
            found.update({f"{key}.{name}": deeper for name, deeper in _further(actor, target, hops - 1).items()})
    return found


def _comparison(name: str, field: Field[Any]) -> st.SearchStrategy[str]:
    ways = [st.sampled_from(operators_of(field)).flatmap(lambda operator: _with_values(name, field, operator))]
    return st.one_of(*ways, st.just(name)) if field.family == "boolean" else ways[0]


def _with_values(name: str, field: Field[Any], operator: str) -> st.SearchStrategy[str]:
    if operator in ("is empty", "is not empty"):
        return st.just(f"{name} {operator}")
    if operator in ("contains", "not contains", "starts with") and field.family in ("text", "composite", "reference"):
        return st.sampled_from(TEXTS).map(lambda text: f"{name} {operator} {quoted(text)}")
    one = values(field, operator)
    if operator == "between":
        return st.tuples(one, one).map(lambda two: f"{name} between {two[0]} and {two[1]}")
    if operator in ("in", "not in"):
        return st.lists(one, min_size=1, max_size=3).map(lambda many: f"{name} {operator} ({', '.join(many)})")
    return one.map(lambda value: f"{name} {operator} {value}")


def values(field: Field[Any], operator: str) -> st.SearchStrategy[str]:
    """Values this field takes after this operator."""
    match field:
        case Choice() | MultiChoice():
            return st.sampled_from([quoted(option.key) for option in field.options])
        case ReferenceAny():
            return st.sampled_from(
                ["toy:1", "toy:2", "maker:1", "workshop:3", "toy:0190a5a0-0000-7000-8000-000000000001"]
            )
        case schema.Uid():
            return st.just("12345678-1234-4234-8234-123456781234")
    match field.family:
        case "text":
            return st.sampled_from([quoted(text) for text in TEXTS])
        case "number":
            return st.sampled_from([*NUMBERS, "25%"] if field.kind == "percent" else NUMBERS)
        case "money":
            return st.sampled_from(SUMS)
        case "duration":
            return st.sampled_from(LENGTHS)
        case "date" | "datetime":
            return _times(field, operator)
        case "boolean":
            return st.sampled_from(["yes", "no"])
        case "tags":
            return st.sampled_from(["vip", "ÜBER", '"old news"', "none"])
    people = getattr(field, "to", "") == "platform.User"
    return st.sampled_from(PEOPLE if people else RECORDS)


def _times(field: Field[Any], operator: str) -> st.SearchStrategy[str]:
    if operator in ("in", "not in"):
        return st.sampled_from([*PERIODS, "2026-03-29"])
    if field.family == "date":
        return st.sampled_from(DAYS)
    return st.sampled_from([*MOMENTS, *EXACT] if operator in SIGNS[2:] else MOMENTS)


# --- related records ---------------------------------------------------------------------------------------------


def related_conditions(actor: Actor, obj: Object, deeper: int) -> st.SearchStrategy[str]:
    ways = [way for way in schema.relations(actor, obj) if way.obj.key in ("toy", "play", "maker", "workshop")]
    return st.sampled_from(ways).flatmap(lambda way: _related(actor, way, deeper)) if ways else st.just("id > 3")


def _related(actor: Actor, way: Any, deeper: int) -> st.SearchStrategy[str]:
    via = "" if way.forward else f" via {way.field.key}"
    where = st.one_of(st.just(""), conditions(actor, way.obj, deeper).map(lambda inner: f" where ({inner})"))
    sign = st.sampled_from(SIGNS)
    number = st.sampled_from(["0", "1", "2", "5"])
    some = st.tuples(st.sampled_from(["any", "no"]), where).map(lambda t: f"({t[0]} {way.name}{via}{t[1]})")
    count = st.tuples(where, sign, number).map(lambda t: f"(count {way.name}{via}{t[0]} {t[1]} {t[2]})")
    measured = [
        (function, key, field)
        for key, field in sorted(schema.fields(actor, way.obj).items())
        for function in ("sum", "avg", "min", "max")
        if field.family in (SUMMABLE if function in ("sum", "avg") else COMPARABLE)
    ]
    measure = st.sampled_from(measured).flatmap(
        lambda m: st.tuples(where, sign).flatmap(
            lambda t: values(m[2], t[1]).map(lambda v: f"({m[0]} {way.name}.{m[1]}{via}{t[0]} {t[1]} {v})")
        )
    )
    return st.one_of(some, count, measure)
