"""What a file is, by its content; the name only decides between kinds whose content is alike (DOCX, XLSX and ZIP)."""

from __future__ import annotations

from pathlib import PurePosixPath

import puremagic

UNKNOWN = "application/octet-stream"
TEXTS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".eml": "message/rfc822",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
}
ZIP_BASED = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}


def content_type(head: bytes, name: str) -> str:
    """The media type of a file from its first bytes."""
    if not head:
        return UNKNOWN
    suffix = PurePosixPath(name).suffix.lower()
    if head.startswith(b"PK\x03\x04"):
        return ZIP_BASED.get(suffix, "application/zip")
    if (text := _as_text(head)) is not None:
        return _kind_of_text(text, suffix)
    try:
        found = str(puremagic.from_string(head, mime=True, filename=None))
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    return found if "/" in found and len(found) <= 100 else UNKNOWN


def _as_text(head: bytes) -> str | None:
    """The beginning as text; None when it is none. The last character may be cut in two."""
    if b"\x00" in head:
        return None
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
    return None


def _kind_of_text(text: str, suffix: str) -> str:
    start = text.lstrip("\ufeff \t\r\n").lower()
    if start.startswith("%pdf-"):
        return "application/pdf"
    if start.startswith(("<!doctype html", "<html")):
        return "text/html"
    if "<svg" in start[:1000]:
        return "image/svg+xml"
    if start.startswith("<?xml"):
        return "application/xml"
    return TEXTS.get(suffix, "text/plain")
