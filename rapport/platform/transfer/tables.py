"""Rows of a file, one after the other, whatever its form. Memory does not grow with the file.

A CSV file is read as it is; a workbook was unpacked to lines of JSON beforehand (see `workbooks`). What is wrong with a
single row (too long a cell, too many cells, broken characters) is said on that row and the rest goes on.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base.csv_safe import formula_unsafe
from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.limits import MAX_CELL, MAX_COLUMNS, MAX_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.transfer.facts import Facts

_STRAY = re.compile("[\udc80-\udcff]+")
_BOM = "\ufeff"


@dataclass(slots=True)
class Line:
    """One row: its number as a spreadsheet counts (the first is 1), its cells as text, what is wrong with it."""

    number: int
    cells: list[str]
    problem: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self.cells)


def lines(path: Path, facts: Facts) -> Iterator[Line]:
    """Every row of the file from the first, header included, not yet judged against the columns."""
    return _workbook_lines(path) if facts.form == "xlsx" else _csv_lines(path, facts)


def body(path: Path, facts: Facts) -> Iterator[Line]:
    """The rows below the header, each judged: as many cells as there are columns, none too long."""
    width = len(facts.columns)
    for line in lines(path, facts):
        if line.number > facts.header_row:
            _judge(line, width)
            yield line


def _judge(line: Line, width: int) -> None:
    if line.problem:
        return
    longest = max(map(len, line.cells), default=0)
    if longest > MAX_CELL:
        line.problem = _("A cell of this row has %(length)s characters; at most %(limit)s are read.") % {
            "length": longest,
            "limit": MAX_CELL,
        }
    elif len(line.cells) > width and any(cell.strip() for cell in line.cells[width:]):
        line.problem = _(
            "This row has %(cells)s cells, the file %(columns)s columns: is a value with a separator not quoted?"
        ) % {"cells": len(line.cells), "columns": width}
    missing = width - len(line.cells)
    if missing > 0:
        line.cells.extend([""] * missing)


def _workbook_lines(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            yield Line(number, json.loads(text))


def _csv_lines(path: Path, facts: Facts) -> Iterator[Line]:
    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as binary:
        source = _Text(binary, facts.encoding)
        reader = csv.reader(
            source, delimiter=facts.separator or ",", quotechar=facts.quote or '"', skipinitialspace=True
        )
        number, begins = 0, 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadFile(
                    _("From row %(row)s (line %(line)s) on nothing can be read: is a quotation mark not closed?")
                    % {"row": number + 1, "line": begins}
                ) from error
            number += 1
            line = Line(number, [formula_unsafe(cell) for cell in cells])
            spanned, begins = reader.line_num - begins + 1, reader.line_num + 1
            if len(cells) > MAX_COLUMNS:
                line.problem = _("This row has %(cells)s cells; at most %(limit)s are read.") % {
                    "cells": len(cells),
                    "limit": MAX_COLUMNS,
                }
                line.cells = line.cells[:MAX_COLUMNS]
            if source.broken:
                line.warnings.append(source.broken)
                source.broken = ""
            if source.ended and spanned > 1 and facts.columns and len(cells) < len(facts.columns):
                line.problem = _(
                    "A quotation mark opened in this row is never closed; it swallowed %(lines)s lines."
                ) % {"lines": spanned}
            yield line


class _Text:
    """Decoded lines for the CSV reader; remembers what had to be repaired since it was last asked."""

    def __init__(self, binary: io.BufferedReader, encoding: str) -> None:
        self.broken = ""
        self.ended = False
        self.repair = encoding.startswith("utf-8")
        real = "utf-8" if self.repair else encoding.removesuffix("-replaced")
        self.mixed = "cp1252" in encoding
        self.text = io.TextIOWrapper(
            binary, encoding=real, errors="surrogateescape" if self.repair else "replace", newline=""
        )
        self.first = True

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            yield self._repaired(line)
        self.ended = True

    def _repaired(self, line: str) -> str:
        if self.first:
            self.first = False
            line = line.removeprefix(_BOM)
        if line.isascii():
            return line
        if self.repair and _STRAY.search(line):
            line = _STRAY.sub(_from_windows, line)
            self.broken = _("Some bytes of this row are not UTF-8; they were read as Windows-1252.")
        if "\ufffd" in line:
            self.broken = _("Some characters of this row could not be read; they are marked by “\ufffd”.")
        return line


def _from_windows(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")
