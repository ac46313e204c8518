"""From text to the words that are stored and looked up. Both sides go through `spelling`, so they meet.

Müller, Mueller, Muller   -> muller          (umlauts, their two-letter forms and accents fall together)
+49 40 5557 310           -> 4940 5557310, 940 5557310, ... (every run of four digits or more is the start of a stored
word)
nordlicht-werke.example   -> nordlicht, werke, example, nordlichtwerkeexample
Anna Müller               -> anna, muller, annamuller, mulleranna (neighbours in a name: two common words are one rare
one)
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from rapport.base.text import fold, words
from rapport.platform.fields import Email, Phone, Text, Url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapport.platform.fields import Field

LONGEST = 60
MOST_WORDS = 60
SHORTEST_DIGITS = 4
_DIGRAPH = re.compile("ae|oe|ue")
_DIGIT, _NO_DIGIT = re.compile(r"\d"), re.compile(r"\D")


def spelling(word: str) -> str:
    """The one form of a word that is stored and looked up."""
    folded = fold(word)
    if "e" in folded:
        folded = _DIGRAPH.sub(lambda found: found[0][0], folded)
    return folded[:LONGEST]


def spellings(text: str) -> list[str]:
    """The words of a text in their stored form, each once, at most MOST_WORDS."""
    return list(dict.fromkeys(spelled for word in words(text[:5000])[:MOST_WORDS] if (spelled := spelling(word))))


def of_field(field: Field[Any], value: object, *, is_name: bool) -> Iterator[str]:
    """The words under which a record with this value is found."""
    text = value if isinstance(value, str) else ""
    if not text:
        return
    if isinstance(field, Phone):
        yield from runs_of_digits(text)
        return
    found = spellings(text)
    yield from found
    if is_name:
        yield from neighbours(found)
    if isinstance(field, Email | Url):
        yield spelling("".join(found))
    elif isinstance(field, Text) and _DIGIT.search(text):
        digits = _NO_DIGIT.sub("", text)
        if len(digits) >= SHORTEST_DIGITS and digits not in found:
            yield digits[:LONGEST]


def runs_of_digits(text: str) -> Iterator[str]:
    """Every ending of the digits, so that any run of them is the beginning of one."""
    digits = _NO_DIGIT.sub("", text)[:20]
    for start in range(max(len(digits) - SHORTEST_DIGITS + 1, 0)):
        yield digits[start:]


def neighbours(found: list[str]) -> Iterator[str]:
    """Adjoining words of a name joined, in both orders."""
    for left, right in itertools.pairwise(found):
        yield (left + right)[:LONGEST]
        yield (right + left)[:LONGEST]
