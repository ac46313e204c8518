"""`css/colours.css`: the vendored Radix scales as one token each, light and dark in one value.

Run `python -m rapport.ui.colours` after renewing `static/vendor/radix-colors/`; a test compares.
"""

from __future__ import annotations

import re
from pathlib import Path

SCALES = ("sand", "teal", "grass", "amber", "tomato", "blue")
VENDORED = Path(__file__).parent / "static" / "vendor" / "radix-colors"
TARGET = Path(__file__).parent / "css" / "colours.css"
HEADER = "/* Radix Colors, made by rapport.ui.colours. Use tokens.css in components, not these. */\n"
_STEP = re.compile(r"--([a-z]+-\d+): (#[0-9a-f]{6});")


def build() -> str:
    """The stylesheet's text."""
    lines = [f"  --{name}: light-dark({light}, {dark});" for name, (light, dark) in steps().items()]
    return HEADER + "@layer base {\n:root {\n" + "\n".join(lines) + "\n}\n}\n"


def steps() -> dict[str, tuple[str, str]]:
    """Each step's colour in the light and in the dark."""
    return {
        name: (light, dark[name])
        for scale in SCALES
        for dark in [_read(f"{scale}-dark.css")]
        for name, light in _read(f"{scale}.css").items()
    }


def _read(name: str) -> dict[str, str]:
    return dict(_STEP.findall((VENDORED / name).read_text(encoding="utf-8")))


if __name__ == "__main__":
    TARGET.write_text(build(), encoding="utf-8")
