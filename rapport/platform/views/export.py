"""Taking out what is seen, with its filter, order and columns: CSV, XLSX or JSON lines; streamed, formula-safe."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import orjson
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _

from rapport.base.clock import today
from rapport.base.csv_safe import formula_safe
from rapport.base.text import slug
from rapport.platform import query
from rapport.platform.fields import DecimalNumber, Field, MoneyField, Number
from rapport.platform.objects import Object
from rapport.platform.query import Link
from rapport.platform.views import cells, table
from rapport.platform.views.http import Request, page
from rapport.platform.views.list_ import read_state

if TYPE_CHECKING:
    from django.http import HttpResponse

    from rapport.platform.access import Actor
    from rapport.platform.views.state import State

BATCH = 500
# What a sheet of Excel holds.
MOST_ROWS = 1_048_575
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


@page
def export(request: Request, obj: Object) -> HttpResponse:
    """The list as a file. Asks for the right to export, for the Object and for every row."""
    if request.actor.may(obj, "export") == "none":
        raise PermissionDenied(_("You may not export these records."))
    kind = request.GET.get("format", "csv")
    kind = kind if kind in KINDS else "csv"
    state = read_state(request, obj, "list")
    if state.error is not None:
        raise state.error
    # The first batch is read before the answer begins: what is refused is refused with a page, not with half a file.
    batches = _batches(request.actor, state)
    first = next(batches)
    make = {"csv": as_csv, "xlsx": as_xlsx, "jsonl": as_json_lines}[kind]
    content = _as_now(make(state, _chained(first, batches)))
    name = f"{slug(str(obj.plural)) or obj.key}-{today(request.actor.culture.tz).isoformat()}.{kind}"
    response = StreamingHttpResponse(content, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]  # a response like any other; Django types it beside HttpResponse


def _batches(actor: Actor, state: State) -> Iterator[list[query.Row]]:
    cursor = ""
    while True:
        found = query.rows(actor, state.plan(actor, limit=BATCH, cursor=cursor, action="export"))
        yield found.rows
        cursor = found.next
        if not cursor:
            return


def _chained(first: list[query.Row], rest: Iterator[list[query.Row]]) -> Iterator[query.Row]:
    yield from first
    for batch in rest:
        yield from batch


def _as_now(content: Iterator[bytes]) -> Iterator[bytes]:
    """The content, made in the reader's language and zone also after the request has ended."""
    context = copy_context()  # taken here and now, not when the first piece is asked for
    return iter(lambda: context.run(next, content, None), None)


def headings(state: State) -> list[str]:
    """The head row; money takes two columns, so that one can calculate with it."""
    found = []
    for path_ in state.columns:
        label = table.heading(state.obj, path_)
        found += [label, _("{field}: currency").format(field=label)] if isinstance(path_.field, MoneyField) else [label]
    return found


def _values(state: State, row: query.Row) -> Iterator[tuple[Field[Any], Any]]:
    return zip((path_.field for path_ in state.columns), row.values, strict=False)


def flat(field: Field[Any], value: Any) -> list[object]:
    """One value as cells: numbers stay numbers, days ISO, references their title."""
    if isinstance(field, MoneyField):
        return [value.amount, value.currency] if value else [None, ""]
    if value is None:
        return [None]
    if isinstance(value, (Link, list)):
        return [cells.text(field, value)]
    if isinstance(field, Number | DecimalNumber):
        return [value]
    plain = field.plain(value)
    return [
        plain
        if isinstance(plain, str | int | float) and field.family in ("date", "datetime")
        else cells.text(field, value)
    ]


def as_csv(state: State, rows: Iterable[query.Row]) -> Iterator[bytes]:
    """With a byte order mark: Excel reads UTF-8 only then."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow([formula_safe(label) for label in headings(state)])
    for number, row in enumerate(rows, start=1):
        line = [cell for field, value in _values(state, row) for cell in flat(field, value)]
        writer.writerow(["" if cell is None else formula_safe(str(cell)) for cell in line])
        if number % BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", "replace")


def as_json_lines(state: State, rows: Iterable[query.Row]) -> Iterator[bytes]:
    """One object a line, keys are the paths of the columns; values in plain form, references with uid and label."""
    keys = [str(path_) for path_ in state.columns]
    chunk: list[bytes] = []
    for row in rows:
        values = {key: _json(field, value) for key, (field, value) in zip(keys, _values(state, row), strict=False)}
        chunk.append(orjson.dumps({"id": row.uid, **values}, default=str) + b"\n")
        if len(chunk) == BATCH:
            yield b"".join(chunk)
            chunk.clear()
    yield b"".join(chunk)


def _json(field: Field[Any], value: Any) -> Any:
    if isinstance(value, Link):
        return {"id": value.uid, "label": value.label}
    if isinstance(value, list) and value and isinstance(value[0], Link):
        return [{"id": link.uid, "label": link.label} for link in value]
    return field.plain(value)


# --- XLSX: a zip of XML, written as it goes ---------------------------------------------------------------------------


class _Sink(io.RawIOBase):
    """Where the zip writes; what has come together is taken out between batches, so memory stays flat."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.parts.append(part)
        self.length += len(part)
        return len(part)

    def tell(self) -> int:
        return self.length

    def taken(self) -> bytes:
        found = b"".join(self.parts)
        self.parts.clear()
        return found


def as_xlsx(state: State, rows: Iterable[query.Row]) -> Iterator[bytes]:
    """One sheet. Text cells are inline strings, which no spreadsheet takes for a formula."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_HEAD.encode() + _line(1, list(headings(state))))
            for number, row in enumerate(rows, start=2):
                if number > MOST_ROWS:
                    sheet.write(_line(number, [_("More rows than a sheet holds; export as CSV to have them all.")]))
                    break
                sheet.write(
                    _line(number, [cell for field, value in _values(state, row) for cell in flat(field, value)])
                )
                if number % BATCH == 0:
                    yield sink.taken()
            sheet.write(_SHEET_END.encode())
    yield sink.taken()


def _line(number: int, values: list[object]) -> bytes:
    return f'<row r="{number}">{"".join(map(_cell, values))}</row>'.encode("utf-8", "replace")


def _cell(value: object) -> str:
    if value is None or value == "":
        return "<c/>"
    if not isinstance(value, str | bool) and abs(float(str(value))) < 1e15:
        return f"<c><v>{value}</v></c>"
    text = "".join(sign for sign in str(value)[:32_767] if sign >= " " or sign in "\t\n")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_HEAD = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'
_SHEET_END = "</sheetData></worksheet>"
_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>'
)
_WORKBOOK = (
    f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Rapport" sheetId="1" r:id="rId1"/></sheets></workbook>'
)


def _relation(kind: str, to: str) -> str:
    return (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{to}"/></Relationships>'
    )


_PARTS = {
    "[Content_Types].xml": _CONTENT_TYPES,
    "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
    "xl/workbook.xml": _WORKBOOK,
    "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
}


urlpatterns = [path("<obj:obj>/export", export, name="export")]
