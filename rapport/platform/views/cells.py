"""Values as the reader sees them: one cell per field and value, formatted by the kind of field."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from babel.dates import format_time
from django.utils.html import strip_tags

from rapport.base.clock import now, today
from rapport.platform import culture
from rapport.platform.fields import (
    Address,
    Boolean,
    Choice,
    Date,
    DateTime,
    DecimalNumber,
    Duration,
    Email,
    Field,
    MoneyField,
    MultiChoice,
    Number,
    Percent,
    Phone,
    Ref,
    Reference,
    ReferenceAny,
    ReferenceMany,
    RichText,
    Tags,
    Text,
    Url,
)
from rapport.platform.query.plan import Link
from rapport.platform.views import addresses
from rapport.ui import formats, reader
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.ui.shapes import Cell, CellKind, Chip, StepTone

LONGEST = 120
USERS = "platform.User"
_EMPTY: tuple[Any, ...] = ("", [])


def kind(field: Field[Any]) -> CellKind:
    """How a list draws the field."""
    if isinstance(field, Reference) and field.to == USERS:
        return "face"
    for types, found in KINDS:
        if isinstance(field, types):
            return found
    return "text"


KINDS: tuple[tuple[tuple[type[Field[Any]], ...], CellKind], ...] = (
    ((MoneyField,), "money"),
    ((Percent,), "percent"),
    ((Duration,), "duration"),
    ((Number, DecimalNumber), "number"),
    ((Date, DateTime), "date"),
    ((Boolean,), "check"),
    ((Choice,), "chip"),
    ((MultiChoice, Tags), "chips"),
    ((Reference, ReferenceAny), "reference"),
    ((ReferenceMany,), "chips"),
    ((Email, Phone, Url), "link"),
)


def cell(field: Field[Any], value: Any) -> Cell | str | None:
    """The value for a list or a fact; None for nothing entered."""
    return drawer(field)(value)


def drawer(field: Field[Any]) -> Callable[[Any], Cell | str | None]:
    """A function from a value to its cell: what depends on the field alone is asked once for a whole column."""
    in_words = isinstance(field, Text) and not isinstance(field, RichText)
    draw = _DRAWN.get(kind(field)) or (_words if in_words else _plain)

    def one(value: Any) -> Cell | str | None:
        return None if value is None or value in _EMPTY else draw(field, value)

    return one


def text(field: Field[Any], value: Any) -> str:
    """The value in words, without markup: labels, exports for people, conflicts."""
    if value is None:
        return ""
    if isinstance(value, Link):
        return value.label
    if isinstance(value, list) and value and isinstance(value[0], Link):
        return ", ".join(link.label for link in value)
    if isinstance(field, MoneyField):
        return formats.money(value)
    if isinstance(field, Date | DateTime):
        return formats.moment(value) if isinstance(value, datetime) else formats.date_text(value, "long")
    if isinstance(field, Duration):
        return formats.duration(value)
    if isinstance(field, Boolean):
        return _("Yes") if value else _("No")
    if isinstance(field, RichText):
        return words_of(value)
    if isinstance(field, Reference | ReferenceAny | ReferenceMany):
        return title_of(field, value)
    return field.format(value, culture.current())


def raw(field: Field[Any], value: Any) -> str:
    """The value as one would type it: what an editor starts with."""
    if value is None:
        return ""
    if isinstance(value, Link):
        return str(value.id)
    if isinstance(field, MoneyField):
        return f"{_typed(value.amount)} {value.currency}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return _typed(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(item.id) if isinstance(item, Link) else str(item) for item in value)
    if isinstance(value, Ref):
        return f"{value.object}:{value.id}"
    return str(value) if isinstance(value, str) else field.format(value, culture.current())


def title_of(field: Field[Any], value: Any) -> str:
    """The title of records pointed at, by a query; rights are the caller's matter. For single values, not for lists."""
    from rapport.platform.objects import registry

    if isinstance(value, Ref):
        obj, ids = registry.get(value.object), [value.id]
    elif isinstance(field, Reference | ReferenceMany):
        obj, ids = field.target, value if isinstance(value, list) else [value]
    else:
        return str(value)
    wanted = [item if isinstance(item, int) else item.pk for item in ids]
    found = {record.pk: obj.title(record) for record in obj.model._default_manager.filter(pk__in=wanted)}
    return ", ".join(found.get(pk, f"#{pk}") for pk in wanted)


def words_of(rich: str) -> str:
    """Rich text as plain words."""
    return " ".join(unescape(strip_tags(rich.replace("<", " <"))).split())


def step(words: str, at: datetime | None) -> Cell:
    """The next step with its colour: overdue, today, later, or none planned."""
    if at is None and not words:
        return {"text": _("no next step"), "tone": "none"}
    shown = f"{words} {formats.relative(at)}".strip() if at else words
    cell: Cell = {"text": shown, "tone": step_tone(at)}
    if at:
        cell["title"] = formats.moment(at)
    return cell


