"""`ui/ui.css`: all files of `css/` in one, so that a page asks once. There is no build step: the finder calls this.

Addresses in the parts are relative to `ui/ui.css`. Order does not decide between rules, the layers do; `layers.css`
comes first because it names them.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parent / "css"
FIRST = ("layers.css", "colours.css", "tokens.css", "reset.css", "base.css")
NAME = "ui/ui.css"
_COMMENT = re.compile(r"/\*(?!!).*?\*/", re.DOTALL)
_BLANKS = re.compile(r"\s*\n\s*")


def build() -> str:
    """The stylesheet: every file once, comments and line breaks taken out."""
    parts = [(FOLDER / name).read_text(encoding="utf-8") for name in names()]
    return _BLANKS.sub("\n", _COMMENT.sub("", "\n".join(parts))).strip() + "\n"


def names() -> list[str]:
    """The files in the order they are joined."""
    rest = sorted(path.name for path in FOLDER.glob("*.css") if path.name not in FIRST)
    return [*FIRST, *rest]


def changed_at() -> float:
    """When a part last changed, in seconds since 1970."""
    return max(path.stat().st_mtime for path in FOLDER.glob("*.css"))
