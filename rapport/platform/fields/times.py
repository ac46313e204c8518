"""Fields that hold a day or a moment. Moments are UTC in the database and in the plain form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from babel.dates import format_date, format_datetime
from django.db import models
from django.utils.translation import gettext as _

from rapport.base import dates
from rapport.platform.fields.base import Family, Field, Part, Plain, as_text, invalid
from rapport.platform.words import said

if TYPE_CHECKING:
    from rapport.platform.culture import Culture

FIRST, LAST = date(1000, 1, 1), date(9998, 12, 31)


class Date(Field[date | None]):
    """A calendar day."""

    kind: ClassVar[str] = "date"
    family: ClassVar[Family] = "date"
    widget = "date"

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.DateField(null=True, blank=True, db_index=self.indexed)),)

    def parse(self, raw: object, culture: Culture) -> date | None:
        if isinstance(raw, datetime):
            return self.clean(raw.date())
        if isinstance(raw, date):
            return self.clean(raw)
        text = as_text(raw, limit=60).strip()
        if not text:
            return self.clean(None)
        try:
            return self.clean(dates.parse_date(text, order=culture.date_order))
        except ValueError as error:
            raise invalid(said(error)) from error

    def clean(self, value: date | None) -> date | None:
        if value is not None and not FIRST <= value <= LAST:
            raise invalid(_("The year must be between 1000 and 9998."))
        return super().clean(value)

    def from_row(self, *row: Any) -> date | None:
        return date.fromisoformat(row[0][:10]) if isinstance(row[0], str) else row[0]

    def format(self, value: date | None, culture: Culture) -> str:
        return "" if value is None else format_date(value, "medium", locale=culture.locale)

    def plain(self, value: date | None) -> Plain:
        return None if value is None else value.isoformat()

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date"}

    def warehouse_type(self) -> str:
        return "DATE"


class DateTime(Field[datetime | None]):
    """A moment; text without an offset is read in the reader's zone."""

    kind: ClassVar[str] = "datetime"
    family: ClassVar[Family] = "datetime"
    widget = "datetime"

    def parts(self) -> tuple[Part, ...]:
        return (Part("", models.DateTimeField(null=True, blank=True, db_index=self.indexed)),)

    def parse(self, raw: object, culture: Culture) -> datetime | None:
        if isinstance(raw, datetime):
            return self.clean(raw if raw.tzinfo else raw.replace(tzinfo=culture.tz))
        text = as_text(raw, limit=60).strip()
        if not text:
            return self.clean(None)
        try:
            return self.clean(dates.parse_datetime(text, tz=culture.tz, order=culture.date_order))
        except (ValueError, OverflowError) as error:
            raise invalid(said(error)) from error

    def clean(self, value: datetime | None) -> datetime | None:
        if value is None:
            return super().clean(None)
        if not FIRST <= value.date() <= LAST - timedelta(days=1):
            raise invalid(_("The year must be between 1000 and 9998."))
        return super().clean(value.astimezone(UTC))

    def from_row(self, *row: Any) -> datetime | None:
        moment = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
        return None if moment is None else moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment

    def format(self, value: datetime | None, culture: Culture) -> str:
        return "" if value is None else format_datetime(value.astimezone(culture.tz), "medium", locale=culture.locale)

    def plain(self, value: datetime | None) -> Plain:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"], "format": "date-time"}

    def warehouse_type(self) -> str:
        return "TIMESTAMPTZ"
