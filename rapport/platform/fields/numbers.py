"""Fields that hold quantities: number, decimal, percent, money, duration, boolean."""

from __future__ import annotations

import decimal
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from babel.numbers import format_decimal
from django.db import models

from rapport.base import dates, numbers
from rapport.base import money as base_money
from rapport.base.money import Money
from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.platform.words import said
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from rapport.platform.culture import Culture

BIGINT = 2**63 - 1
FOUR_PLACES = Decimal("0.0001")


class Number(Field[int | None]):
    """A whole number within the 64-bit range."""

    kind: ClassVar[str] = "number"
    family: ClassVar[Family] = "number"
    widget = "number"
    align_end = True

    def __init__(
        self, label: str, *, min: int = -BIGINT, max: int = BIGINT, grouping: bool = True, **options: Any
    ) -> None:
        """`grouping=False` writes 1996 rather than 1,996 (years, codes)."""
        super().__init__(label, **options)
        self.min, self.max, self.grouping = min, max, grouping

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.BigIntegerField(null=True, blank=True, db_index=self.indexed)),)

    def parse(self, raw: object, culture: Culture) -> int | None:
        number = read_decimal(raw, culture)
        if number is not None and number != number.to_integral_value():
            raise invalid(_("“%(value)s” is not a whole number."), value=str(raw)[:40])
        return self.clean(None if number is None else int(number))

    def clean(self, value: int | None) -> int | None:
        if value is not None and not self.min <= value <= self.max:
            raise invalid(_("Must be between %(min)s and %(max)s."), min=self.min, max=self.max)
        return super().clean(value)

    def format(self, value: int | None, culture: Culture) -> str:
        if value is None:
            return ""
        return format_decimal(value, locale=culture.locale) if self.grouping else str(value)

    def plain(self, value: int | None) -> Plain:
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "null"], "minimum": self.min, "maximum": self.max}

    def warehouse_type(self) -> str:
        return "BIGINT"


class DecimalNumber(Field[Decimal | None]):
    """A decimal number with `places` digits after the point;
    plain form is a string, so nothing is rounded on the way.
    """

    kind: ClassVar[str] = "decimal"
    family: ClassVar[Family] = "number"
    widget = "number"
    align_end = True

    def __init__(
        self,
        label: str,
        *,
        places: int = 2,
        digits: int = 20,
        min: Decimal | None = None,
        max: Decimal | None = None,
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.places, self.digits, self.min, self.max = places, digits, min, max

    def parts(self) -> tuple[Part, ...]:
        column: Any = models.DecimalField(
            max_digits=self.digits, decimal_places=self.places, null=True, blank=True, db_index=self.indexed
        )
        return (Part("", column),)

    def parse(self, raw: object, culture: Culture) -> Decimal | None:
        return self.clean(read_decimal(raw, culture))

    def clean(self, value: Decimal | None) -> Decimal | None:
        if value is None:
            return super().clean(None)
        rounded = quantize(value, self.places, self.digits)
        if (self.min is not None and rounded < self.min) or (self.max is not None and rounded > self.max):
            raise invalid(_("Must be between %(min)s and %(max)s."), min=self.min, max=self.max)
        return super().clean(rounded)

    def from_row(self, *row: Any) -> Decimal | None:
        return None if row[0] is None else quantize(Decimal(str(row[0])), self.places, self.digits)

    def format(self, value: Decimal | None, culture: Culture) -> str:
        return "" if value is None else format_decimal(value, locale=culture.locale)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "decimal"}

    def warehouse_type(self) -> str:
        return f"DECIMAL({self.digits},{self.places})"


class Percent(DecimalNumber):
    """A share in percent, 0–100 unless said otherwise; 25 means 25 %."""

    kind = "percent"
    widget = "percent"

    def __init__(
        self,
        label: str,
        *,
        places: int = 2,
        min: Decimal | None = Decimal(0),
        max: Decimal | None = Decimal(100),
        **options: Any,
    ) -> None:
        super().__init__(label, places=places, digits=9, min=min, max=max, **options)

    def parse(self, raw: object, culture: Culture) -> Decimal | None:
        return super().parse(raw.strip().removesuffix("%").strip() if isinstance(raw, str) else raw, culture)

    def format(self, value: Decimal | None, culture: Culture) -> str:
        return "" if value is None else f"{format_decimal(value.normalize(), locale=culture.locale)} %"


