"""Cells that no spreadsheet takes for a formula, and the way back.

Spreadsheets run a cell that starts with = + - @ (or their full-width forms), TAB, CR or LF; so does one with blanks
before such a sign. These get a leading apostrophe (OWASP, CSV Injection). Plain numbers and E.164 phone numbers stay
as they are: they are harmless, and an apostrophe would spoil them. For every text, unsafe(safe(text)) == text: a cell
that already starts with apostrophes before such a sign gets one more, so that taking one away is always right.
"""

import re

_RISKY = re.compile(r"(?:'*[^\S\t\r\n]*)[=+\-@\t\r\n＝＋－＠]")
_HARMLESS = re.compile(r"[+-]?\d+(?:[.,]\d+)*(?:[eE][+-]?\d{1,3})?", re.ASCII)


def formula_safe(cell: str) -> str:
    """The cell as it may stand in a CSV or XLSX file."""
    return "'" + cell if _RISKY.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def formula_unsafe(cell: str) -> str:
    """The cell as it was before `formula_safe`; other texts stay as they are."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell
