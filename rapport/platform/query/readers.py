"""Raw columns to values: what stands in the SELECT list for each field, and how a row is read back.

The first column of every field stands in the front part of the row in the order asked for, what else it needs behind
them; so a row whose fields need no conversion becomes a dict by one `zip`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from rapport.platform.access import Fragment
from rapport.platform.fields import Field, File, MultiChoice, ReferenceAny
from rapport.platform.query import schema
from rapport.platform.query.ast import Path
from rapport.platform.query.frame import Frame, name_column
from rapport.platform.query.plan import Link

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
    if field.outside:
        from rapport.platform.query.links import outside_reader

        return outside_reader(frame, path)
    if isinstance(field, File) or schema.target_of(field) is not None:
        return _link(frame, path)
    columns = tuple(Fragment(column) for column in frame.columns(path))
    return Reader(path, columns, _value(field), _plain(field))


def _value(field: Field[Any]) -> Convert | None:
    match field:
        case schema.Archived():
            return lambda raw: raw is not None
        case schema.Uid():
            return uid_text
    if type(field).from_row is Field.from_row:
        return _text if field.family in ("text", "choice") else None
    return field.from_row


def _text(raw: str | None) -> str:
    return raw or ""


def _plain(field: Field[Any]) -> Convert | None:
    """Drivers give days, numbers and yes/no in the form orjson writes as the plain form; the rest is converted."""
    match field:
        case schema.Archived() | schema.Uid():
            return _value(field)
        case MultiChoice():
            return _json
    match field.family:
        case "boolean":
            return _yes
        case "datetime":
            return _moment
        case "date":
            return None
        case "text" | "choice":
            return _text
        case "number" if field.kind == "number":
            return None
    from_row, plain = field.from_row, field.plain
    return lambda *raw: plain(from_row(*raw))


def _yes(raw: object) -> bool:
    return bool(raw)


def _json(raw: Any) -> Any:
    return orjson.Fragment(raw) if isinstance(raw, str) else (raw or [])


def _moment(raw: datetime.datetime | None) -> datetime.datetime | None:
    """Aware, so that orjson writes it with its zone whatever its options."""
    return raw if raw is None or raw.tzinfo is not None else raw.replace(tzinfo=datetime.UTC)


def uid_text(raw: object) -> str:
    """A uid with hyphens; SQLite keeps the 32 digits alone."""
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
