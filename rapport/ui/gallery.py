"""Every component with sample values, as static pages: `python -m rapport.ui.gallery OUT`, then serve OUT and look.

Each page is written twice, `NAME.html` in the light and `NAME-dark.html` in the dark. No database, no settings module.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings

NOW = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
PAGES = ("list", "board", "record", "panel", "components", "forms", "today", "empty", "login", "error")
STATIC = Path(__file__).parent / "static"


def main(out: Path) -> None:
    """Write all pages and what they need into `out`."""
    configure()
    from rapport.ui import stylesheet  # needs configured settings

    shutil.copytree(STATIC, out / "static", dirs_exist_ok=True)
    (out / "static" / stylesheet.NAME).write_text(stylesheet.build(), encoding="utf-8")
    for name in PAGES:
        for theme in ("light", "dark"):
            suffix = "" if theme == "light" else "-dark"
            (out / f"{name}{suffix}.html").write_text(render(name, theme), encoding="utf-8")


def configure() -> None:
    """Just enough Django to render, unless a project is configured already."""
    if settings.configured:
        return
    settings.configure(
        DEBUG=True,
        SECRET_KEY="gallery",  # noqa: S106  # signs nothing
        INSTALLED_APPS=["django.contrib.staticfiles", "rapport.ui"],
        STATIC_URL="/static/",
        USE_TZ=True,
        TEMPLATES=[{"BACKEND": "rapport.ui.minijinja.Minijinja", "DIRS": [], "APP_DIRS": True, "OPTIONS": {}}],
    )
    django.setup()


def render(name: str, theme: str = "system") -> str:
    """One page of the gallery."""
    from django.template import engines

    from rapport.base import clock
    from rapport.ui import reader
    from rapport.ui.gallery_samples import samples

    who = reader.Reader(name="Mara Lind", zone="Europe/Berlin", theme="dark" if theme == "dark" else "light")
    with clock.freeze(NOW), reader.reading_as(who):
        engine = next(engine for engine in engines.all() if engine.name == "minijinja")
        return str(engine.get_template(f"ui/gallery/{name}.html").render(samples()))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    main(target)
