"""A static file finder that offers `ui/ui.css`, joined from its parts.

    STATICFILES_FINDERS = ["rapport.ui.finders.StylesheetFinder", …Django's own]

`collectstatic` and the development server both go through finders, so neither needs a build step. The joined file
lives in a folder of this process and is written again when a part changed.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from rapport.ui import stylesheet


class StylesheetFinder(BaseFinder):
    """Finds `ui/ui.css` and nothing else."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of the joined file; an empty list for any other name, as Django's finders answer."""
        if path != stylesheet.NAME:
            return []
        built = str(_built(stylesheet.changed_at()))
        return [built] if find_all or kwargs.get("all") else built

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        _built(stylesheet.changed_at())
        yield stylesheet.NAME, FileSystemStorage(location=_folder())


@lru_cache(maxsize=1)
def _built(_changed_at: float) -> Path:
    target = _folder() / stylesheet.NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(stylesheet.build(), encoding="utf-8")
    return target


@lru_cache(maxsize=1)
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rapport-ui-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
