"""The few words around what was found in a long text, with what was found marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rapport.base.text import normal_form
from rapport.platform.search.words import spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapport.platform.search.body_find import Term

LENGTH, LEAD = 160, 40
# Further on in a text nothing is shown any more; the record itself is one click away.
LONGEST = 200_000
_WORD = re.compile(r"[^\W_][^\W_]*")


class Piece(NamedTuple):
    """A run of text, marked when it is what was looked for."""

    text: str
    marked: bool


def snippet(body: str, looked_for: Sequence[Term]) -> tuple[Piece, ...]:
    """About LENGTH characters around the place where most of the terms stand close together."""
    line = " ".join(normal_form(body[:LONGEST]).split())
    hits = [
        (found.start(), found.end(), place)
        for found in _WORD.finditer(line)
        if (place := _hit(spelling(found[0]), looked_for)) is not None
    ]
    start = _densest(hits)
    begin = _at_word(line, max(start - LEAD, 0))
    end = min(begin + LENGTH, len(line))
    if end < len(line):
        end = max(line.rfind(" ", begin, end), start + 1, begin + LENGTH // 2)
    pieces: list[Piece] = []
    at = begin
    for left, right, _place in hits:
        if left < at or right > end:
            continue
        pieces += [Piece(line[at:left], False), Piece(line[left:right], True)]
        at = right
    pieces.append(Piece(line[at:end], False))
    if begin > 0:
        pieces.insert(0, Piece("… ", False))
    if end < len(line):
        pieces.append(Piece(" …", False))
    return tuple(piece for piece in pieces if piece.text)


def _hit(word: str, looked_for: Sequence[Term]) -> int | None:
    """Which term a word of the text belongs to."""
    for place, term in enumerate(looked_for):
        if (term.is_beginning and word.startswith(term.words[0])) or word in term.words:
            return place
    return None


def _densest(hits: Sequence[tuple[int, int, int]]) -> int:
    """Where the window begins that holds most different terms; the first of equals."""
    best, chosen = 0, 0
    for number, (start, _end, _place) in enumerate(hits[:500]):
        near = {place for left, right, place in hits[number : number + 40] if right <= start + LENGTH - LEAD}
        if len(near) > best:
            best, chosen = len(near), start
    return chosen


def _at_word(line: str, place: int) -> int:
    return place if place == 0 else line.find(" ", place) + 1
