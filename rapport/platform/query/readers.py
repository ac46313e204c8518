"""Raw columns to values: what stands in the SELECT list for each field, and how a row is read back.

The first column of every field stands in the front part of the row in the order asked for, what else it needs behind
them; so a row whose fields need no conversion becomes a dict by one `zip`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from rapport.platform.access import Fragment
from rapport.platform.fields import (
    Address,
    Calculated,
    DecimalNumber,
    Field,
    File,
    MoneyField,
    MultiChoice,
    ReferenceAny,
)
from rapport.platform.query import schema
from rapport.platform.query.ast import Path
from rapport.platform.query.frame import Frame, name_column
from rapport.platform.query.plan import Link
from rapport.platform.query.sql import is_postgresql, piece

Convert = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one selected field is read. `value` and `plain` take the raw columns; None means "as it is"."""

    path: Path
    columns: tuple[Fragment, ...]
    value: Convert | None = None
    plain: Convert | None = None
    # Loads what stands outside of the row, for many raw first columns at once; both conversions then look it up.
    outside: Callable[[Frame, Sequence[tuple[Any, ...]]], dict[Any, Any]] | None = None


def reader(frame: Frame, path: Path) -> Reader:
    """The columns and conversions of one field."""
    field = path.field
    if isinstance(field, ReferenceAny):
        return _any_kind(frame, path)
    if field.outside and not isinstance(field, Calculated):
        from rapport.platform.query.links import outside_reader

        return outside_reader(frame, path)
    if isinstance(field, File) or schema.target_of(field) is not None:
        return _link(frame, path)
    columns = frame.columns(path)
    if isinstance(field, MoneyField):
        columns = columns[:2]  # what it is worth is for comparing, not for reading
    surely = not path.hops and not field.may_be_null(frame.obj.model)
    readable = tuple(_unparsed(field, column) for column in columns)
    return Reader(path, readable, _value(field, surely=surely), _plain(field, surely=surely))


def _unparsed(field: Field[Any], column: Fragment) -> Fragment:
    """SQLite's driver would make each day and moment an object, in Python; text in the plain form is made in C."""
    if is_postgresql() or isinstance(field, schema.Archived):
        return column
    if field.family == "datetime":
        return piece("REPLACE({}, ' ', 'T') || 'Z'", column)
    return piece("+{}", column) if field.family == "date" else column


def _value(field: Field[Any], *, surely: bool) -> Convert | None:
    """To the field's value; `surely` the columns hold one, for they belong to the row itself and are never NULL."""
    match field:
        case schema.Archived():
            return _is_filled
        case schema.Uid():
            return uid_text
    if type(field).from_row is Field.from_row:
        return _text if field.family in ("text", "choice") and not surely else None
    if field.family == "boolean":
        return None if surely else bool
    return field.from_row


def _plain(field: Field[Any], *, surely: bool) -> Convert | None:
    """To the plain form, as far as it is not already what orjson writes: days, whole numbers, yes and no."""
    match field:
        case schema.Archived() | schema.Uid():
            return _value(field, surely=surely)
        case MultiChoice():
            return _json
        case MoneyField():
            return _money
        case DecimalNumber():
            return _fixed(field)
        case Address():
            return _address
    match field.family:
        case "boolean" | "text" | "choice" if surely:
            return None
        case "boolean":
            return bool
        case "text" | "choice":
            return _text
        case "datetime":
            return _moment if is_postgresql() else None
        case "date":
            return None
        case "number" | "duration":
            return None
    from_row, plain = field.from_row, field.plain
    return lambda *raw: plain(from_row(*raw))


def _address(*raw: str | None) -> dict[str, str]:
    """Its parts as they stand; NULL, where the record they belong to may not be seen, is nothing entered."""
    return {name: part or "" for name, part in zip(Address.SIZES, raw, strict=True)}


def _is_filled(raw: object) -> bool:
    return raw is not None


def _text(raw: str | None) -> str:
    return raw or ""


def _json(raw: Any) -> Any:
    return orjson.Fragment(raw) if isinstance(raw, str) else (raw or [])


def _moment(raw: datetime.datetime | None) -> str | None:
    return None if raw is None else raw.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")


def _money(amount: Any, currency: str) -> dict[str, str] | None:
    return None if amount is None else {"amount": digits(amount), "currency": currency}


def digits(raw: Any) -> str:
    """An amount of at most four decimals as the plain form of money writes it."""
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, float) and -1e11 < raw < 1e11:  # 15 digits, which a binary fraction keeps
        text = f"{raw:.4f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return format(Decimal(str(raw)).quantize(Decimal("0.0001")).normalize() + 0, "f")


def _fixed(field: DecimalNumber) -> Convert:
    """A number with all its decimals."""
    places, from_row = field.places, field.from_row
    limit = 10 ** (15 - places)

    def convert(raw: Any) -> str | None:
        if raw is None:
            return None
        if isinstance(raw, float | int) and -limit < raw < limit:
            return f"{raw:.{places}f}"
        return str(from_row(raw))

    return convert


@lru_cache(maxsize=20_000)
def uid_text(raw: object) -> str:
    """A uid with hyphens; SQLite keeps the 32 digits alone. The same owners and customers come again and again."""
    if isinstance(raw, str) and len(raw) == 32:
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"
    return "" if raw is None else str(raw)


# --- references --------------------------------------------------------------------------------------------------


def _link(frame: Frame, path: Path) -> Reader:
    """Id, uid and name of the record pointed at, all NULL where it may not be seen."""
    alias, obj = frame.owner(path)
    target = path.field.target  # type: ignore[attr-defined]  # a Reference
    other, _target = frame.join(alias, obj, path.field)
    name = name_column(frame.context.actor, target)
    columns = (Fragment(f"{other}.id"), Fragment(f"{other}.uid"), Fragment(f"{other}.{name}" if name else "NULL"))
    key, label = target.key, target.label

    def value(ident: int | None, uid: object, text: str | None) -> Link | None:
        return None if ident is None else Link(key, ident, uid_text(uid), text or f"{label} {ident}")

    def plain(ident: int | None, uid: object, text: str | None) -> str | None:
        return None if ident is None else uid_text(uid)

    return Reader(path, columns, value, plain)


def _any_kind(frame: Frame, path: Path) -> Reader:
    from rapport.platform.query.links import named

    alias, obj = frame.owner(path)
    kind, ident = (Fragment(column) for column in frame.raw(alias, obj, path.field))

    def load(inner: Frame, raws: Sequence[tuple[Any, ...]]) -> dict[Any, Any]:
        return named(inner, [(raw[0], raw[1]) for raw in raws if raw[1] is not None])

    def value(kind_of: str, number: int | None, found: dict[Any, Link]) -> Link | None:
        return found.get((kind_of, number))

    def plain(kind_of: str, number: int | None, found: dict[Any, Link]) -> dict[str, str] | None:
        link = found.get((kind_of, number))
        return None if link is None else {"object": link.object, "id": link.uid}

    return Reader(path, (kind, ident), value, plain, load)
