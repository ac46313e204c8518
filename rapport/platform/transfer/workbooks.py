"""Workbooks (XLSX): checked as a ZIP, then unpacked to lines of JSON by a child process with limits on time and memory.

A workbook is somebody else's XML: entity bombs, ZIP bombs and endless sheets end in the child, never in the web
process.
The unpacked form is read like any table, as often as needed, from any row.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.limits import CHILD_MEMORY, CHILD_SECONDS, MAX_COLUMNS, ZIP_BYTES, ZIP_ENTRIES, ZIP_RATIO

CHILD = Path(__file__).with_name("workbook_child.py")
OLD = b"\xd0\xcf\x11\xe0"


def is_workbook(start: bytes) -> bool:
    """By content: a ZIP. An old binary workbook is refused here with a word on what to do."""
    if start.startswith(OLD):
        raise BadFile(
            _("This is an old Excel file (.xls) or a protected one: save it as .xlsx without a password, or as CSV.")
        )
    return start.startswith(b"PK\x03\x04")


def is_unpacked(start: bytes) -> bool:
    return start.startswith(b'["')


def unpack(path: Path, to: Path, sheet: str = "") -> tuple[str, tuple[str, ...], int]:
    """Write a sheet (the first with rows unless named) as lines of JSON; returns its name, those of all, and how many
    formulas hold no result. Raises BadFile."""
    check_archive(path)
    with to.open("wb") as out:
        try:
            done = subprocess.run(  # noqa: S603  # our own interpreter and script
                [
                    sys.executable,
                    "-I",
                    str(CHILD),
                    str(path),
                    sheet,
                    str(CHILD_MEMORY),
                    str(CHILD_SECONDS),
                    str(MAX_COLUMNS),
                ],
                stdout=out,
                stderr=subprocess.PIPE,
                timeout=CHILD_SECONDS + 30,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise BadFile(_too_heavy()) from error
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    if done.returncode == 0:
        told = json.loads(last[0])
        return told["sheet"], tuple(told["sheets"]), told["unsaved"]
    if last[0].startswith("columns "):
        raise BadFile(
            _("This sheet has %(count)s columns; at most %(limit)s are read. Delete those you do not need.")
            % {"count": last[0].split()[1], "limit": MAX_COLUMNS}
        )
    if last[0] == "empty":
        raise BadFile(_("This file is empty."))
    if last[0] == "heavy" or done.returncode < 0:
        raise BadFile(_too_heavy())
    raise BadFile(
        _("This workbook cannot be read. Open it in a spreadsheet program and save it again as .xlsx or CSV.")
    )


def _too_heavy() -> str:
    return _("Reading this workbook took too much time or memory. Save it as CSV, which has no such limit.")


def check_archive(path: Path) -> None:
    """Refuse what would unpack to too much, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise BadFile(_("This workbook is damaged: it cannot be opened.")) from error
    names = {entry.filename for entry in entries}
    if len(entries) > ZIP_ENTRIES:
        raise BadFile(
            _("This workbook has %(count)s parts; at most %(limit)s are read.")
            % {"count": len(entries), "limit": ZIP_ENTRIES}
        )
    if sum(entry.file_size for entry in entries) > ZIP_BYTES:
        raise BadFile(_("This workbook unpacks to more than 100 MB. Save the sheet as CSV, which has no such limit."))
    if any(
        entry.file_size > 1_000_000 and entry.file_size > ZIP_RATIO * max(entry.compress_size, 1) for entry in entries
    ):
        raise BadFile(
            _("This workbook is packed so tightly that it may do harm; it was not opened. Save the sheet as CSV.")
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise BadFile(_("This workbook is protected by a password: save it without one."))
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise BadFile(_("This is a ZIP file but no workbook: unpack it and choose the CSV or XLSX file inside."))
