"""Runs alone (`python -I workbook_child.py …`): one sheet of a workbook as lines of JSON on standard output.

Knows nothing of Rapport. Whatever happens to it happens to it alone. The last line of standard error tells how it
ended.
"""

import datetime
import json
import resource
import sys
import zipfile
from collections.abc import Iterable
from typing import Any


def main(path: str, wanted: str, memory: int, seconds: int, most_columns: int) -> int:
    """Write the rows; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000_000, 1_000_000_000))
    from openpyxl import DEFUSEDXML, load_workbook

    if not DEFUSEDXML:
        return _end("broken")
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # by content: openpyxl judges a path by its ending
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for sheet in [book[wanted]] if wanted in book.sheetnames else book.worksheets:
                if _write(sheet.iter_rows(values_only=True), most_columns):
                    unsaved = _formulas_without_result(path, sheet.title)
                    return _end(json.dumps({"sheet": sheet.title, "sheets": book.sheetnames, "unsaved": unsaved}), 0)
        return _end("empty")
    except TooManyColumns as error:
        return _end(f"columns {error}")
    except MemoryError:
        return _end("heavy")
    except Exception as error:  # whatever a hostile workbook provokes ends here, in words
        return _end(f"broken {type(error).__name__}")


def _formulas_without_result(path: str, title: str) -> int:
    """Formulas of programs that store no results: their cells read as empty, which people must be told."""
    from openpyxl import load_workbook

    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(_holds_formula(archive, name) for name in sheets):
            return 0
    with open(path, "rb") as one, open(path, "rb") as other:  # noqa: PTH123  # as above
        results = load_workbook(one, read_only=True, data_only=True)[title].iter_rows(values_only=True)
        formulas = load_workbook(other, read_only=True)[title].iter_rows(values_only=True)
        rows = zip(results, formulas, strict=False)
        return sum(
            result is None and isinstance(text, str) and text.startswith("=")
            for row in rows
            for result, text in zip(*row, strict=False)
        )


def _holds_formula(archive: zipfile.ZipFile, name: str) -> bool:
    before = b""
    with archive.open(name) as part:
        while block := part.read(1 << 20):
            if b"<f>" in before + block or b"<f " in before + block:
                return True
            before = block[-2:]
    return False


class TooManyColumns(Exception):
    """More columns than are read."""


def _write(rows: Iterable[tuple[Any, ...]], most_columns: int) -> bool:
    written, blanks = False, 0
    for row in rows:
        cells = [_text(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > most_columns:
            raise TooManyColumns(len(cells))
        if not cells:
            blanks += 1  # a sheet may claim a million empty rows; they count only when something follows
            if blanks > 100_000:
                break
            continue
        for _blank in range(blanks):
            sys.stdout.write('[""]\n')
        blanks, written = 0, True
        sys.stdout.write(json.dumps(cells, ensure_ascii=False) + "\n")
    return written


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return f"{int(value.total_seconds())} s"
    return str(value).encode("utf-8", "replace").decode()


def _end(word: str, code: int = 3) -> int:
    sys.stdout.flush()
    sys.stderr.write(f"{word}\n")
    return code


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])))
