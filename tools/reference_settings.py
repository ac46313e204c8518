"""Writes docs/reference/settings.md from the typed reader of the environment."""

from dataclasses import fields
from pathlib import Path

from rapport.config.environment import Environment

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "settings.md"
HEAD = """# Settings

Generated from `rapport/config/environment.py` by `make reference`; a test keeps it current.

Rapport is set by environment variables and by nothing else. All are optional on one's own machine; in production
(`RAPPORT_ENV=production`) Rapport refuses to start until they are safe, and says at once everything that is to be set.
Relative paths begin in the source tree, or, where Rapport is installed as a package, in the working folder.

| variable | default | what it does |
|---|---|---|
"""


def text() -> str:
    rows = []
    for setting in fields(Environment):
        name, default, says = (setting.metadata[key] for key in ("name", "default", "says"))
        rows.append(f"| `{name}` | {f'`{default}`' if default else ''} | {says} |\n")
    return HEAD + "".join(rows)


def write() -> None:
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(text())


if __name__ == "__main__":
    write()
