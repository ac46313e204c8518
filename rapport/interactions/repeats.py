"""Repeats as a person says them: FREQ=MONTHLY;BYDAY=-1FR is "every month on the last Friday".

Every phrase is one message, so that a translation may order its words freely; names of days and months, lists and
dates are those of the reader's language (CLDR).
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, get_day_names, get_month_names
from babel.lists import format_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rapport.platform.fields import Text
from rapport.platform.words import gettext_lazy

if TYPE_CHECKING:
    from rapport.platform.culture import Culture

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAYS = frozenset(DAYS[:5])
_DAY = re.compile(r"([+-]?\d{1,2})?([A-Z]{2})")
PLACES: dict[int, Any] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    5: gettext_lazy("fifth"),
    -1: gettext_lazy("last"),
    -2: gettext_lazy("second to last"),
    -3: gettext_lazy("third to last"),
}


class Repeats(Text):
    """A rule of RFC 5545, written as such and read as a sentence."""

    kind = "text"

    def format(self, value: str | None, culture: Culture) -> str:
        return in_words(value) if value else ""


def in_words(rule: str) -> str:
    """The rule (in normal form) as a phrase in the language in use; what is no rule stands as it is."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    often = _how_often(parts)
    if not often:
        return rule
    days = _on_days(parts)
    ends = _ends(parts)
    phrase = _("{often} {days}").format(often=often, days=days) if days else often
    return _("{phrase}, {ends}").format(phrase=phrase, ends=ends) if ends else phrase


def _how_often(parts: dict[str, str]) -> str:
    every = int(parts.get("INTERVAL", "1") or 1)
    frequency = parts.get("FREQ", "")
    days = _plain_days(parts)
    if every == 1 and frequency in ("WEEKLY", "DAILY") and days and not parts.keys() & {"BYMONTHDAY", "BYSETPOS"}:
        if set(days) == WEEKDAYS:
            return _("every weekday")
        if len(days) < len(DAYS):
            return _("every {days}").format(days=_listed([_day(day) for day in days]))
    if frequency == "DAILY":
        return ngettext("every day", "every {n} days", every).format(n=every)
    if frequency == "WEEKLY":
        return ngettext("every week", "every {n} weeks", every).format(n=every)
    if frequency == "MONTHLY":
        return ngettext("every month", "every {n} months", every).format(n=every)
    return ngettext("every year", "every {n} years", every).format(n=every) if frequency == "YEARLY" else ""


def _on_days(parts: dict[str, str]) -> str:
    """Which days of it: "on the 1st and the 15th", "on the last Friday in May"."""
    months, numbers = _numbers(parts, "BYMONTH"), _numbers(parts, "BYMONTHDAY")
    if parts.get("FREQ") == "YEARLY" and len(months) == 1 and numbers and min(numbers) > 0 and "BYDAY" not in parts:
        return _("on {days}").format(days=_listed([_day_of_year(months[0], day) for day in numbers]))
    found = []
    weekdays = _on_weekdays(parts)
    if weekdays:
        found.append(weekdays)
    if numbers:
        found.append(_("on the {days}").format(days=_listed([_day_of_month(day) for day in numbers])))
    if months:
        names: Any = get_month_names("wide", locale=_locale())
        found.append(_("in {months}").format(months=_listed([str(names[month]) for month in months])))
    return " ".join(found)


def _on_weekdays(parts: dict[str, str]) -> str:
    days = _DAY.findall(parts.get("BYDAY", ""))
    if not days:
        return ""
    places = _numbers(parts, "BYSETPOS")
    if places:
        names = [day for _number, day in days]
        what = _("weekday") if set(names) == WEEKDAYS else _("of {days}").format(days=_listed([_day(d) for d in names]))
        return _("on the {place} {what}").format(place=_listed([_place(place) for place in places]), what=what)
    numbered = [_("{place} {day}").format(place=_place(int(number)), day=_day(day)) for number, day in days if number]
    if numbered:
        return _("on the {days}").format(days=_listed(numbered))
    said_already = int(parts.get("INTERVAL", "1") or 1) == 1 and parts["FREQ"] in ("WEEKLY", "DAILY")
    if said_already and "BYMONTHDAY" not in parts:
        return ""
    if {day for _number, day in days} == WEEKDAYS:
        return _("on weekdays")
    return _("on {days}").format(days=_listed([_day(day) for _number, day in days]))


def _ends(parts: dict[str, str]) -> str:
    if "COUNT" in parts:
        times = int(parts["COUNT"])
        return ngettext("once", "{n} times", times).format(n=times)
    found = re.match(r"(\d{4})(\d{2})(\d{2})", parts.get("UNTIL", ""))
    if not found:
        return ""
    try:
        last = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return ""
    return _("until {day}").format(day=format_date(last, "long", locale=_locale()))


# --- words ------------------------------------------------------------------------------------------------------------


def _plain_days(parts: dict[str, str]) -> list[str]:
    """Days of the week without a number, in their order."""
    found = _DAY.findall(parts.get("BYDAY", ""))
    return [day for day in DAYS if ("", day) in found] if all(not number for number, _d in found) else []


def _numbers(parts: dict[str, str], key: str) -> list[int]:
    return [int(number) for number in parts.get(key, "").split(",") if re.fullmatch(r"[+-]?\d{1,3}", number)]


def _day(key: str) -> str:
    names: Any = get_day_names("wide", locale=_locale())
    return str(names[DAYS.index(key)]) if key in DAYS else key


def _place(number: int) -> str:
    return str(PLACES[number]) if number in PLACES else _("{n}th").format(n=number)


def _day_of_month(number: int) -> str:
    """The 1st, the 22nd, the last day."""
    if number < 0:
        return _("{place} day").format(place=_place(number))
    last = number % 10 if not 10 < number < 20 else 0
    said = {1: _("{n}st"), 2: _("{n}nd"), 3: _("{n}rd")}.get(last, _("{n}th"))
    return said.format(n=number)


def _day_of_year(month: int, day: int) -> str:
    try:
        return format_skeleton("MMMMd", date(2024, month, day), locale=_locale())
    except ValueError:
        return f"{day}. {month}."


def _listed(words: list[str]) -> str:
    return str(format_list(words, locale=_locale()))


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