class MoneyField(Field[Money | None]):
    """An amount with its currency, and its worth in the base currency at the rate of the day it was written.

    Columns: `<key>_amount` decimal(20,4), `<key>_currency` char(3), `<key>_base` decimal(20,4) (sorting, comparing and
    summing over currencies; NULL where no rate was known, and then it is left out of sums and said so).
    """

    kind: ClassVar[str] = "money"
    family: ClassVar[Family] = "money"
    widget = "money"
    align_end = True

    def parts(self) -> tuple[Part, ...]:
        return (
            Part("_amount", models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True)),
            Part("_currency", models.CharField(max_length=3, blank=True, default="")),
            Part(
                "_base",
                models.DecimalField(max_digits=20, decimal_places=4, null=True, blank=True, db_index=self.indexed),
            ),
        )

    def read(self, record: object) -> Money | None:
        amount = getattr(record, f"{self.key}_amount")
        return None if amount is None else Money(Decimal(amount), getattr(record, f"{self.key}_currency"))

    def to_columns(self, value: Money | None) -> dict[str, object]:
        from rapport.platform.currencies import to_base

        return {
            f"{self.key}_amount": None if value is None else value.amount,
            f"{self.key}_currency": "" if value is None else value.currency,
            f"{self.key}_base": None if value is None else to_base(value),
        }

    def from_row(self, *row: Any) -> Money | None:
        return None if row[0] is None else Money(Decimal(str(row[0])).quantize(FOUR_PLACES).normalize() + 0, row[1])

    def parse(self, raw: object, culture: Culture) -> Money | None:
        if isinstance(raw, dict):
            return self._parse_pair(raw, culture)
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            return self.clean(Money(numbers.parse_decimal(str(raw)), culture.currency))
        text = as_text(raw, limit=200).strip()
        if not text:
            return self.clean(None)
        try:
            return self.clean(
                base_money.parse(text, default_currency=culture.currency, decimal_comma=culture.decimal_comma)
            )
        except ValueError as error:
            raise invalid(said(error)) from error

    def _parse_pair(self, raw: dict[str, Any], culture: Culture) -> Money | None:
        unknown = set(raw) - {"amount", "currency", "base"}
        if unknown:
            raise invalid(
                _("Money has an amount and a currency; “%(key)s” is neither."), key=min(map(str, unknown))[:40]
            )
        amount = read_decimal(raw.get("amount"), culture)
        if amount is None:
            return self.clean(None)
        code = as_text(raw.get("currency") or culture.currency, limit=10).strip().upper()
        try:
            return self.clean(Money(amount, code))
        except ValueError as error:
            raise invalid(said(error)) from error

    def clean(self, value: Money | None) -> Money | None:
        if value is None:
            return super().clean(None)
        if not base_money.is_currency(value.currency):
            raise invalid(_("“%(code)s” is not a currency code such as EUR or USD."), code=value.currency[:20])
        return super().clean(Money(quantize(value.amount, 4, 20), value.currency))

    def format(self, value: Money | None, culture: Culture) -> str:
        return "" if value is None else base_money.format(value, culture.locale)

    def plain(self, value: Money | None) -> Plain:
        return None if value is None else {"amount": str(value.amount), "currency": value.currency}

    def schema(self) -> dict[str, Any]:
        properties = {
            "amount": {"type": "string", "format": "decimal"},
            "currency": {"type": "string", "minLength": 3, "maxLength": 3},
        }
        return {
            "type": ["object", "null"],
            "properties": properties,
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }

    def warehouse_type(self) -> str:
        return "DECIMAL(20,4)"


