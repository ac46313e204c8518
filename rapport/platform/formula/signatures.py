"""The functions of the language: what each takes and what comes of it. Read by the check, completion and the guide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Function:
    """`least` and `most` arguments; `shown` is how it is written, `help` what it does."""

    name: str
    shown: str
    help: str
    least: int = 1
    most: int = 1


def _one(name: str, shown: str, help: object, least: int = 1, most: int = 1) -> Function:
    return Function(name, shown, cast(str, help), least, most)


FUNCTIONS: dict[str, Function] = {
    one.name: one
    for one in (
        _one(
            "round", "round(number, places)", _("rounds halves away from zero; without places to a whole number"), 1, 2
        ),
        _one("floor", "floor(number)", _("the whole number below")),
        _one("ceil", "ceil(number)", _("the whole number above")),
        _one("abs", "abs(number)", _("without its sign")),
        _one("min", "min(a, b, …)", _("the least of several values"), 2, 10),
        _one("max", "max(a, b, …)", _("the greatest of several values"), 2, 10),
        _one("length", "length(text)", _("how many characters")),
        _one("lower", "lower(text)", _("in small letters")),
        _one("upper", "upper(text)", _("in capital letters")),
        _one("trim", "trim(text)", _("without blanks at both ends")),
        _one("left", "left(text, count)", _("the first characters"), 2, 2),
        _one("right", "right(text, count)", _("the last characters"), 2, 2),
        _one("contains", "contains(text, part)", _("whether the part stands in the text, whatever the case"), 2, 2),
        _one("replace", 'replace(text, "what", "by")', _("the text with every “what” replaced"), 3, 3),
        _one("year", "year(day)", _("the year of a day or moment")),
        _one("month", "month(day)", _("the month of a day or moment, 1 to 12")),
        _one("day", "day(day)", _("the day of the month, 1 to 31")),
        _one("date", "date(moment)", _("the day of a moment")),
        _one("days_between", "days_between(from, to)", _("how many days from one day to another"), 2, 2),
        _one("add_days", "add_days(day, count)", _("so many days later"), 2, 2),
        _one(
            "add_months",
            "add_months(day, count)",
            _("the same day so many months later, or the last of the month"),
            2,
            2,
        ),
        _one("coalesce", "coalesce(a, b, …)", _("the first value that is there"), 2, 10),
        _one("is_empty", "is_empty(value)", _("whether there is nothing")),
        _one("convert", 'convert(money, "USD")', _("in another currency, by the rate of today"), 2, 2),
        _one("text", "text(value)", _("as text")),
        _one("number", "number(text)", _("the number a text says, or the amount of a sum")),
    )
}
WORDS = ("today", "now", "yes", "no", "empty")
