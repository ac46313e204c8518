"""Operations as SQL of PostgreSQL, each agreeing with `operations` to the last digit.

Every part of an expression stands in the text once, so that a deep one stays small: where a value is needed twice it is
named in a sub-select (`_let`). OFFSET 0 keeps the planner from writing it twice all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapport.platform.access import Fragment
from rapport.platform.fields.times import FIRST, LAST
from rapport.platform.formula.limits import MOST, MOST_DAYS, MOST_MONTHS, MOST_SECONDS, MOST_TEXT
from rapport.platform.query.sql import bound, piece

if TYPE_CHECKING:
    from rapport.platform.formula.ast import Type
    from rapport.platform.formula.compile import Known, Leaf, Part

Writer = Callable[..., Fragment]
NUMERIC = frozenset({"number", "percent", "money", "duration"})
CASTS = {
    **dict.fromkeys(NUMERIC, "numeric"),
    **{"text": "text", "key": "text", "choice": "text", "name": "text", "date": "date", "datetime": "timestamptz"},
    **{"boolean": "boolean", "reference": "bigint"},
}
YEARS = f"DATE '{FIRST}' AND DATE '{LAST - timedelta(days=1)}'"
MOMENTS = f"TIMESTAMPTZ '{FIRST} 00:00:00+00' AND TIMESTAMPTZ '{LAST - timedelta(days=1)} 23:59:59.999999+00'"


def column(part: Part, kind: Type, places: int) -> Fragment:
    """The whole expression as a column of its kind would hold it."""
    found = value(part)
    match kind.kind:
        case "number" | "percent" | "money":
            scaled = "q.a * 100" if kind.kind == "percent" else "q.a"
            number = f"ROUND({scaled}, {places})"
            return _let(f"CASE WHEN q.a > -{MOST} AND q.a < {MOST} THEN {number} END", found)
        case "duration":
            limits = f"-{MOST_SECONDS} AND {MOST_SECONDS}"
            return _let(f"CASE WHEN q.a BETWEEN {limits} THEN q.a::bigint END", found)
    return found


def value(part: Part) -> Fragment:
    from rapport.platform.formula.compile import Known, Leaf

    if isinstance(part, Leaf):
        return _leaf(part)
    if isinstance(part, Known):
        return _known(part)
    return _WRITERS[part.name](*part.items)


def _leaf(leaf: Leaf) -> Fragment:
    match leaf.kind:
        case "percent_raw":
            return piece("({}::numeric * 0.01)", leaf.sql)
        case "text":
            return piece("COALESCE({}::text, '')", leaf.sql)
        case "boolean":
            return piece("(({}) IS TRUE)", leaf.sql)
        case "date":
            return piece("{}::date", leaf.sql)
        case "datetime" | "key":
            return leaf.sql
    return piece("{}::numeric", leaf.sql)


def _known(known: Known) -> Fragment:
    if known.value is None:
        return Fragment(f"NULL::{CASTS[known.kind]}")
    return piece("{}::" + CASTS[known.kind], bound(known.value))


def _let(body: str, *values: Fragment) -> Fragment:
    """`body` over q.a, q.b, …, each of them written once. No value a person wrote stands in the body."""
    names = ", ".join(f"{{}} AS {name}" for name, _value in zip("abcdefghij", values, strict=False))
    return piece("(SELECT " + body + " FROM (SELECT " + names + " OFFSET 0) q)", *values)  # noqa: S608  # see above


def _simple(template: str) -> Writer:
    return lambda *items: piece(template, *map(value, items))


def _lets(body: str) -> Writer:
    return lambda *items: _let(body, *map(value, items))


def _listed(template: str, between: str) -> Writer:
    return lambda *items: piece(template.replace("*", between.join(["{}"] * len(items))), *map(value, items))


def _in_years(moved: str, limits: str) -> Writer:
    """A day moved; out of the years that are kept it is unknown."""
    inside = f"CASE WHEN {limits} THEN {moved} END"
    return lambda *items: _let(f"CASE WHEN q.a BETWEEN {YEARS} THEN q.a END", _let(inside, *map(value, items)))


def _shifted(sign: str) -> Writer:
    inside = (
        f"CASE WHEN q.b BETWEEN -{MOST_SECONDS} AND {MOST_SECONDS} "
        f"THEN q.a {sign} q.b::double precision * INTERVAL '1 second' END"
    )
    return lambda *items: _let(f"CASE WHEN q.a BETWEEN {MOMENTS} THEN q.a END", _let(inside, *map(value, items)))


def _least(function: str) -> Writer:
    """Unknown where one of the values is; the database's own function leaves those out."""

    def write(*items: Part) -> Fragment:
        names = [f"q.{name}" for name, _item in zip("abcdefghij", items, strict=False)]
        unknown = " OR ".join(f"{name} IS NULL" for name in names)
        body = f"CASE WHEN {unknown} THEN NULL ELSE {function}({', '.join(names)}) END"
        return _let(body, *map(value, items))

    return write


def _text_in(*items: Part) -> Fragment:
    others = ", ".join(["LOWER({})"] * (len(items) - 1))
    return piece("((NULLIF(LOWER({}), '') IN (" + others + ")) IS TRUE)", *map(value, items))


def _first_text(*items: Part) -> Fragment:
    return piece("COALESCE(" + ", ".join(["NULLIF({}, '')"] * len(items)) + ", '')", *map(value, items))


def _round(number: Part, places: Any) -> Fragment:
    return piece(f"ROUND({{}}, {int(places.value)})", value(number))


