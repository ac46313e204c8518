"""A language nobody speaks, made from the English at run time, to see what a page does with any other.

Its texts are a third longer, accented, in brackets, and run from right to left: what is cut off, glued together or not
translated at all is seen at once, without knowing a word. It is offered with RAPPORT_DEBUG and in tests alone.
"""

from __future__ import annotations

import re
from gettext import NullTranslations

from django.utils.translation import trans_real

CODE = "qps-plocm"
NAME = "⟦Pseudo, right to left⟧"

_PLAIN = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpRrSsTtUuVvWwYyZz"
_ACCENTED = str.maketrans(_PLAIN, "ÅåƁƀÇçÐðÉéƑƒĜĝĤĥÎîĴĵĶķĻļṀṁÑñÖöÞþŔŕŠšŢţÛûṼṽŴŵÝýŽž")
_VOWEL = re.compile("[aeiouAEIOU]")
# Stays as it is: places for values, tags, addresses, words in backquotes.
_KEPT = re.compile(r"(\{[^{}]*\}|%\(\w+\)[sd]|%%|<[^>]+>|https?://\S+|`[^`]*`)")
_WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Letters in reverse, within marks that belong to the right-to-left side.
_RIGHT_TO_LEFT = "\u200f\u202e{}\u202c\u200f"


def mirrored(text: str) -> str:
    """The text in this language: longer, accented, each word from right to left, all its places kept."""
    if not text.strip():
        return text
    parts = [part if _KEPT.fullmatch(part) else _WORDS.sub(_word, part) for part in _KEPT.split(text)]
    return f"⟦{''.join(parts)}⟧"


def _word(found: re.Match[str]) -> str:
    longer = _VOWEL.sub(lambda vowel: vowel[0] + vowel[0].lower(), found[0])
    return _RIGHT_TO_LEFT.format(longer.translate(_ACCENTED))


class Pseudo(NullTranslations):
    """What Django asks for texts while this language is in use."""

    def gettext(self, message: str) -> str:
        return mirrored(message.rpartition(trans_real.CONTEXT_SEPARATOR)[2])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return mirrored(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        return CODE


def install() -> None:
    """Make it known to Django, which has no door for a language without files: the table of the loaded ones is it."""
    trans_real._translations.setdefault(CODE, Pseudo())  # type: ignore[attr-defined]  # see above
