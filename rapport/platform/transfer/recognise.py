"""Recognising how a file is written: encoding, separator, quoting, header, and per column date order and decimal mark.

Everything here is a guess from samples that people see and can change. The encoding is judged by the whole file (one
pass),
since the first byte that is no ASCII may be the last of the file; the rest by the first thousand rows.
"""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base import dates, numbers
from rapport.base.encodings import decode_bytes
from rapport.base.text import clean_line
from rapport.platform.transfer import tables, workbooks
from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.facts import Column, Facts
from rapport.platform.transfer.limits import MAX_COLUMNS, SAMPLE_ROWS

if TYPE_CHECKING:
    from pathlib import Path

SEPARATORS = (",", ";", "\t", "|")
BLOCK = 1 << 20
_NUMBER = re.compile(r"[(+-]?\s?[\d.,' ]*\d[\d.,' ]*%?\)?")
_MONEY = re.compile(r"(?:[€$£¥]|[A-Z]{3})\s?[-\d.,' ]*\d|[-\d.,' ]*\d\s?(?:[€$£¥]|[A-Z]{3})")
_PHONE = re.compile(r"(?:\+|00|\(0|0)[\d\s()/.-]{6,22}")
_DOMAIN = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,18}(?:/\S*)?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BOOLEAN = {"yes", "no", "true", "false", "ja", "nein", "y", "n", "0", "1", "x"}


def recognise(path: Path, *, known: Facts | None = None) -> Facts:
    """The facts of a file in our store; those in `known` (columns left empty) are taken as given. Raises BadFile."""
    facts = known or _form(path)
    sample = list(islice(tables.lines(path, facts), SAMPLE_ROWS + 30))
    if not any(not line.is_blank for line in sample):
        raise BadFile(_("This file is empty."))
    width = max(len(line.cells) for line in sample)
    if width >= MAX_COLUMNS and any(line.problem for line in sample):
        most = max((line.problem for line in sample if line.problem), key=len)
        raise BadFile(
            _("This file has too many columns. %(detail)s Delete the columns you do not need.") % {"detail": most}
        )
    if known is None:
        facts = replace(facts, header_row=_header_row(sample))
    columns = _columns(sample, facts)
    if len(columns) > MAX_COLUMNS:
        raise BadFile(
            _("This file has %(count)s columns; at most %(limit)s are read. Delete those you do not need.")
            % {"count": len(columns), "limit": MAX_COLUMNS}
        )
    if not any(line.number > facts.header_row and not line.is_blank for line in sample):
        raise BadFile(_("This file has a header but no rows."))
    return replace(facts, columns=columns)


def _form(path: Path) -> Facts:
    with path.open("rb") as file:
        start = file.read(8)
    if workbooks.is_unpacked(start):
        return Facts(form="xlsx", encoding="utf-8", separator="", quote="")
    encoding, remarks = _encoding(path)
    separator, quote = _separator(path, encoding)
    return Facts(encoding=encoding, separator=separator, quote=quote, remarks=tuple(remarks))


# --- encoding --------------------------------------------------------------------------------------------------------


def _encoding(path: Path) -> tuple[str, list[str]]:
    """One pass: is it all UTF-8? If not, the lines that are no ASCII tell what it is."""
    telling = bytearray()
    valid, decoder = True, codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(BLOCK)
        _text, guess = decode_bytes(head[: 1 << 16])
        if guess.startswith("utf-16") or guess.startswith("utf-32"):
            return guess.removesuffix("-replaced"), []
        block = head
        while block:
            valid = valid and _feeds(decoder, block)
            if len(telling) < 60_000 and not block.isascii():
                telling += b"\n".join(line[:2000] for line in block.split(b"\n") if not line.isascii())[:30_000] + b"\n"
            block = file.read(BLOCK)
    if valid and _feeds(decoder, b"", final=True):
        return "utf-8", []
    _text, guess = decode_bytes(bytes(telling))
    remark = _(
        "Not all of this file is UTF-8: it is read as %(encoding)s. Rows with doubtful characters are marked."
    ) % {"encoding": guess}
    return guess, [remark]


