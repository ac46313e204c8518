"""One cell to one value: alias, default, number form, unit and currency of its column, then the field's own reading.

Columns repeat themselves, so each distinct text is read once and remembered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.errors import shown
from rapport.base.money import Money
from rapport.base.text import clean_line, fold
from rapport.platform.currencies import base_currency
from rapport.platform.fields import Date, DateTime, Field, LongText

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapport.platform.culture import Culture, DateOrder
    from rapport.platform.transfer.facts import Facts
    from rapport.platform.transfer.mapping import Source

REMEMBERED = 20_000


class Read(NamedTuple):
    """What a cell says. `alias` tells what was replaced by what; a blank one has no value."""

    value: Any = None
    error: str = ""
    blank: bool = False
    alias: str = ""
    text: str = ""
    # What only a reference can have.
    warning: str = ""
    later: str = ""


class Cell:
    """One source of one field, compiled for one file: `read(cells)` gives what a row says."""

    def __init__(self, field: Field[Any] | None, source: Source, places: tuple[int, ...], culture: Culture) -> None:
        """`field` None reads plain text (for references, found later by it)."""
        self.field, self.source, self.places, self.culture = field, source, places, culture
        self.label = str(field.label) if field is not None else source.column
        self._aliases = {fold(key.strip()): value for key, value in source.aliases.items()}
        self._scale = Decimal(source.scale) if source.scale else None
        self._known: dict[str, Read] = {}
        self._constant = None if source.value is None else self._read(source.value)

    def read(self, cells: list[str]) -> Read:
        if self._constant is not None or not self.places:
            return self._constant or Read(blank=True)
        raw = cells[self.places[0]] if len(self.places) == 1 else self._joined(cells)
        found = self._known.get(raw)
        if found is None:
            found = self._read(raw)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            if len(raw) < 200:
                self._known[raw] = found
        return found

    @property
    def place(self) -> int | None:
        """The one column it reads, None where it reads none or several."""
        return self.places[0] if len(self.places) == 1 else None

    def _joined(self, cells: list[str]) -> str:
        texts = [cells[place].strip() for place in self.places]
        return ", ".join(self._aliases.get(fold(text[:200]), text) for text in texts if text)

    def _read(self, raw: str) -> Read:
        # Blanks at the edge of a long text belong to it.
        text, alias = raw if isinstance(self.field, LongText) and raw.strip() else raw.strip(), ""
        if self._aliases and len(self.places) < 2 and (meant := self._aliases.get(fold(text[:200]))) is not None:
            alias, text = f"{shown(text)} → {shown(meant) or _('blank')}", meant.strip()
        text = text or self.source.default.strip()
        if not text:
            return Read(blank=True, alias=alias)
        try:
            return Read(self._value(text), alias=alias, text=text)
        except ValidationError as error:
            return Read(
                error=_("“%(field)s”: %(reason)s") % {"field": self.label, "reason": " ".join(error.messages)},
                alias=alias,
                text=text,
            )

    def _value(self, text: str) -> Any:
        if self.field is None:
            return clean_line(text, 500)
        value = self.field.parse(text, self.culture)
        return value if self._scale is None else self.field.clean(_scaled(value, self._scale))


def _scaled(value: Any, scale: Decimal) -> Any:
    if isinstance(value, Money):
        return Money(value.amount * scale, value.currency)
    return type(value)(value * scale) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def culture_for(source: Source, facts: Facts, place: int | None, reader: Culture) -> Culture:
    """How this column is written: what the mapping says, else what was recognised, else the reader's habits."""
    column = facts.columns[place] if place is not None else None
    order = source.date_order or (column.date_order if column else "") or reader.date_order
    comma = source.decimal_comma if source.decimal_comma is not None else column.decimal_comma if column else None
    return replace(
        reader,
        date_order=cast("DateOrder | None", order or None),
        decimal_comma=comma,
        currency=source.currency or base_currency(),
    )


def day_reader(culture: Culture) -> Callable[[str], datetime | None]:
    """Text to the moment a dated fact holds from: noon of a bare day, which is the same day in every zone of the
    house."""
    day, moment = Date(_("Date")), DateTime(_("Date"))

    def read(text: str) -> datetime | None:
        at = moment.parse(text, culture)
        if at is not None and at.astimezone(culture.tz).time() == time():
            date = day.parse(text, culture)
            at = datetime.combine(date, time(12), culture.tz) if date else None
        return at

    return read