DAYS_OF = "TRUNC(q.b / 86400)::int"
SECONDS = f"q.b BETWEEN -{MOST_SECONDS} AND {MOST_SECONDS}"
DIVIDED = "({} + 0.000000000000000000000000) / NULLIF({}, 0)"
BLANKS = "' ' || CHR(9) || CHR(10) || CHR(13)"
SHORT = f"LEAST(FLOOR(q.b), {MOST_TEXT})::int"
SAME = "NULLIF(LOWER({}), '') = NULLIF(LOWER({}), '')"

_WRITERS: dict[str, Writer] = {
    "add": _simple("({} + {})"),
    "sub": _simple("({} - {})"),
    "mul": _simple("ROUND({} * {}, 12)"),
    "mul_time": _simple("ROUND({} * {}, 0)"),
    "div": _simple(f"ROUND({DIVIDED}, 12)"),
    "div_time": _simple(f"ROUND(ROUND({DIVIDED}, 12), 0)"),
    "mod": _simple("MOD({}, NULLIF({}, 0))"),
    "neg": _simple("(- {})"),
    "day_add": _in_years(f"q.a + {DAYS_OF}", SECONDS),
    "day_sub": _in_years(f"q.a - {DAYS_OF}", SECONDS),
    "moment_add": _shifted("+"),
    "moment_sub": _shifted("-"),
    "day_diff": _simple("(({} - {})::numeric * 86400)"),
    "moment_diff": _simple("TRUNC(EXTRACT(EPOCH FROM ({} - {}))::numeric)"),
    "join": _simple(f"LEFT({{}} || {{}}, {MOST_TEXT})"),
    "and": _listed("(*)", " AND "),
    "or": _listed("(*)", " OR "),
    "not": _simple("(NOT {})"),
    "eq": _simple("(({} = {}) IS TRUE)"),
    "ne": _simple("(({} = {}) IS NOT TRUE)"),
    "lt": _simple("(({} < {}) IS TRUE)"),
    "le": _simple("(({} <= {}) IS TRUE)"),
    "gt": _simple("(({} > {}) IS TRUE)"),
    "ge": _simple("(({} >= {}) IS TRUE)"),
    "in": lambda first, *rest: piece(
        "(({} IN (" + ", ".join(["{}"] * len(rest)) + ")) IS TRUE)", value(first), *map(value, rest)
    ),
    "between": _simple("(({} BETWEEN {} AND {}) IS TRUE)"),
    "text_eq": _simple(f"(({SAME}) IS TRUE)"),
    "text_ne": _simple(f"(({SAME}) IS NOT TRUE)"),
    "text_in": _text_in,
    "contains": _simple("(STRPOS(LOWER({}), LOWER({})) > 0)"),
    "starts": _simple("STARTS_WITH(LOWER({}), LOWER({}))"),
    "is_empty": _simple("({} IS NULL)"),
    "text_is_empty": _simple("({} = '')"),
    "if": _simple("(CASE WHEN {} THEN {} ELSE {} END)"),
    "coalesce": _listed("COALESCE(*)", ", "),
    "text_coalesce": _first_text,
    "round": _round,
    "floor": _simple("FLOOR({})"),
    "ceil": _simple("CEIL({})"),
    "abs": _simple("ABS({})"),
    "min": _least("LEAST"),
    "max": _least("GREATEST"),
    "length": _simple("CHAR_LENGTH({})::numeric"),
    "lower": _simple("LOWER({})"),
    "upper": _simple("UPPER({})"),
    "trim": _simple(f"BTRIM({{}}, {BLANKS})"),
    "left": _lets(f"CASE WHEN q.b >= 1 THEN LEFT(q.a, {SHORT}) ELSE '' END"),
    "right": _lets(f"CASE WHEN q.b >= 1 THEN RIGHT(q.a, {SHORT}) ELSE '' END"),
    "replace": _simple(f"LEFT(REPLACE({{}}, {{}}, {{}}), {MOST_TEXT})"),
    "year": _simple("EXTRACT(YEAR FROM {})::numeric"),
    "month": _simple("EXTRACT(MONTH FROM {})::numeric"),
    "day": _simple("EXTRACT(DAY FROM {})::numeric"),
    "day_of": _simple("({} AT TIME ZONE {})::date"),
    "days_between": _lets("(q.b - q.a)::numeric"),
    "add_days": _in_years("q.a + TRUNC(q.b)::int", f"q.b BETWEEN -{MOST_DAYS} AND {MOST_DAYS}"),
    "add_months": _in_years(
        "(q.a + MAKE_INTERVAL(months => TRUNC(q.b)::int))::date", f"q.b BETWEEN -{MOST_MONTHS} AND {MOST_MONTHS}"
    ),
    "number_text": _simple("COALESCE(TRIM_SCALE({})::text, '')"),
    "percent_text": _simple("COALESCE(TRIM_SCALE({} * 100)::text || CHR(37), '')"),
    "money_text": _simple("COALESCE(TRIM_SCALE({})::text || ' ' || {}, '')"),
    "day_text": _simple("COALESCE(TO_CHAR({}, 'YYYY-MM-DD'), '')"),
    "moment_text": _simple("COALESCE(TO_CHAR({} AT TIME ZONE {}, 'YYYY-MM-DD HH24:MI'), '')"),
    "boolean_text": _simple("(CASE WHEN {} THEN 'yes' ELSE 'no' END)"),
    "read_number": _lets("CASE WHEN q.a ~ '^ *-?[0-9]{{1,20}}([.][0-9]{{1,12}})? *$' THEN q.a::numeric END"),
    "to_number": _simple("{}"),
    "convert": _lets(
        "CASE WHEN q.b = q.d THEN q.a WHEN q.a IS NOT NULL "
        "THEN ROUND((q.c + 0.000000000000000000000000) / NULLIF(q.e, 0), 12) END"
    ),
}
