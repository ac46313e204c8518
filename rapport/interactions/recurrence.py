"""Repeating moments by the rules of RFC 5545 (RRULE), safe across clock changes and against rules that never come.

Idea: a rule is expanded in the wall-clock time of whoever does the work and only then put into their zone: "Mondays
at 9" stays 9 in summer and winter (RFC 5545, 3.3.10). A wall-clock time that the spring change skips is read with the
offset before the gap (02:30 becomes 03:30; 3.3.5); one that comes twice in autumn is the first.
Some rules never come (30 February; every 7th day if a Monday, begun on a Tuesday), and the library then walks to the
year 9999: 8,000 years of days. The calendar repeats every 400 years to the weekday, so rules are expanded in its last
cycle, where at most 400 years are left to walk (0.2 s for the worst rule; a rule that comes costs microseconds).
Only rules with a date part are taken: FREQ DAILY to YEARLY, without BYHOUR and its like; COUNT up to 1000, INTERVAL to
1000. Expansion by python-dateutil.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil.rrule import rrule, rrulestr
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 300
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
# Number parts and their ranges; negative ones count from the end.
NUMBERS = {
    "INTERVAL": (1, 1000),
    "COUNT": (1, 1000),
    "BYMONTHDAY": (-31, 31),
    "BYMONTH": (1, 12),
    "BYSETPOS": (-366, 366),
}
LISTS = ("BYMONTHDAY", "BYMONTH", "BYSETPOS")
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
# One cycle of the Gregorian calendar: 400 years, 146,097 days, 20,871 weeks to the day.
CYCLE = 400
LAST_CYCLE_BEGINS = 9999 - CYCLE


def normal(text: str) -> str:
    """The rule in capitals, without the leading RRULE: and blanks; "" for none. Raises ValidationError in words."""
    rule = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").strip(";")
    if not rule:
        return ""
    if len(rule) > LONGEST:
        raise ValidationError(_("This rule is too long to be meant."))
    parts = [part.partition("=") for part in rule.split(";")]
    names = [name for name, _sign, _value in parts]
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise ValidationError(
            _("A repeat is written like FREQ=WEEKLY;BYDAY=MO; “%(part)s” is not understood.")
            % {"part": unknown[0][:20]}
        )
    values = {name: value for name, _sign, value in parts}
    if values.get("FREQ") not in FREQUENCIES or len(set(names)) != len(names):
        raise ValidationError(_("A repeat says how often, once: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."))
    if "COUNT" in values and "UNTIL" in values:
        raise ValidationError(_("A repeat ends after a number of times or on a day, not both."))
    _check_numbers(values)
    _check_days(values)
    _read(_shifted(rule, 0, UTC), datetime(2026, 1, 1, 9))  # noqa: DTZ001  # only to prove that it can be read
    return rule


def _check_numbers(values: dict[str, str]) -> None:
    for name, (least, most) in NUMBERS.items():
        for number in values[name].split(",") if name in LISTS and name in values else filter(None, [values.get(name)]):
            fits = re.fullmatch(r"[+-]?\d{1,4}", number, re.ASCII) and least <= int(number) <= most and int(number) != 0
            if not fits:
                raise ValidationError(
                    _("%(part)s takes numbers from %(least)s to %(most)s.")
                    % {"part": name, "least": least, "most": most}
                )


def _check_days(values: dict[str, str]) -> None:
    most = {"MONTHLY": 5, "YEARLY": 53}.get(values["FREQ"], 0)
    for day in values["BYDAY"].split(",") if "BYDAY" in values else ():
        found = _DAY.fullmatch(day)
        if found is None or (found[1] and not 1 <= abs(int(found[1])) <= most):
            raise ValidationError(
                _("“%(day)s” is no day a repeat knows; write MO, TU, 1MO or -1FR.") % {"day": day[:20]}
            )


def next_after(rule: str, *, start: datetime, after: datetime, zone: tzinfo) -> datetime | None:
    """The first moment (UTC) of the series begun at `start` that lies after `after`; None when it has ended.

    `rule` is in normal form; `start` and `after` are aware.
    """
    begin, late = _wall(start, zone), _wall(after, zone)
    years = (LAST_CYCLE_BEGINS - begin.year) // CYCLE * CYCLE
    series = _read(_shifted(rule, years, zone), begin.replace(year=begin.year + years))
    found = series.after(late.replace(year=late.year + years))
    while found is not None:
        moment = _in_zone(found.replace(year=found.year - years), zone)
        if moment > after:
            return moment
        found = series.after(found)
    return None


def _read(rule: str, begin: datetime) -> rrule:
    try:
        found = rrulestr(rule, dtstart=begin)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise ValidationError(_("This repeat cannot be read; write it like FREQ=MONTHLY;BYMONTHDAY=1.")) from error
    if not isinstance(found, rrule):
        raise ValidationError(_("A repeat is one rule."))
    return found


def _shifted(rule: str, years: int, zone: tzinfo) -> str:
    """The rule with its UNTIL as wall-clock time, `years` later. A date alone includes that whole day."""
    found = re.search(r"UNTIL=(\d{4})(\d{4})(?:T(\d{6})(Z?))?(?=;|$)", rule)
    if found is None:
        if "UNTIL=" in rule:
            raise ValidationError(_("The end of a repeat is written like UNTIL=20261231."))
        return rule
    time = found[3] or "235959"
    try:
        end = datetime.strptime(f"{found[1]}{found[2]}{time}", "%Y%m%d%H%M%S")  # noqa: DTZ007  # wall-clock
    except ValueError as error:
        raise ValidationError(_("The end of this repeat is no day of the calendar.")) from error
    if found[4]:
        end = _wall(end.replace(tzinfo=UTC), zone) if 1 < end.year < 9999 else end
    end = end.replace(year=end.year + years) if end.year + years <= 9999 else datetime(9999, 1, 1)  # noqa: DTZ001
    return rule[: found.start()] + f"UNTIL={end:%Y%m%dT%H%M%S}" + rule[found.end() :]


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _in_zone(wall: datetime, zone: tzinfo) -> datetime:
    """The moment of a wall-clock time; a skipped one is read with the offset that held before the gap."""
    local = wall.replace(tzinfo=zone, fold=0)
    return local.astimezone(UTC)


def local_day_later(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """The same hour of the day, `days` later, in the zone; what "tomorrow at nine" means across a clock change."""
    return _in_zone(_wall(moment, zone) + timedelta(days=days), zone)
