"""Giving records out: CSV, XLSX, JSON lines. Read page by page, so memory stays flat; formula-safe; right `export`
asked.

`export(actor, plan, form)` gives what a list shows. `everything(actor, obj)` makes the plan of all readable fields,
in a form
that can be brought in again and changes nothing: uid first, keys as column names, references by uid beside their names.
"""

from __future__ import annotations

import json
import tempfile
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

import orjson
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from rapport.base.clock import today
from rapport.base.csv_safe import formula_safe
from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.base.text import slug
from rapport.platform import query
from rapport.platform.access import readable, require
from rapport.platform.audit.exports import Told
from rapport.platform.fields import Address, Field, MoneyField, Ref, Reference, ReferenceMany
from rapport.platform.privacy import restriction
from rapport.platform.query import Link
from rapport.platform.transfer.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.query import Plan, Row

Form = Literal["csv", "xlsx", "jsonl"]
FORMS: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}
PAGE = 1_000
LONGEST_CELL = 32_767  # of a spreadsheet
BLOCK = 1 << 16
JSON = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC
# What a sheet of a spreadsheet holds, less the head.
MOST_ROWS = 1_048_575


@dataclass(frozen=True)
class Column:
    """One column: its head, and what it takes from a value of the plan's select."""

    head: str
    place: int
    read: Callable[[Any], Any]


def everything(actor: Actor, obj: Object, text: str = "") -> Plan:
    """Every readable field of the records a query names. Raises QueryError."""
    keys = [key for key in readable(actor, obj) if key not in obj.where]
    return query.plan(actor, obj, text, select=keys, action="export")


def export(actor: Actor, plan: Plan, form: Form, *, whole: bool = False) -> Iterator[bytes]:
    """The records of a plan as a file, piece by piece. `whole`: column names and values made for bringing it in again.

    Raises PermissionDenied at the call, before anything is given out.
    """
    require(actor, plan.obj, "export")
    plan = replace(plan, action="export", limit=PAGE, cursor="")
    told = Told(actor, plan, form, left_out=restriction.left_out(actor, plan))
    plan = plan.with_extra(*restriction.free(plan.obj))
    pages = Pages(actor, plan, told)
    if form == "jsonl":
        return _as_now(told.around(_begun(_json_lines(plan, pages))))
    columns = list(_columns(plan, whole=whole))
    if form == "csv":
        return _as_now(told.around(_begun(_csv(columns, pages))))
    return _as_now(told.around(_workbook(plan, columns, pages)))


def file_name(actor: Actor, obj: Object, form: Form) -> str:
    """What the file is called: the kind of record and the day."""
    return f"{slug(str(obj.plural)) or obj.key}-{today(actor.culture.tz).isoformat()}.{form}"


