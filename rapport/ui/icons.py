"""Icons: `icon(name)` for pages, and the sprite they come from.

The sprite `static/ui/icons.svg` holds only the icons in NAMES. To add one: put its Lucide name here and run
`python -m rapport.ui.icons FOLDER`, FOLDER being `icons/` of the npm package lucide-static in the version of
vendor.toml.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

from django.templatetags.static import static

from rapport.ui.safe import Safe, html

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"
FALLBACK = "circle"
NAMES = tuple(
    """
    activity alarm-clock archive archive-restore arrow-down arrow-left arrow-right arrow-right-left arrow-up at-sign
    award ban bell book-open briefcase building-2 calendar calendar-check calendar-plus chart-column chart-line
    chart-no-axes-gantt check chevron-down chevron-left chevron-right chevrons-up-down circle circle-alert
    circle-check circle-dot circle-help circle-x clock columns-3 copy corner-down-right credit-card database
    download ellipsis external-link eye file file-text filter flag folder funnel git-merge globe grip-vertical handshake
    heart-pulse history house import inbox info kanban keyboard languages layers layout-list life-buoy link list
    list-checks lock log-out mail map map-pin megaphone message-circle message-square mic milestone minus monitor
    moon network package palette panel-left panel-right paperclip pause pencil phone phone-incoming phone-outgoing
    play plus printer receipt refresh-cw reply rotate-ccw save search send settings share-2 shield-check
    shopping-cart sliders-horizontal smartphone sparkles square-check square-kanban star sticky-note store sun table
    tag target thumbs-down thumbs-up ticket timer trash-2 trending-down trending-up trophy truck undo-2 unlink
    upload user user-check user-plus user-round-check user-round-cog users users-round video wallet workflow wrench
    x zap
    """.split()  # noqa: SIM905  # read and edited as a paragraph
)
_KNOWN = frozenset(NAMES)
_SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")


def icon(name: str, label: str | None = None, size: str = "") -> Safe:
    """The icon as SVG: decorative, or read out as `label`. An unknown name (a record can hold one) shows a circle."""
    return _icon(name if name in _KNOWN else FALLBACK, label or "", size if size in ("s", "l", "xl", "sign") else "")


@lru_cache(maxsize=1024)
def _icon(name: str, label: str, size: str) -> Safe:
    source = f"{static('ui/icons.svg')}#{name}"
    style = f"icon {size}".strip()
    if label:
        return html(
            '<svg class="{style}" role="img" aria-label="{label}"><use href="{source}"/></svg>',
            style=style, label=label, source=source,
        )  # fmt: skip
    return html('<svg class="{style}" aria-hidden="true"><use href="{source}"/></svg>', style=style, source=source)


def build_sprite(folder: Path) -> str:
    """The sprite's SVG text from Lucide's single files. Raises FileNotFoundError for a name Lucide does not have."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg">\n'
        + "".join(f"{_symbol(name, (folder / f'{name}.svg').read_text(encoding='utf-8'))}\n" for name in NAMES)
        + "</svg>\n"
    )


def _symbol(name: str, svg: str) -> str:
    shapes = "".join(re.sub(r"\s+", " ", shape).replace(" />", "/>") for shape in _SHAPES.findall(svg))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    SPRITE.write_text(build_sprite(Path(sys.argv[1])), encoding="utf-8")
