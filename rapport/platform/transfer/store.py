"""Files brought in for import: kept under a random name, by content hash known again, workbooks unpacked beside
them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from rapport.base.text import clean_line
from rapport.platform.transfer import json_lines, workbooks
from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.recognise import recognise

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapport.platform.transfer.facts import Facts

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store. `path` is what is read row by row, `original` what was brought."""

    name: str
    path: Path
    original: Path
    sha256: str
    size: int
    facts: Facts


def keep(name: str, blocks: Iterable[bytes]) -> Kept:
    """Take a file in and recognise how it is written. Raises BadFile; then nothing stays."""
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / secrets.token_hex(16)
    digest, size = hashlib.sha256(), 0
    try:
        with original.open("xb") as out:
            for block in blocks:
                size += len(block)
                if size > settings.UPLOAD_BYTES:
                    raise BadFile(
                        _("This file is larger than %(limit)s MB.") % {"limit": settings.UPLOAD_BYTES // 1_000_000}
                    )
                digest.update(block)
                out.write(block)
        if size == 0:
            raise BadFile(_("This file is empty."))
        path, facts = read_form(original)
    except BaseException:
        original.unlink(missing_ok=True)
        original.with_suffix(".sheet").unlink(missing_ok=True)
        raise
    return Kept(clean_line(name, 200) or "file", path, original, digest.hexdigest(), size, facts)


def keep_file(source: Path) -> Kept:
    """Take in a file of this machine."""
    try:
        with source.open("rb") as file:
            return keep(source.name, iter(lambda: file.read(BLOCK), b""))
    except OSError as error:
        raise BadFile(_("The file cannot be read: %(error)s") % {"error": error.strerror or error}) from error


def read_form(original: Path, *, sheet: str = "") -> tuple[Path, Facts]:
    """The file to read row by row, and its facts; a workbook's sheet is unpacked first."""
    with original.open("rb") as file:
        start = file.read(64)
    if json_lines.is_json_lines(start):
        unpacked = original.with_suffix(".sheet")
        json_lines.unpack(original, unpacked)
        return unpacked, recognise(unpacked)
    if not workbooks.is_workbook(start):
        return original, recognise(original)
    unpacked = original.with_suffix(".sheet")
    title, sheets, unsaved = workbooks.unpack(original, unpacked, sheet)
    facts = replace(recognise(unpacked), sheet=title, sheets=sheets)
    if unsaved:
        remark = _(
            "%(count)s cells hold formulas without stored results and are read as blank: save it in a spreadsheet."
        )
        facts = replace(facts, remarks=(*facts.remarks, remark % {"count": unsaved}))
    return unpacked, facts


def forget(path: Path, original: Path) -> None:
    """Delete the bytes of an import."""
    for file in {path, original}:
        file.unlink(missing_ok=True)