def _feeds(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


# --- separator -------------------------------------------------------------------------------------------------------


def _separator(path: Path, encoding: str) -> tuple[str, str]:
    """The pair under which most of the first rows have the same number of cells, and more than one."""
    best, best_score = (",", '"'), 0.0
    for quote in ('"', "'"):
        for separator in SEPARATORS:
            score = _score(path, Facts(encoding=encoding, separator=separator, quote=quote))
            if score > best_score + (0.5 if quote == "'" else 0) and (
                quote == '"' or _is_quoted_by(path, encoding, separator)
            ):
                best, best_score = (separator, quote), score
    return best


def _is_quoted_by(path: Path, encoding: str, separator: str) -> bool:
    """Whether cells do stand between apostrophes, rather than hold one (O'Brien)."""
    with path.open(encoding=encoding.split("+")[0].removesuffix("-replaced"), errors="replace") as file:
        text = file.read(20_000)
    mark = re.escape(separator)
    return len(re.findall(rf"(?:^|{mark})'[^'\n]*'(?={mark}|$)", text, re.MULTILINE)) >= 2


def _score(path: Path, facts: Facts) -> float:
    widths = []
    try:
        for line in islice(tables.lines(path, facts), 60):
            if not line.is_blank:
                widths.append(len(line.cells))
    except (BadFile, csv.Error):
        return 0.0
    if not widths:
        return 0.0
    common = max(set(widths), key=lambda width: (widths.count(width), width))
    share = widths.count(common) / len(widths)
    return 0.0 if common < 2 else share * 10 + min(common, 40) / 40


# --- header and columns ----------------------------------------------------------------------------------------------


def _header_row(sample: list[tables.Line]) -> int:
    """The first row that is as wide as the table, all words; 0 when the first wide row is already data."""
    filled = [sum(1 for cell in line.cells if cell.strip()) for line in sample]
    wide = max(filled[:50])
    for line, count in zip(sample[:20], filled, strict=False):
        if count >= max(1, wide * 0.6):
            below = [other for other in sample if other.number > line.number and not other.is_blank]
            return line.number if _is_header(line, below[:30]) else line.number - 1 if line.number > 1 else 0
    return 1


def _is_header(line: tables.Line, below: list[tables.Line]) -> bool:
    cells = [cell.strip() for cell in line.cells if cell.strip()]
    if any(_kind_of(cell) not in {"text", "boolean", "domain"} or len(cell) > 120 or cell.isdigit() for cell in cells):
        return False
    if len(set(cells)) < len(cells) or not below:
        return not below or len(set(cells)) > 1
    typed = any(_kind_of(cell) != "text" for other in below for cell in other.cells if cell.strip())
    repeated = {cell for other in below for cell in other.cells} & set(cells)
    return typed or not repeated


def _columns(sample: list[tables.Line], facts: Facts) -> tuple[Column, ...]:
    header: list[str] = next((line.cells for line in sample if line.number == facts.header_row), [])
    data = [line for line in sample if line.number > facts.header_row and not line.problem and not line.is_blank]
    width = (
        max(len(header), *(len(line.cells) for line in data[:200]), 1) if data and not header else max(len(header), 1)
    )
    while (
        width > 1
        and width == len(header)
        and not header[width - 1].strip()
        and not any(line.cells[width - 1 : width] not in ([], [""]) for line in data)
    ):
        width -= 1
        header = header[:width]
    names = _names(header, width)
    return tuple(
        _column(name, [line.cells[place].strip() for line in data if place < len(line.cells)], facts)
        for place, name in enumerate(names)
    )


def _names(header: list[str], width: int) -> list[str]:
    """Header texts made distinct; a column without one is called by its place."""
    names: list[str] = []
    for place in range(width):
        name = clean_line(header[place], 120) if place < len(header) else ""
        name = name or _("Column %(number)s") % {"number": place + 1}
        wanted, turn = name, 2
        while name in names:
            name, turn = f"{wanted} ({turn})", turn + 1
        names.append(name)
    return names


def _column(name: str, values: list[str], facts: Facts) -> Column:
    filled = [value for value in values if value]
    distinct = list(dict.fromkeys(filled))[:400]
    kind = _kind(distinct)
    order = dates.guess_order(filled) if kind == "date" else None
    comma = (
        (False if facts.form == "xlsx" else numbers.guess_decimal_comma(filled))
        if kind in {"number", "money"}
        else None
    )
    return Column(name, order, comma, kind, tuple(clean_line(value, 80) for value in distinct[:5]))


def _kind(distinct: list[str]) -> str:
    """The kind that at least nine of ten distinct values have."""
    if not distinct:
        return "text"
    kinds = [_kind_of(value) for value in distinct[:200]]
    for kind in ("email", "date", "boolean", "number", "money", "phone", "domain"):
        if kinds.count(kind) >= 0.9 * len(kinds):
            return kind
    return "money" if kinds.count("money") + kinds.count("number") >= 0.9 * len(kinds) and "money" in kinds else "text"


def _kind_of(value: str) -> str:
    if len(value) > 120:
        return "text"
    if "@" in value:
        return "email" if _EMAIL.fullmatch(value) else "text"
    if value.lower() in _BOOLEAN:
        return "boolean"
    if any(c.isdigit() for c in value):
        if _looks_like_date(value):
            return "date"
        if _PHONE.fullmatch(value) and sum(c.isdigit() for c in value) >= 7:
            return "phone"
        if _NUMBER.fullmatch(value):
            return "number"
        if _MONEY.fullmatch(value):
            return "money"
    return "domain" if _DOMAIN.fullmatch(value) and "." in value else "text"


def _looks_like_date(value: str) -> bool:
    if not (6 <= len(value) <= 40) or value.isdigit():
        return False
    for order in ("dmy", "mdy"):
        try:
            dates.parse_date(value, order=order)
        except ValueError:
            continue
        return True
    return False
