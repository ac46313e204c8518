"""Static files are prepared once, and again when one of them changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings

from rapport.config import static


@pytest.mark.slow
def test_files_are_gathered_once_and_again_when_one_changes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "test").mkdir(parents=True)
    (source / "test" / "a.css").write_text("@import 'b.css'; p { background: url(c.svg) }")
    (source / "test" / "b.css").write_text("q {}")
    (source / "test" / "c.svg").write_text("<svg/>")
    hashed = {"staticfiles": {"BACKEND": "rapport.config.static.HashedStorage"}}
    finders = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    with override_settings(
        STATIC_ROOT=tmp_path / "static", STATICFILES_DIRS=[source], STORAGES=hashed, STATICFILES_FINDERS=finders
    ):
        assert static.prepare() and not static.prepare()
        before = named(tmp_path)
        (source / "test" / "b.css").write_text("q { color: red }")
        assert static.prepare()
        assert before and before < named(tmp_path), "the old page still finds its file"


def named(folder: Path) -> set[str]:
    """Hashed names of a.css, which change with what it imports."""
    return {path.name for path in (folder / "static" / "test").glob("a.*.css")}
