"""Pieces of SQL: text with `%s` places and what is bound in them, and how the two databases differ.

Only words of this package and identifiers of the registry ever stand in the text; whatever a person wrote is bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal

from django.db import connection

from rapport.base.lower import lower
from rapport.platform.access import Fragment

TRUE, FALSE = Fragment("1 = 1"), Fragment("1 = 0")
# Longer patterns SQLite refuses (50,000 bytes; escaping may double a sign).
LONGEST_LIKE = 10_000


def piece(sql: str, *parts: Fragment | object) -> Fragment:
    """Fill the `{}` places of `sql` with fragments (their text) and identifiers, collecting what is bound in order."""
    texts = [part.sql if isinstance(part, Fragment) else str(part) for part in parts]
    params = tuple(value for part in parts if isinstance(part, Fragment) for value in part.params)
    return Fragment(sql.format(*texts), params)


def bound(value: object) -> Fragment:
    return Fragment("%s", (value,))


def listed(values: Sequence[object]) -> Fragment:
    return Fragment(", ".join(["%s"] * len(values)), tuple(values))


def all_of(parts: Iterable[Fragment]) -> Fragment:
    return _joined(" AND ", [part for part in parts if part is not TRUE], TRUE)


def any_of(parts: Iterable[Fragment]) -> Fragment:
    return _joined(" OR ", [part for part in parts if part is not FALSE], FALSE)


def _joined(word: str, parts: list[Fragment], nothing: Fragment) -> Fragment:
    if len(parts) < 2:
        return parts[0] if parts else nothing
    return Fragment(f"({word.join(part.sql for part in parts)})", tuple(v for part in parts for v in part.params))


def is_everything(fragment: Fragment) -> bool:
    return fragment.sql == TRUE.sql


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def deny(fragment: Fragment) -> Fragment:
    """The complement in two-valued logic: unknown counts as false, so its denial is true."""
    if fragment.sql.startswith("EXISTS ("):
        return Fragment(f"NOT {fragment.sql}", fragment.params)
    return Fragment(f"({fragment.sql}) IS NOT TRUE", fragment.params)


# --- values ------------------------------------------------------------------------------------------------------


def number(value: Decimal | int) -> int | float | Decimal:
    """A number as each database compares it exactly with its own columns: whole ones as integers."""
    if value == value.to_integral_value() if isinstance(value, Decimal) else True:
        whole = int(value)
        if -(2**63) <= whole < 2**63:
            return whole
    return Decimal(value) if is_postgresql() else float(value)


def moment(value: datetime) -> datetime | str:
    """SQLite keeps moments as text in UTC, compared letter by letter."""
    return value if is_postgresql() else value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def day(value: date) -> date | str:
    return value if is_postgresql() else value.isoformat()


def seconds(value: timedelta) -> int:
    return int(value.total_seconds())


# --- text --------------------------------------------------------------------------------------------------------


def equals_text(column: str | Fragment, values: Sequence[str]) -> Fragment:
    """The column is one of the texts, whatever their case. An index on LOWER(column) serves it."""
    if is_postgresql():
        lowered = ", ".join(["LOWER(%s)"] * len(values))
        return piece("LOWER({}) IN ({})", column, Fragment(lowered, tuple(values)))
    small = [lower(value) for value in values]
    function = "LOWER" if all(value.isascii() for value in small) else "rapport_lower"
    return piece("{}({}) IN ({})", function, column, listed(small))


def contains_text(column: str | Fragment, text: str, *, start: bool = False) -> Fragment:
    """The column contains the text, or starts with it, whatever the case."""
    pattern = ("" if start else "%") + _escaped(text) + "%"
    if is_postgresql():
        return piece("LOWER({}) LIKE LOWER({}) ESCAPE '\\'", column, bound(pattern))
    if text.isascii() and len(text) < LONGEST_LIKE:
        # SQLite's LIKE overlooks the case of ASCII letters by itself, and natively.
        return piece("{} LIKE {} ESCAPE '\\'", column, bound(pattern))
    place = "= 1" if start else "> 0"
    return piece("INSTR(rapport_lower({}), {}) {}", column, bound(lower(text)), place)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def sorted_text(column: str | Fragment) -> Fragment:
    """What text is sorted by: SQLite by code point with A–Z as a–z, PostgreSQL by its collation of small letters."""
    return piece("LOWER({})", column)


# --- periods -----------------------------------------------------------------------------------------------------


def zone_name(tz: tzinfo) -> str:
    return str(getattr(tz, "key", None) or "UTC")


def local_day(column: str | Fragment, tz: tzinfo) -> Fragment:
    """The calendar day of a moment for people in `tz`."""
    if is_postgresql():
        return piece("({} AT TIME ZONE {})::date", column, bound(zone_name(tz)))
    return piece("django_datetime_cast_date({}, {}, 'UTC')", column, bound(zone_name(tz)))


def first_day(day_of: Fragment, unit: str) -> Fragment:
    """The first day of the week (Monday), month, quarter or year a day lies in."""
    if unit in ("", "day"):
        return day_of
    if is_postgresql():
        return piece("date_trunc('" + unit + "', {}::timestamp)::date", day_of)
    match unit:
        case "week":
            return piece("date({}, 'weekday 0', '-6 days')", day_of)
        case "quarter":
            back = "'-' || ((CAST(strftime('%%m', {}) AS INTEGER) - 1) %% 3) || ' months'"
            return piece("date({}, 'start of month', " + back + ")", day_of, day_of)
    return piece("date({}, 'start of " + unit + "')", day_of)