class Duration(Field[timedelta | None]):
    """A length of time, stored as whole seconds."""

    kind: ClassVar[str] = "duration"
    family: ClassVar[Family] = "duration"
    widget = "duration"
    align_end = True

    def parts(self) -> tuple[Part, ...]:
        return (Part("_seconds", models.BigIntegerField(null=True, blank=True, db_index=self.indexed)),)

    def read(self, record: object) -> timedelta | None:
        seconds = getattr(record, f"{self.key}_seconds")
        return None if seconds is None else timedelta(seconds=seconds)

    def to_columns(self, value: timedelta | None) -> dict[str, object]:
        return {f"{self.key}_seconds": None if value is None else int(value.total_seconds())}

    def from_row(self, *row: Any) -> timedelta | None:
        return None if row[0] is None else timedelta(seconds=row[0])

    def parse(self, raw: object, culture: Culture) -> timedelta | None:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            return self.clean(self._seconds(float(raw)))
        text = as_text(raw, limit=60).strip()
        if not text:
            return self.clean(None)
        try:
            return self.clean(dates.parse_duration(text))
        except (ValueError, OverflowError) as error:
            raise invalid(said(error)) from error

    def _seconds(self, number: float) -> timedelta:
        try:
            return timedelta(seconds=number)
        except (ValueError, OverflowError) as error:
            raise invalid(_("That is no length of time we can keep.")) from error

    def clean(self, value: timedelta | None) -> timedelta | None:
        if value is not None and not timedelta(0) <= value <= timedelta(days=36_600):
            raise invalid(_("A length of time is between 0 and 100 years."))
        return super().clean(None if value is None else timedelta(seconds=int(value.total_seconds())))

    def format(self, value: timedelta | None, culture: Culture) -> str:
        return "" if value is None else dates.format_duration(value)

    def plain(self, value: timedelta | None) -> Plain:
        return None if value is None else int(value.total_seconds())

    def schema(self) -> dict[str, Any]:
        return {"type": ["integer", "null"], "minimum": 0, "description": "seconds"}

    def warehouse_type(self) -> str:
        return "BIGINT"


class Boolean(Field[bool]):
    """Yes or no; never empty."""

    kind: ClassVar[str] = "boolean"
    family: ClassVar[Family] = "boolean"
    widget = "checkbox"
    YES = frozenset({"1", "true", "yes", "y", "on", "ja", "j", "wahr", "x"})
    NO = frozenset({"", "0", "false", "no", "n", "off", "nein", "falsch"})

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.BooleanField(default=bool(self.default), db_index=self.indexed)),)

    def empty(self) -> bool:
        return False

    def is_empty(self, value: bool | None) -> bool:
        return value is None

    def parse(self, raw: object, culture: Culture) -> bool:
        if isinstance(raw, bool):
            return raw
        word = as_text(raw, limit=40).strip().lower()
        if word in self.YES | self.NO:
            return word in self.YES
        raise invalid(_("“%(value)s” is neither yes nor no."), value=word)

    def from_row(self, *row: Any) -> bool:
        return bool(row[0])

    def clean(self, value: bool | None) -> bool:
        return bool(value)

    def format(self, value: bool | None, culture: Culture) -> str:
        return _("Yes") if value else _("No")

    def plain(self, value: bool | None) -> Plain:
        return bool(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}

    def warehouse_type(self) -> str:
        return "BOOLEAN"


def read_decimal(raw: object, culture: Culture) -> Decimal | None:
    """A decimal from text or JSON number; None for nothing. Raises ValidationError."""
    if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        text, comma = str(raw), cast("bool | None", False)
    else:
        text, comma = as_text(raw, limit=200).strip(), culture.decimal_comma
    if not text:
        return None
    try:
        return numbers.parse_decimal(text, decimal_comma=comma)
    except ValueError as error:
        raise invalid(said(error)) from error


def quantize(value: Decimal, places: int, digits: int) -> Decimal:
    """Rounded half to even to `places`; refused when it has more than `digits` digits in all."""
    try:
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), context=decimal.Context(prec=60))
    except decimal.InvalidOperation as error:
        raise invalid(_("That is no number we can keep.")) from error
    if rounded.is_finite() and rounded.adjusted() < digits - places:
        return rounded
    raise invalid(_("The number is too large: at most %(digits)s digits before the point."), digits=digits - places)
