"""How alike two names are: for suggestions, import by name and the first look for duplicates.

Names are folded and stripped of legal forms, then compared word by word regardless of order.
"""

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from rapport.base.tables import listed
from rapport.base.text import fold, fold_variants, words

MAX_LENGTH = 200
"""Longer names are compared by their first 200 characters."""

_LEGAL_FORMS = listed(
    """
    ab ag aps as asa bv bvba cia co corp corporation company ead ek ev eg gbr ges gesmbh ggmbh gmbh holding inc
    incorporated kft kg kgaa kk lda limited llc llp lp ltd ltda mbh nv oe og ohg oao ood oy oyj plc pllc pte pty pvt
    sa sarl sas sasu sca scop scs se sl slu snc soc spa sprl srl sro ug zao zrt doo dd jsc pjsc ooo spzoo
    """
)
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_]\b)?")
_JOINERS = frozenset({"and", "und", "et", "y", "e", "the", "der", "die", "das"})
_SPZOO = re.compile(r"\bsp\.?\s*z\.?\s*o\.?\s*o\.?", re.I)
_SRO = re.compile(r"\b(s\.\s?r\.\s?o|d\.\s?o\.\s?o)\.?", re.I)
_COMPOUND_FORM = re.compile(r"\(?haftungsbeschr[aä]e?nkt\)?", re.I)


def company_core(name: str) -> str:
    """The firm's name folded and without its legal form: "Müller & Söhne GmbH & Co. KG" gives "muller sohne".

    A name that is nothing but legal forms stays whole.
    """
    joined = _SPZOO.sub(" spzoo ", _COMPOUND_FORM.sub(" ", name[:MAX_LENGTH]))
    joined = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", joined)
    found = [fold(word) for word in words(joined)]
    while len(found) > 1 and (found[-1] in _LEGAL_FORMS or found[-1] in _JOINERS):
        found.pop()
    core = [word for word in found if word not in _JOINERS]
    return " ".join(core or found)


def name_similarity(a: str, b: str) -> float:
    """0 for nothing in common to 1 for the same name up to case, accents, word order and legal form. Symmetric.

    The mean of rapidfuzz's token sort ratio (all words) and token set ratio (shared words), over the best pair of
    umlaut spellings. A name that is a part of the other reaches 0.6 to 0.8.
    """
    return max(_word_similarity(left, right) for left in _spellings(a) for right in _spellings(b))


def jaro_winkler(a: str, b: str) -> float:
    """Jaro-Winkler similarity, 0 to 1, of the folded texts (Winkler 1990, prefix weight 0.1)."""
    return JaroWinkler.normalized_similarity(fold(a[:MAX_LENGTH]), fold(b[:MAX_LENGTH]))


def soundex_de(word: str) -> str:
    """The Cologne phonetics code of a word (Postel 1969): Meyer, Maier and Mayr all give "67"; "" without letters."""
    letters = re.sub(r"[^a-z]", "", fold(word[:MAX_LENGTH]).replace("ph", "f"))
    codes = "".join(_cologne(letters, place) for place in range(len(letters)))
    shortened = re.sub(r"(.)\1+", r"\1", codes)
    return shortened[:1] + shortened[1:].replace("0", "")


def _spellings(name: str) -> tuple[str, ...]:
    return fold_variants(company_core(name)) if name.isascii() else (company_core(name), *_expanded(name))


def _expanded(name: str) -> tuple[str, ...]:
    return tuple(company_core(spelling) for spelling in fold_variants(name[:MAX_LENGTH])[1:])


def _word_similarity(a: str, b: str) -> float:
    if not a or not b:
        return 0.0
    return (fuzz.token_sort_ratio(a, b) + fuzz.token_set_ratio(a, b)) / 200


def _cologne(letters: str, place: int) -> str:
    """The digits of one letter, which depend on its neighbours."""
    letter = letters[place]
    before = letters[place - 1] if place else ""
    after = letters[place + 1 : place + 2]
    if letter in _FIXED:
        return _FIXED[letter]
    if letter == "x":
        return "8" if before and before in "ckq" else "48"
    if letter in "dt":
        return "8" if after and after in "csz" else "2"
    if letter == "c":
        return _cologne_c(before, after)
    return ""  # h is silent


def _cologne_c(before: str, after: str) -> str:
    if before == "":
        return "4" if after and after in "ahkloqrux" else "8"
    if before in "sz":
        return "8"
    return "4" if after and after in "ahkoqux" else "8"


_FIXED = (
    dict.fromkeys("aeijouy", "0") | dict.fromkeys("bp", "1") | dict.fromkeys("fvw", "3") | dict.fromkeys("gkq", "4")
    | {"l": "5"} | dict.fromkeys("mn", "6") | {"r": "7"} | dict.fromkeys("sz", "8")
)  # fmt: skip