def _as_now(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, made in the language and zone of this moment also when the request has ended."""
    context = copy_context()
    return iter(lambda: context.run(next, pieces, None), None)


def _begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same, its first page made at once: what is refused is refused here, not with half a file."""
    return chain([next(pieces, b"")], pieces)


def _json_lines(plan: Plan, pages: Pages) -> Iterator[bytes]:
    """One object a line, as the API gives them: `id` is the uid, references carry theirs beside their names.

    Where records are missing the last line is {"note": why}.
    """
    names = [(str(path), path.field) for path in plan.select]
    for page in pages:
        yield b"".join(_json_line(names, row) for row in page)
    if pages.note:
        yield orjson.dumps({"note": pages.note}) + b"\n"


def _json_line(names: Sequence[tuple[str, Field[Any]]], row: Row) -> bytes:
    values = {name: _json(field, value) for (name, field), value in zip(names, row.values, strict=True)}
    return orjson.dumps({"id": row.uid, "version": row.version, **values}, default=str, option=JSON) + b"\n"


def _json(field: Field[Any], value: Any) -> Any:
    if isinstance(value, Link):
        return {"id": value.uid, "label": value.label}
    if isinstance(value, list) and value and isinstance(value[0], Link):
        return [{"id": link.uid, "label": link.label} for link in value]
    # A bare number of seconds could not be told from minutes when it is read again.
    return f"{int(value.total_seconds())} s" if isinstance(value, timedelta) else field.plain(value)


# --- columns ---------------------------------------------------------------------------------------------------------


def _columns(plan: Plan, *, whole: bool) -> Iterator[Column]:
    yield Column("uid", -1, str)
    for place, path in enumerate(plan.select):
        labels = [str(step.label) for step in (*path.hops, path.field)]
        head = str(path) if whole else " / ".join(labels)
        yield from _of_field(path.field, head, place, whole=whole)


def _of_field(field: Field[Any], head: str, place: int, *, whole: bool) -> Iterator[Column]:
    if isinstance(field, MoneyField):
        yield Column(head, place, lambda value: None if value is None else value.amount)
        yield Column(
            f"{head}.currency" if whole else f"{head} ({_('currency')})",
            place,
            lambda value: "" if value is None else value.currency,
        )
    elif isinstance(field, Address) and whole:
        for part in field.SIZES:
            yield Column(f"{head}.{part}", place, partial(_part, part))
    elif isinstance(field, ReferenceMany):
        name = "uid" if whole else "label"
        yield Column(head, place, lambda value: _joined([str(getattr(link, name, link)) for link in value or ()]))
    elif isinstance(field, Reference):
        yield Column(head, place, lambda value: getattr(value, "label", "") or "")
        if whole:
            yield Column(f"{head}.uid", place, lambda value: getattr(value, "uid", "") or "")
    else:
        yield Column(head, place, lambda value: _cell(field, value, whole=whole))


def _part(name: str, value: Any) -> str:
    return str(getattr(value, name)) if value else ""


def _cell(field: Field[Any], value: Any, *, whole: bool) -> Any:
    """A number, a date or a text: numbers and dates stay what they are in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return str(field.plain(value))
    if isinstance(value, int | Decimal | date):
        return value
    if isinstance(value, timedelta):
        return f"{int(value.total_seconds())} s"
    if isinstance(value, list):
        return _joined([str(item) if whole else _label(field, str(item)) for item in value])
    if isinstance(value, PostalAddress):
        return value.one_line()
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, Ref):
        return f"{value.object}:{value.id}"
    label = getattr(value, "label", None)
    if label is not None:
        return str(label)
    return str(value) if whole else _label(field, str(value))


def _label(field: Field[Any], key: str) -> str:
    """What people read for the key of a choice."""
    option = field.option(key) if hasattr(field, "option") else None
    return str(option.label) if option else key


def _joined(words: Sequence[str]) -> str:
    """Words in one cell; as JSON where a word holds a separator itself."""
    if any(set(word) & set(",;|[") for word in words):
        return json.dumps(list(words), ensure_ascii=False)
    return "; ".join(words)


def _cells(columns: Sequence[Column], row: Row) -> list[Any]:
    return [row.uid if column.place < 0 else column.read(row.values[column.place]) for column in columns]


# --- files -----------------------------------------------------------------------------------------------------------


def _csv(columns: Sequence[Column], pages: Pages) -> Iterator[bytes]:
    """With a byte order mark: spreadsheets read UTF-8 only then."""
    head = b"\xef\xbb\xbf" + _csv_line([column.head for column in columns])
    for page in pages:
        yield head + b"".join(_csv_line(_cells(columns, row)) for row in page)
        head = b""
    if pages.note:
        yield _csv_line([pages.note])


def _csv_line(cells: Sequence[Any]) -> bytes:
    return (",".join(map(_csv_cell, cells)) + "\r\n").encode("utf-8", "replace")


def _csv_cell(cell: Any) -> str:
    """Quoted also where blanks stand at the edge, which readers may take away otherwise."""
    text = (
        formula_safe(cell)
        if isinstance(cell, str)
        else f"{cell:f}"
        if isinstance(cell, Decimal)
        else str("" if cell is None else cell)
    )
    return '"' + text.replace('"', '""') + '"' if text != text.strip() or set(text) & set("\",;|\t\r\n'") else text


def _workbook(plan: Plan, columns: Sequence[Column], pages: Pages) -> Iterator[bytes]:
    """Written row by row to a file of its own, then read out. What no spreadsheet cell can hold is left out and
    named."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(plan.obj.plural)[:31].translate({ord(sign): " " for sign in "[]:*?/\\"}))
    sheet.append([_typed(sheet, column.head) for column in columns] + [_typed(sheet, _("left out (too long)"))])
    for number, row in enumerate(row for page in pages for row in page):
        if number == MOST_ROWS - 1:
            sheet.append([_typed(sheet, _("More rows than a sheet holds; export as CSV to have them all."))])
            break
        cells = _cells(columns, row)
        long = [
            column.head
            for column, cell in zip(columns, cells, strict=True)
            if isinstance(cell, str) and len(cell) > LONGEST_CELL
        ]
        kept = ["" if isinstance(cell, str) and len(cell) > LONGEST_CELL else cell for cell in cells]
        sheet.append([_typed(sheet, cell) for cell in kept] + ([_typed(sheet, ", ".join(long))] if long else []))
    if pages.note:
        sheet.append([_typed(sheet, pages.note)])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _typed(sheet: Any, cell: Any) -> Any:
    """A cell whose text is text whatever it begins with."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, date) and cell.year >= 1900:
        return cell
    if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) <= 15:
        return float(cell)
    if isinstance(cell, int) and abs(cell) < 10**15:
        return cell
    made = WriteOnlyCell(sheet)
    made.value = f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
    made.data_type = "s"
    return made
