"""Pictures, decoded and written anew: without metadata, without what was hidden behind or inside of the picture.

Four formats, by content; other decoders of the library are never tried (one of them starts a program). A picture that
says it has more pixels than MOST_PIXELS is refused before one of them is decoded.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from typing import BinaryIO

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_PIXELS = 40_000_000
MOST_BYTES = 50_000_000
SMALL, LARGE = 96, 1_600


class NoPicture(Exception):
    """It cannot be shown: another format, damaged, or too large."""


def drawn(file: BinaryIO, longest: int) -> bytes:
    """The first picture of a file as WebP, `longest` pixels at most on its longer side. Raises NoPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=list(FORMATS.values())) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise NoPicture
                opened.draft("RGB", (longest, longest))  # a JPEG is decoded at the size that is needed
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((longest, longest))
                bare = Image.new("RGBA", upright.size)
                bare.paste(upright.convert("RGBA"))
    except NoPicture:
        raise
    except Exception as error:  # decoders of foreign bytes raise whatever they like; all of it means the same
        raise NoPicture from error
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=85)
    return out.getvalue()
