"""What can be done with values: each operation once, in Python. `postgresql` says the same in SQL.

Values: numbers, percent (25 % is 0.25), money (worth in one currency) and lengths of time (seconds) are Decimal; days
are date, moments are datetime in UTC, text is str and never None (nothing is ""), yes and no are bool and never None.
None is what is not known, and what comes of it is not known either. Comparisons with it are no, as in a Query.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from rapport.base.lower import lower
from rapport.platform.fields.times import FIRST, LAST
from rapport.platform.formula.limits import MOST_DAYS, MOST_MONTHS, MOST_SECONDS, MOST_TEXT, PLACES

# Wide enough that nothing a formula may hold is rounded unasked.
EXACT = Context(prec=20_000, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
BLANK = " \t\n\r"
NUMBER = re.compile(r" *-?[0-9]{1,20}([.][0-9]{1,12})? *")
DAY = 86_400
Operation = Callable[..., Any]


def rounded(value: Decimal, places: int) -> Decimal:
    """To so many decimals (negative ones: tens, hundreds), halves away from zero."""
    with localcontext(EXACT):
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + 0


def quotient(value: Decimal, by: Decimal) -> Decimal | None:
    """Rounded twice, to 24 decimals and then to 12, as PostgreSQL is told to; None for a division by nothing."""
    if not by:
        return None
    with localcontext(EXACT) as context:
        context.prec = 400
        found = value / by
    return rounded(rounded(found, 2 * PLACES), PLACES)


def _known(function: Operation) -> Operation:
    """Unknown where one of the values is."""

    @wraps(function)
    def strict(*values: Any) -> Any:
        return None if any(value is None for value in values) else function(*values)

    return strict


def _exact(function: Operation) -> Operation:
    @wraps(function)
    def exact(*values: Any) -> Any:
        with localcontext(EXACT):
            return function(*values)

    return _known(exact)


def _compare(function: Operation) -> Operation:
    @wraps(function)
    def two_valued(left: Any, right: Any) -> bool:
        return left is not None and right is not None and bool(function(left, right))

    return two_valued


# --- days and moments ------------------------------------------------------------------------------------------------


def in_years(day: date | None) -> date | None:
    return day if day is not None and FIRST <= day < LAST else None


@_known
def add_days(day: date, count: Decimal) -> date | None:
    if abs(count) > MOST_DAYS:
        return None
    try:
        return in_years(day + timedelta(days=int(count)))
    except OverflowError:
        return None


def add_time(day: date | None, seconds: Decimal | None) -> date | None:
    """A day moved by the whole days of a length of time."""
    if seconds is None or abs(seconds) > MOST_SECONDS:
        return None
    found: date | None = add_days(day, Decimal(int(seconds / DAY)))
    return found


@_known
def add_months(day: date, count: Decimal) -> date | None:
    """The same day of another month, or its last one."""
    if abs(count) > MOST_MONTHS:
        return None
    months = day.year * 12 + day.month - 1 + int(count)
    year, month = divmod(months, 12)
    if not FIRST.year <= year <= LAST.year:
        return None
    return in_years(date(year, month + 1, min(day.day, monthrange(year, month + 1)[1])))


@_known
def shift(moment: datetime, seconds: Decimal) -> datetime | None:
    if abs(seconds) > MOST_SECONDS:
        return None
    try:
        found = moment + timedelta(seconds=int(seconds))
    except OverflowError:
        return None
    return found if FIRST <= found.astimezone(UTC).date() < LAST else None


def _minus(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else -seconds


@_known
def days_apart(day: date, other: date) -> Decimal:
    return Decimal((day - other).days * DAY)


@_known
def apart(moment: datetime, other: datetime) -> Decimal:
    """Whole seconds between two moments, cut towards zero."""
    return (
        Decimal(int((moment - other) / timedelta(microseconds=1)) // 1_000_000)
        if moment >= other
        else -apart(other, moment)
    )


@_known
def day_of(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()


# --- text --------------------------------------------------------------------------------------------------------


def upper(text: str) -> str:
    """Sign by sign, as `base.lower` does it."""
    return "".join(_large(sign) for sign in text)


def _large(sign: str) -> str:
    large = sign.upper()
    return large if len(large) == 1 and large.isascii() == sign.isascii() else sign


def _count(length: Decimal | None) -> int:
    return 0 if length is None or length < 1 else min(int(length), MOST_TEXT)


def _left(text: str, length: Decimal | None) -> str:
    return text[: _count(length)]


def _right(text: str, length: Decimal | None) -> str:
    return text[len(text) - min(_count(length), len(text)) :]


def digits(value: Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    with localcontext(EXACT):
        return format(value.normalize() + 0, "f") if value else "0"


def _percent_text(value: Decimal | None) -> str:
    with localcontext(EXACT):
        return "" if value is None else f"{digits(value * 100)}%"


def read_number(text: str) -> Decimal | None:
    return Decimal(text.strip(" ")) if NUMBER.fullmatch(text) else None


def _same_text(left: str, right: str) -> bool:
    return bool(left) and lower(left) == lower(right)


def _moment_text(moment: datetime | None, zone: str) -> str:
    return "" if moment is None else moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M").zfill(16)


def _convert(amount: Decimal | None, currency: str, base: Decimal | None, code: str, rate: Decimal | None) -> Any:
    """A sum in another currency: as it was written where it was written in that one, else by the rate."""
    if amount is None:
        return None
    if currency == code:
        return amount
    return None if base is None or rate is None else quotient(base, rate)


def _coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _coalesce_text(*values: str) -> str:
    return next((value for value in values if value), "")


def _if(condition: bool, then: Any, otherwise: Any) -> Any:
    return then if condition else otherwise


def _in(value: Any, *others: Any) -> bool:
    return value is not None and any(other is not None and value == other for other in others)


def _between(value: Any, low: Any, high: Any) -> bool:
    return None not in (value, low, high) and bool(low <= value <= high)


OPERATIONS: dict[str, Operation] = {
    "add": _exact(lambda a, b: a + b),
    "sub": _exact(lambda a, b: a - b),
    "mul": _exact(lambda a, b: rounded(a * b, PLACES)),
    "mul_time": _exact(lambda a, b: rounded(a * b, 0)),
    "div": _known(quotient),
    "div_time": _known(lambda a, b: None if (found := quotient(a, b)) is None else rounded(found, 0)),
    "mod": _exact(lambda a, b: a % b if b else None),
    "neg": _exact(lambda a: -a + 0),
    "day_add": add_time,
    "day_sub": lambda a, b: add_time(a, _minus(b)),
    "moment_add": shift,
    "moment_sub": lambda a, b: shift(a, _minus(b)),
    "day_diff": days_apart,
    "moment_diff": apart,
    "join": lambda a, b: (a + b)[:MOST_TEXT],
    "and": lambda *items: all(items),
    "or": lambda *items: any(items),
    "not": lambda item: not item,
    "eq": _compare(lambda a, b: a == b),
    "ne": lambda a, b: not (a is not None and b is not None and a == b),
    "lt": _compare(lambda a, b: a < b),
    "le": _compare(lambda a, b: a <= b),
    "gt": _compare(lambda a, b: a > b),
    "ge": _compare(lambda a, b: a >= b),
    "in": _in,
    "between": _between,
    "text_eq": _same_text,
    "text_ne": lambda a, b: not _same_text(a, b),
    "text_in": lambda value, *others: any(_same_text(value, other) for other in others),
    "contains": lambda a, b: lower(b) in lower(a),
    "starts": lambda a, b: lower(a).startswith(lower(b)),
    "is_empty": lambda value: value is None,
    "text_is_empty": lambda value: not value,
    "if": _if,
    "coalesce": _coalesce,
    "text_coalesce": _coalesce_text,
    "round": _known(lambda value, places: rounded(value, int(places))),
    "floor": _exact(lambda value: value.to_integral_value(ROUND_FLOOR) + 0),
    "ceil": _exact(lambda value: value.to_integral_value(ROUND_CEILING) + 0),
    "abs": _exact(abs),
    "min": _known(min),
    "max": _known(max),
    "length": lambda text: Decimal(len(text)),
    "lower": lower,
    "upper": upper,
    "trim": lambda text: text.strip(BLANK),
    "left": _left,
    "right": _right,
    "replace": lambda text, what, by: text.replace(what, by)[:MOST_TEXT],
    "year": _known(lambda day: Decimal(day.year)),
    "month": _known(lambda day: Decimal(day.month)),
    "day": _known(lambda day: Decimal(day.day)),
    "day_of": day_of,
    "days_between": _known(lambda a, b: Decimal((b - a).days)),
    "add_days": add_days,
    "add_months": add_months,
    "number_text": lambda value: "" if value is None else digits(value),
    "percent_text": _percent_text,
    "money_text": lambda value, code: "" if value is None else f"{digits(value)} {code}",
    "day_text": lambda day: "" if day is None else day.isoformat(),
    "moment_text": _moment_text,
    "boolean_text": lambda value: "yes" if value else "no",
    "read_number": read_number,
    "to_number": lambda value: value,
    "convert": _convert,
}
