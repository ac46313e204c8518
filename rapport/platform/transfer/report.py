"""The fate of every row as a CSV: what became of it and why, then the file's own columns as they were. Formula-safe."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base.csv_safe import formula_safe
from rapport.platform.objects import registry
from rapport.platform.transfer import tables
from rapport.platform.transfer.facts import Facts
from rapport.platform.transfer.models import OUTCOMES, Import, ImportRow

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 1000


def report(run: Import, *, outcome: str = "") -> Iterator[bytes]:
    """Lines of UTF-8 with a byte order mark (spreadsheets then read umlauts right). `outcome` keeps only such rows."""
    facts = Facts.from_plain(run.facts)
    yield b"\xef\xbb\xbf" + _line([_("Row"), _("Outcome"), _("Reason"), _("Remarks"), _("Record"), *facts.names])
    rows = _fates(run, outcome)
    fate = next(rows, None)
    path = Path(run.path)
    if not path.exists():
        while fate is not None:
            yield _line(_fate_cells(fate))
            fate = next(rows, None)
        return
    for line in tables.body(path, facts):
        if fate is None:
            return
        if line.number == fate.number:
            yield _line([*_fate_cells(fate), *line.cells])
            fate = next(rows, None)


def _fates(run: Import, outcome: str) -> Iterator[ImportRow]:
    """By keyset: the number of rows does not matter."""
    asked = ImportRow.objects.filter(run=run).order_by("number")
    if outcome == "warnings":
        asked = asked.exclude(warnings=[])
    elif outcome:
        asked = asked.filter(outcome=outcome)
    last = -1
    while part := list(asked.filter(number__gt=last)[:BATCH]):
        yield from part
        last = part[-1].number


def _fate_cells(fate: ImportRow) -> list[str]:
    words = dict(OUTCOMES)
    record = ""
    if fate.record_id is not None and registry.has(fate.object):
        record = f"/{registry.get(fate.object).url}/{fate.record_id}"
    return [str(fate.number), str(words.get(fate.outcome, fate.outcome)), fate.reason, " ".join(fate.warnings), record]


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([formula_safe(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8", "replace")
