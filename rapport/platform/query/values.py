"""Literals to values: how each family of fields reads what was written after the operator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base import dates, durations, money, numbers
from rapport.base.errors import InputError
from rapport.base.periods import Calendar, Instant, Rolling, parse_period
from rapport.base.text import normal_form
from rapport.platform.fields import Choice, Email, Field, MultiChoice, Phone, Ref, ReferenceAny
from rapport.platform.fields.times import FIRST, LAST
from rapport.platform.objects import registry
from rapport.platform.query import schema
from rapport.platform.query.ast import Id, Me, MyTeam, Operator, RefUid, RightNow, Value
from rapport.platform.query.errors import QueryError, nearest
from rapport.platform.query.syntax import Literal

if TYPE_CHECKING:
    from rapport.platform.access import Actor

_THOUSANDS = re.compile(r"(?<![\w.])(\d{1,20}(?:\.\d{1,12})?) ?(k|m|mio|million)(?!\w)", re.IGNORECASE | re.ASCII)
_TIMES = {"k": 1_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000}
_ISO_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d.*")
PARTIAL: frozenset[Operator] = frozenset({"contains", "not contains", "starts with"})


def read(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    """The value a literal means for this field and operator. Raises QueryError at the literal."""
    try:
        return _READERS[field.family](actor, field, operator, literal)
    except InputError as error:
        raise _at(literal, _(error.sentence) % error.params) from error
    except ValidationError as error:
        raise _at(literal, " ".join(error.messages), _options_near(field, literal.text)) from error
    except (ArithmeticError, OverflowError) as error:
        raise _at(literal, _("This value is out of range.")) from error


def _at(literal: Literal, message: str, suggestions: tuple[str, ...] = ()) -> QueryError:
    return QueryError(message, literal.at, literal.length, suggestions)


def _options_near(field: Field[Any], word: str) -> tuple[str, ...]:
    if not isinstance(field, Choice | MultiChoice):
        return ()
    return nearest(word, [option.key for option in field.options] + [str(option.label) for option in field.options])


# --- text and choices --------------------------------------------------------------------------------------------


def _text(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    """Whole values of an address, a number or a uid in the form they are kept in; parts of one as written."""
    text = normal_form(literal.text)
    if isinstance(field, schema.Uid):
        return _uid(literal)
    if isinstance(field, Phone | Email) and operator not in PARTIAL:
        try:
            return field.parse(text, actor.culture) or ""
        except ValidationError:
            return text  # no whole number or address: it equals none, and says so by finding nothing
    return text


def _uid(literal: Literal) -> UUID:
    try:
        return UUID(literal.text)
    except ValueError as error:
        raise _at(literal, _("This is not a uid.")) from error


def _choice(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    assert isinstance(field, Choice | MultiChoice)  # noqa: S101  # by family
    return field._options.find(literal.text.strip())


def _tag(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    return normal_form(literal.text.strip())


def _boolean(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    return bool(field.parse(literal.text, actor.culture))


# --- quantities --------------------------------------------------------------------------------------------------


def number(text: str) -> Decimal:
    """A plain number: digits with a decimal point, and k or M for thousands and millions."""
    return numbers.parse_decimal(_in_full(text), decimal_comma=False)


def _in_full(text: str) -> str:
    """10k as 10000, 1.5 M as 1500000."""
    return _THOUSANDS.sub(lambda found: format(Decimal(found[1]) * _TIMES[found[2].lower()], "f"), text)


def _number(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    return number(literal.text.strip().removesuffix("%").strip() if field.kind == "percent" else literal.text)


def _money(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    """A number is in the base currency; with a currency it is Money."""
    text = _in_full(literal.text.strip())
    if not any(sign.isalpha() or sign in "€$£¥₹" for sign in text):
        return number(text)
    return money.parse(text, default_currency=actor.culture.currency, decimal_comma=False)


def _duration(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    length = durations.parse_duration(literal.text)
    return timedelta(seconds=int(length.total_seconds()))


# --- days and moments --------------------------------------------------------------------------------------------


def _date(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    spec = _relative(literal)
    if spec is not None:
        return _usable(spec, literal, operator, moment=False)
    return _within(dates.parse_date(literal.text, order=actor.culture.date_order or "dmy"), literal)


def _datetime(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    if literal.text.lower() == "now" and not literal.quoted:
        return _now(literal, operator)
    spec = _relative(literal)
    if spec is not None:
        return _usable(spec, literal, operator, moment=True)
    text = literal.text
    if ":" not in text:
        return _within(dates.parse_date(text, order=actor.culture.date_order or "dmy"), literal)
    moment = dates.parse_datetime(text, tz=actor.culture.tz, order=actor.culture.date_order or "dmy")
    _within(moment.date(), literal)
    return moment


def _now(literal: Literal, operator: Operator) -> Value:
    if operator in ("=", "!=", "in", "not in"):
        raise _at(literal, _("“%(text)s” is a moment; compare with < or >.") % {"text": "now"}, ("<", ">"))
    return RightNow()


def _relative(literal: Literal) -> Calendar | Rolling | Instant | None:
    if literal.text.lower() == "now":
        raise _at(literal, _("“%(text)s” needs a field with a time of day; use “today”.") % {"text": "now"}, ("today",))
    return None if literal.quoted else parse_period(literal.text)


def _usable(
    spec: Calendar | Rolling | Instant, literal: Literal, operator: Operator, *, moment: bool
) -> Calendar | Rolling | Instant:
    """Hours and minutes need a moment to compare with, and then before or after; a moment is no period to be in."""
    if isinstance(spec, Instant):
        exact = spec.unit in ("hour", "minute")
        if exact and not moment:
            raise _at(literal, _("“%(text)s” needs a field with a time of day; use days for a date.") % {"text": spec})
        if operator in ("in", "not in") or (exact and operator in ("=", "!=")):
            raise _at(literal, _("“%(text)s” is a moment; compare with < or >.") % {"text": spec}, ("<", ">"))
    return spec


def _within(day: date, literal: Literal) -> date:
    if not FIRST <= day < LAST:
        raise _at(literal, _("The year must be between 1000 and 9998."))
    return day


# --- references --------------------------------------------------------------------------------------------------


def _reference(actor: Actor, field: Field[Any], operator: Operator, literal: Literal) -> Value:
    """`me`, `my team`, `#12`, a uid, or the name of the record."""
    text = literal.text.strip()
    if isinstance(field, ReferenceAny):
        return _ref(field, literal)
    if operator in PARTIAL and field.family == "reference":
        return normal_form(literal.text)
    if not literal.quoted:
        special = _special(field, literal)
        if special is not None:
            return special
    uid = _as_uid(text)
    return uid if uid is not None else normal_form(text)


def _special(field: Field[Any], literal: Literal) -> Value | None:
    text = literal.text.strip().lower()
    target = getattr(field, "to", "")
    if text == "me" and target == "platform.User":
        return Me()
    if text in ("my team", "my teams") and target in ("platform.User", "platform.Team"):
        return MyTeam()
    if text.startswith("#"):
        if not text[1:].isascii() or not text[1:].isdigit() or len(text) > 19:
            raise _at(literal, _("After # comes the number of a record, such as #12."))
        return Id(int(text[1:]))
    return None


def _as_uid(text: str) -> UUID | None:
    if len(text) not in (32, 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _ref(field: ReferenceAny, literal: Literal) -> Value:
    """A record of some kind, written key:id or key:uid."""
    key, _colon, ident = literal.text.strip().partition(":")
    known = {obj.key: obj for obj in schema.kinds_of(field)}
    base = registry.get(key).base.key if registry.has(key) else ""
    uid = _as_uid(ident)
    if base in known and uid is not None:
        return RefUid(base, uid)
    if base not in known or not ident.isascii() or not ident.isdigit() or len(ident) > 18:
        example = f"{next(iter(known), 'person')}:12"
        raise _at(literal, _("Write the kind and the number, such as %(example)s.") % {"example": example}, (example,))
    return Ref(base, int(ident))


_Reader = Callable[["Actor", Field[Any], Operator, Literal], Value]
_READERS: dict[str, _Reader] = {
    "text": _text,
    "composite": _text,
    "number": _number,
    "money": _money,
    "duration": _duration,
    "date": _date,
    "datetime": _datetime,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choice,
    "tags": _tag,
    "reference": _reference,
    "references": _reference,
}
