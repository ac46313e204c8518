"""A QR code as SVG of our own: `segno` works out the dark squares, we draw one path from numbers."""

from __future__ import annotations

from rapport.ui.safe import Safe, html

QUIET = 4  # modules of light around it, as the standard asks


def drawing(text: str, label: str) -> Safe:
    """The text as a picture for a camera; black on white in every theme, or cameras fail."""
    import segno

    rows = segno.make(text, error="m", micro=False).matrix
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return html(
        '<svg class="qr" role="img" aria-label="{label}" viewBox="0 0 {side} {side}">'
        '<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>',
        label=label, side=side, path=path,
    )  # fmt: skip