def state(field: Field[Any], value: Any) -> Cell | None:
    """A record that stands for a state (a stage): its name as a chip."""
    return {"text": text(field, value), "tone": "accent", "raw": raw(field, value)} if value is not None else None


def step_tone(at: datetime | None) -> StepTone:
    """How urgent a planned step is, by the reader's calendar day."""
    if at is None:
        return "none"
    zone = culture.current().tz
    day, this_day = at.astimezone(zone).date(), today(zone)
    return "overdue" if day < this_day or at < now() else "today" if day == this_day else "later"


def _typed(value: int | Decimal) -> str:
    plain = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    return plain.replace(".", ",") if culture.current().decimal_comma else plain


def _words(field: Field[Any], value: Any) -> str:
    return formats.truncate(field.format(value, culture.current()), LONGEST)


def _plain(field: Field[Any], value: Any) -> str:
    if isinstance(field, RichText):
        return formats.truncate(words_of(value), LONGEST)
    if isinstance(field, Address):
        return formats.truncate(field.format(value, culture.current()).replace("\n", ", "), LONGEST)
    return formats.truncate(text(field, value), LONGEST)


def _money(field: Field[Any], value: Any) -> Cell:
    return {"text": formats.money(value), "raw": raw(field, value)}


def _percent(field: Field[Any], value: Any) -> Cell:
    return {"text": formats.percent(value, of=100), "raw": raw(field, value)}


def _number(field: Field[Any], value: Any) -> Cell:
    grouping = getattr(field, "grouping", True)
    return {"text": formats.number(value) if grouping else str(value), "raw": raw(field, value)}


def _duration(field: Field[Any], value: Any) -> Cell:
    return {"text": formats.duration(value), "raw": field.format(value, culture.current())}


def _date(field: Field[Any], value: Any) -> Cell:
    iso = value.isoformat()
    if not isinstance(value, datetime):
        return {"text": formats.relative(value), "title": _day(value, reader.current().locale), "iso": iso, "raw": iso}
    who = reader.current()
    local = value.astimezone(who.tz)
    exact = f"{_day(local.date(), who.locale)} {_clock(local.hour, local.minute, who.locale)}"
    return {"text": formats.relative(value), "title": exact, "iso": iso, "raw": iso}


# A page shows few days and hours many times; writing one in words costs more than all else of a cell.
@lru_cache(maxsize=4_096)
def _day(day: date, locale: str) -> str:
    return formats.date_text(day, "full")


@lru_cache(maxsize=2_048)
def _clock(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), format="short", locale=reader.current().babel)


def _check(field: Field[Any], value: Any) -> Cell:
    return {"text": text(field, value), "checked": bool(value), "raw": raw(field, value)}


def _chip(field: Field[Any], value: Any) -> Cell:
    option = field.option(value) if isinstance(field, Choice) else None
    found: Cell = {"text": str(option.label) if option else str(value), "raw": str(value)}
    if option and option.tone:
        found["tone"] = option.tone
    return found


def _chips(field: Field[Any], value: Any) -> Cell:
    items: list[Chip] = [_one_chip(field, item) for item in value]
    return {"text": ", ".join(item["text"] for item in items), "chips": items, "raw": raw(field, value)}


def _one_chip(field: Field[Any], item: Any) -> Chip:
    if isinstance(item, Link):
        return {"text": item.label, "href": addresses.record_url(item.object, item.id)}
    option = field.option(item) if isinstance(field, MultiChoice) else None
    return {"text": str(option.label), "tone": option.tone} if option else {"text": str(item)}


def _reference(field: Field[Any], value: Any) -> Cell:
    if not isinstance(value, Link):
        return {"text": text(field, value), "raw": raw(field, value)}
    return {"text": value.label, "href": addresses.record_url(value.object, value.id), "raw": str(value.id)}


def _face(field: Field[Any], value: Any) -> Cell:
    return {"text": value.label if isinstance(value, Link) else text(field, value), "raw": raw(field, value)}


def _link(field: Field[Any], value: Any) -> Cell:
    words = field.format(value, culture.current())
    if isinstance(field, Email):
        return {"text": words, "href": f"mailto:{value}", "raw": value}
    if isinstance(field, Phone):
        return {"text": words, "href": f"tel:{value}", "raw": words}
    shown = str(value).removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return {"text": formats.truncate(shown, 40), "href": str(value), "raw": str(value)}


_DRAWN: dict[CellKind, Callable[[Field[Any], Any], Cell]] = {
    "money": _money,
    "percent": _percent,
    "number": _number,
    "duration": _duration,
    "date": _date,
    "check": _check,
    "chip": _chip,
    "chips": _chips,
    "reference": _reference,
    "face": _face,
    "link": _link,
}
