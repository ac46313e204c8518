"""The ordinary Field classes over the JSON column `custom` of a Record.

`in_custom(Text)` is a Text whose value stands in `custom` under its storage name instead of in a column. Everything
else (parse, format, operators, API type) is the class's own, and `isinstance(field, Text)` holds everywhere.

A part that is not there means nothing entered. In the column stand: text, whole numbers, yes and lists as JSON has
them; decimals as text, so that nothing is rounded; days and moments as ISO 8601 text in UTC, which sorts as it is
read. In SQL each part is one expression of the type a column would have. Index and query must agree in it letter by
letter, so it is written here and nowhere else. On PostgreSQL it has to be immutable, which a cast of text to a date is
not (it heeds DateStyle), hence `make_date`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Func

from rapport.platform.fields import Field, Reference
from rapport.platform.fields.base import Lowered

if TYPE_CHECKING:
    from django.db.models import QuerySet

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
# What stands for nothing entered where a column would not be NULL.
BLANK: dict[str, Any] = {"text": "", "boolean": False}


class InCustom(Field[Any]):
    """Before a Field class: reads and writes `custom` instead of columns."""

    # Its index is over LOWER, like that of any text.
    in_lower_case = False
    # The storage name: given once, kept when key and label change.
    stored: str

    @cached_property
    def shapes(self) -> tuple[tuple[str, str], ...]:
        """(suffix, shape) of each part; a shape says how it stands in JSON and in SQL."""
        if isinstance(self, Reference):
            return (("", "whole"),)
        return tuple((part.suffix, shape_of(part.column)) for part in self.parts())

    @cached_property
    def names(self) -> tuple[str, ...]:  # type: ignore[override]  # a declared field has none
        return tuple(self.stored + suffix for suffix, _shape in self.shapes)

    @property
    def attributes(self) -> tuple[str, ...]:
        return ("custom",) * len(self.shapes)

    def read(self, record: object) -> Any:
        kept: dict[str, Any] = record.custom  # type: ignore[attr-defined]  # a Record
        value = self.from_row(
            *(
                BLANK.get(shape) if (found := kept.get(name)) is None else found
                for name, (_suffix, shape) in zip(self.names, self.shapes, strict=True)
            )
        )
        return self.empty() if value is None else value

    def write(self, record: object, value: Any) -> None:
        kept = dict(record.custom)  # type: ignore[attr-defined]  # a Record
        for name, content in zip(self.names, self.to_columns(value).values(), strict=True):
            written = as_json(content)
            if written is None or written is False or written in ("", []):
                kept.pop(name, None)
            else:
                kept[name] = written
        record.custom = kept  # type: ignore[attr-defined]  # as above

    def columns(self, model: type[models.Model], alias: str) -> list[str]:
        column = f'{alias}."custom"'
        shapes = zip(self.names, self.shapes, strict=True)
        return [expression(column, name, shape) for name, (_suffix, shape) in shapes]

    def may_be_null(self, model: type[models.Model]) -> bool:
        return any(shape not in ("text", "boolean", "list") for _suffix, shape in self.shapes)

    def holding(self, rows: QuerySet[Any], values: Iterable[Any], *, loose: bool = False) -> QuerySet[Any]:
        contents = {as_json(next(iter(self.to_columns(value).values()))) for value in values}
        place = Stored(self.names[0], self.shapes[0][1])
        placed: QuerySet[Any] = rows.alias(_own=Lowered(place) if loose else place)
        return placed.filter(_own__in=contents)


class Stored(Func):
    """A part of an own field in a query of the ORM, as text or number."""

    def __init__(self, name: str, shape: str) -> None:
        super().__init__("custom")
        self.name, self.shape = name, shape
        plain: models.Field[Any, Any] = models.BigIntegerField() if shape == "whole" else models.TextField()
        self.output_field = plain

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:  # type: ignore[override]  # as wide as Django's
        column, params = compiler.compile(self.source_expressions[0])
        shape = self.shape if self.shape == "whole" else "text"
        return expression(column, self.name, shape), tuple(params)


_classes: dict[type[Any], type[Any]] = {}


def in_custom(cls: type[Any]) -> type[Any]:
    """The class whose values stand in `custom`; the same each time."""
    found = _classes.get(cls)
    if found is None:
        found = _classes[cls] = type(f"Own{cls.__name__}", (InCustom, cls), {"__doc__": cls.__doc__})
    return found


def shape_of(column: models.Field[Any, Any]) -> str:
    """How a part stands in JSON and in SQL, by the column a declared field would have."""
    for kinds, shape in _SHAPES:
        if isinstance(column, kinds):
            return shape
    raise TypeError(f"an own field cannot hold a {type(column).__name__}")


_SHAPES: tuple[tuple[tuple[type[Any], ...], str], ...] = (
    ((models.BooleanField,), "boolean"),
    ((models.DateTimeField,), "moment"),
    ((models.DateField,), "day"),
    ((models.DecimalField,), "decimal"),
    ((models.IntegerField,), "whole"),
    ((models.JSONField,), "list"),
    ((models.CharField, models.TextField), "text"),
)


def as_json(content: Any) -> Any:
    """What a column would hold, as it stands in JSON."""
    match content:
        case Decimal():
            return format(content, "f")
        case datetime():
            return content.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
        case date():
            return content.isoformat()
    return content


def expression(column: str, name: str, shape: str) -> str:
    """A part of an own field as SQL of the type a column would have. `name` is the engine's, proved once more."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the storage name of an own field")
    if connection.vendor == "postgresql":
        return _POSTGRESQL[shape].replace("@", f"({column} {'->' if shape == 'list' else '->>'} '{name}')")
    return _SQLITE[shape].replace("@", f"json_extract({column}, '$.{name}')")


_POSTGRESQL = {
    "text": "COALESCE(@, '')",
    "whole": "@::bigint",
    "decimal": "@::numeric",
    "boolean": "COALESCE(@::boolean, FALSE)",
    "list": "COALESCE(@, '[]'::jsonb)",
    "day": "make_date(substr(@, 1, 4)::int, substr(@, 6, 2)::int, substr(@, 9, 2)::int)",
    "moment": "(make_timestamp(substr(@, 1, 4)::int, substr(@, 6, 2)::int, substr(@, 9, 2)::int, "
    "substr(@, 12, 2)::int, substr(@, 15, 2)::int, substr(@, 18)::float8) AT TIME ZONE 'UTC')",
}
_SQLITE = {
    "text": "COALESCE(@, '')",
    "whole": "@",
    "decimal": "CAST(@ AS NUMERIC)",
    "boolean": "COALESCE(@, 0)",
    "list": "COALESCE(@, '[]')",
    "day": "@",
    "moment": "@",
}


def parts_of(field: Field[Any]) -> Sequence[tuple[str, str]]:
    """(storage name, shape) of each part of an own field; () for one that is calculated."""
    if not isinstance(field, InCustom):
        return ()
    return tuple((name, shape) for name, (_suffix, shape) in zip(field.names, field.shapes, strict=True))
