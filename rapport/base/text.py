"""Text as people type it: cleaning it, splitting it into words, and folding words so that a search finds them.

Folding drops case and accents. The umlaut question (Müller, Mueller and Muller are one name) is answered by
`fold_variants`, used alike for what is stored and for what is typed: any two spellings share at least one variant.
Every function is linear in its input.
"""

import re
import unicodedata
from functools import cache

from rapport.base.encodings import decode_bytes as decode_bytes
from rapport.base.encodings import is_broken_utf8 as is_broken_utf8

LONGEST_WORD = 100
"""No name is longer; what comes after does not count in a search."""

LONGEST_TYPO_WORD = 32
"""Longer words have no typo variants: their number and their length would multiply."""

_SINGLE = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n",
}  # fmt: skip
_DOUBLE = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
# "ue" after a vowel or q is no umlaut (Bauer, neue, Quelle).
_DIGRAPH = re.compile(r"aa|ae|oe|(?<![aeoq])ue")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile(r"(?<=[^\W\d_])['’ʼ](?=[^\W\d_])")
_LINE_BREAKS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_LONGEST_MARK_RUN = 30
# Up to so many different marks are faster taken out one by one than by one pattern of all 900.
_FEW = 8


def fold(text: str) -> str:
    """The text without case, accents and ligatures: "Müller Straße" becomes "muller strasse"."""
    if text.isascii():
        return text.lower()
    # Decomposing brings out capitals (℠ holds SM) and casefolding brings out marks (İ), hence twice.
    folded = unicodedata.normalize("NFKD", _stream_safe(text)).casefold()
    return _spelled(_without_marks(unicodedata.normalize("NFKD", folded)), _SINGLE)


def fold_variants(word: str) -> tuple[str, ...]:
    """The one to three folded spellings of a word, the plain one first: "müller" gives ("muller", "mueller").

    Store all of them, look for any of them: Müller, Mueller and Muller share "muller", Ørsted and Oersted "orsted".
    Words count by their first 100 characters.
    """
    word = word[:LONGEST_WORD]
    plain = fold(word)
    spellings = [plain]
    if not word.isascii():
        spellings.append(fold(_spelled(normal_form(word).casefold(), _DOUBLE)))
    spellings.append(_DIGRAPH.sub(lambda found: found[0][0], plain))
    return tuple(dict.fromkeys(spellings))


def words(text: str) -> list[str]:
    """The words in their order, split at everything that is neither letter nor digit.

    "anna.berg@acme-group.com" gives anna, berg, acme, group, com. A word with an apostrophe gives its parts and the
    whole: O'Brien gives O, Brien, OBrien. Scripts without blanks stay in one piece.
    """
    text = normal_form(text)
    joined = _APOSTROPHES.sub("", text)
    found = _pieces(text)
    known = set(found)
    return found if joined == text else found + [word for word in _pieces(joined) if word not in known]


def slug(text: str, *, max: int = 60) -> str:
    """Lower-case ASCII words joined by hyphens ("Grüße aus Köln" → "gruesse-aus-koeln"); "" if there are none."""
    spelled = fold(_spelled(normal_form(text[: max * 4]).casefold(), _DOUBLE))
    return "-".join(re.findall(r"[a-z0-9]+", spelled))[:max].rstrip("-")


def clean_line(text: str, max: int | None = None) -> str:
    """One line without control characters, direction overrides and repeated blanks, in NFC.

    Cut after `max` characters; a field that must not lose any compares the length first.
    """
    line = " ".join(_UNWANTED.sub("", normal_form(text)).split())
    return line if max is None else line[:max].rstrip()


def clean_text(text: str, max: int | None = None) -> str:
    """Like `clean_line` but keeps line breaks (as \\n), tabs and blanks; blanks at the end of lines go."""
    kept = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", normal_form(text)))
    cleaned = "\n".join(line.rstrip() for line in kept.split("\n")).strip("\n")
    return cleaned if max is None else cleaned[:max].rstrip()


def normal_form(text: str) -> str:
    """The text in Unicode normal form C; runs of over 30 combining marks are cut (UAX #15, stream-safe text)."""
    return text if text.isascii() else unicodedata.normalize("NFC", _stream_safe(text))


def initials(name: str) -> str:
    """The first letters of the first and last word, in capitals: "Anna Maria Berg" gives "AB"; "?" for no words."""
    found = _pieces(normal_form(name[:400]))
    return "".join(word[0] for word in (found[:1] + found[1:][-1:])).upper()[:3] or "?"


def truncate(text: str, max: int) -> str:
    """At most `max` characters, ending in … and at the end of a word where one is near."""
    if len(text) <= max:
        return text
    head = text[: max - 1]
    at_word = head[: head.rfind(" ")] if head.rfind(" ") > max * 2 // 3 else head
    return at_word.rstrip(" ,;.:-") + "…"


def deletions(word: str) -> tuple[str, ...]:
    """Every different word left after taking one letter away, in order; () over 32 letters.

    Two words one typing mistake apart share a deletion or one is a deletion of the other (SymSpell, Garbe 2012).
    """
    if len(word) > LONGEST_TYPO_WORD:
        return ()
    return tuple(dict.fromkeys(word[:i] + word[i + 1 :] for i in range(len(word))))


def _spelled(text: str, spelling: dict[str, str]) -> str:
    """The text with letters respelled. A run of `replace` is ten times as fast as `translate` on long text."""
    for letter, letters in spelling.items():
        text = text.replace(letter, letters)
    return text


def _pieces(text: str) -> list[str]:
    if not text.isascii():  # \w leaves out combining marks, which belong to the word in many scripts
        text = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text)
        return text.split()
    return _WORD.findall(text)


def _without_marks(text: str) -> str:
    present = _marks().intersection(text)
    if len(present) > _FEW:
        return re.sub(_any_of(_marks()), "", text)
    for mark in present:
        text = text.replace(mark, "")
    return text


def _stream_safe(text: str) -> str:
    """Cut long runs of combining marks, which normalisation would sort in quadratic time."""
    return text if _marks().isdisjoint(text) else _long_mark_runs().sub(r"\1", text)


@cache
def _long_mark_runs() -> re.Pattern[str]:
    mark = _any_of(_marks())
    return re.compile(f"({mark}{{{_LONGEST_MARK_RUN}}}){mark}+")


@cache
def _marks() -> frozenset[str]:
    """The combining marks of Unicode."""
    return frozenset(c for c in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(c))


@cache
def _any_of(letters: frozenset[str]) -> str:
    return "[" + "".join(sorted(letters)) + "]"
