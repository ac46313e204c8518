"""Lower case one character at a time: what "case does not matter" means wherever text is compared.

`str.lower` may change the length of a text (İ) and looks at neighbours (Σ at the end of a word), databases do neither.
So each character is lowered alone, where its small letter is one character and of the same repertoire (K, the Kelvin
sign, does not become k). PostgreSQL's LOWER agrees but for a handful of such signs, SQLite calls this very function.
"""

from functools import lru_cache


def lower(text: str) -> str:
    """The text in small letters, of the same length. Linear."""
    return text.lower() if text.isascii() else "".join(map(_small, text))


@lru_cache(maxsize=4096)
def _small(sign: str) -> str:
    small = sign.lower()
    return small if len(small) == 1 and small.isascii() == sign.isascii() else sign
