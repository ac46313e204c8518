"""Names of persons: their parts, and how to write, sort and greet by them in different cultures.

Reading a full name is a guess that loses no word: what fits nowhere lands in `middle`. A name of one word is a family
name. Names in Chinese, Japanese or Korean script put the family first; without a blank they stay whole.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from nameparser import HumanName
from nameparser.config import CONSTANTS

from rapport.base.errors import InputError
from rapport.base.tables import listed
from rapport.base.text import clean_line, fold

MAX_LENGTH = 200

PARTICLES = listed(
    """
    af al av bin bint d' da dal dalla das de de' del dela della den der des di do dos du el ibn la las le los ne
    of op 't te ten ter thor tot v. van vanden vander vom von y zu zum zur
    """
)
"""Words that open a family name and, in lower case, do not count when sorting (von Stein under S)."""

_TITLES = listed(
    """
    adj agr arch bsc dipl dipl-bw dipl-inf dipl-ing dipl-kfm dipl-kffr dipl-oec dipl-phys dipl-psych dipl-wirt-ing
    doc dr doktor dott dra drs e frau fräulein fr h c hc h-c habil herr herrn hr ing iur jur lic mag magister med
    mult nat oec oek phil pd pol prof professor professorin rer sc techn theol univ vet fh tu uni mr mrs ms mx miss sir
    dame lord lady rev hon capt captain col gen lt sgt mme mlle monsieur madame sr sra srta señor señora signor signora
    mevr mw dhr
    """
)
_TITLE_OPENERS = _TITLES - listed(
    "adj agr arch c e h hc h-c iur jur med mult nat oec oek phil pol rer sc techn theol vet fh tu uni gen col lt hon"
)
_SUFFIX = re.compile(
    r"(?:jr|sr|jun|sen|i{2,3}|iv|ph\.?d|m\.?b\.?a|[mb]\.?sc|[mb]\.?a|ll\.?[mb]|m\.?d|esq|cpa|[omc]be)\.?", re.IGNORECASE
)
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff々\\s·・]+")
_FAMILY_FIRST = frozenset({"hu", "ja", "zh", "ko", "vi"})
_UNSPACED = frozenset({"ja", "zh", "ko"})


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of a name, each "" if absent. The prefix holds forms of address and titles ("Frau Dr. med.")."""

    prefix: str = ""
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return self.full()

    def full(self, locale: str = "en") -> str:
        """The whole name, family first where the locale's culture says so (hu, ja, zh, ko, vi)."""
        language = locale.replace("-", "_").split("_")[0].lower()
        if language not in _FAMILY_FIRST:
            name = _joined(self.prefix, self.given, self.middle, self.family)
            return f"{name}, {self.suffix}" if self.suffix and name else name or self.suffix
        parts = (self.family, self.middle, self.given) if language == "vi" else (self.family, self.given, self.middle)
        unspaced = language in _UNSPACED and _EAST_ASIAN.fullmatch("".join(parts))
        return _joined(self.prefix, "".join(parts) if unspaced else _joined(*parts), self.suffix)

    @property
    def sort_key(self) -> str:
        """Folded "family given middle" without leading particles: what lists are sorted and grouped by."""
        leading = (_without_particles(self.family), self.given) if self.family else (self.given,)
        return fold(_joined(*leading, self.middle))

    @property
    def greeting_name(self) -> str:
        """What follows "Hello": the given name, or title and family name if that is an initial or unknown."""
        if len(self.given.rstrip(".")) > 1:
            return self.given
        return _joined(self.prefix, self.family) or self.given or self.full()


def parse(full: str) -> PersonName:
    """The parts of a name written in one piece, "Dr. med. Anna von der Leyen" or "Leyen, Anna von der"; InputError."""
    if len(full) > MAX_LENGTH:
        raise InputError("This is too long for a name (at most %(limit)d characters).", limit=MAX_LENGTH)
    name = clean_line(full).strip(" ,;")
    if not name:
        raise InputError("Enter a name.")
    if _EAST_ASIAN.fullmatch(name):
        return _east_asian(name)
    title, rest = _leading_titles(name)
    return _with_title(_western(rest), title) if rest else PersonName(family=name)


def _east_asian(name: str) -> PersonName:
    family, _, given = name.partition(" ")
    return PersonName(given=given, family=family)


def _leading_titles(name: str) -> tuple[str, str]:
    """The titles at the start and what follows; German ones come in runs ("Prof. Dr. Dr. h.c. mult.")."""
    words = name.split(" ")
    count = 0
    while count < len(words) and _is_title(words[count], opening=count == 0):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _is_title(word: str, *, opening: bool) -> bool:
    plain = word.casefold().strip("().").replace(".", "-").replace("--", "-")
    return plain in (_TITLE_OPENERS if opening else _TITLES) and (word.endswith((".", ")")) or len(plain) > 1)


def _western(name: str) -> PersonName:
    family, comma, rest = name.partition(",")
    if comma and not all(_SUFFIX.fullmatch(word) for word in re.split(r"[\s,]+", rest.strip())):
        return _family_first(family.strip(), rest.strip(" ,"))
    if _opens_family(name):
        return PersonName(family=name)
    if _is_plain(name):
        given, family = name.split(" ")
        return PersonName(given=given, family=family)
    found = HumanName(name)
    given, family = found.first or found.nickname, found.last
    nickname = f"“{found.nickname}”" if found.nickname and found.first else ""
    parts = PersonName(found.title, given, _joined(found.middle, nickname), family, found.suffix)
    if not parts.family and not parts.prefix:
        parts = PersonName("", "", parts.middle, parts.given, parts.suffix)
    return parts if _letters(parts) == _letters_of(name) else _split_plainly(name)


def _is_plain(name: str) -> bool:
    """Two words of letters that mean nothing to the parser: most names, and what it would say of them is certain."""
    words = name.split(" ")
    return len(words) == 2 and all(
        len(word) > 2 and word.isalpha() and word.casefold() not in _meaningful() for word in words
    )


@cache
def _meaningful() -> frozenset[str]:
    """Titles, particles, suffixes and conjunctions as the parser knows them."""
    known = CONSTANTS
    groups = (known.titles, known.first_name_titles, known.prefixes, known.conjunctions, known.bound_first_names)
    return frozenset(
        word.casefold() for group in (*groups, known.suffix_acronyms, known.suffix_not_acronyms) for word in group
    )


def _family_first(family: str, rest: str) -> PersonName:
    """From "Leyen, Dr. Anna Maria von der, PhD": given names, particles that belong to the family, suffixes."""
    words = [word for word in re.split(r"[\s,]+", rest) if word]
    suffixes: list[str] = []
    while words and _SUFFIX.fullmatch(words[-1]):
        suffixes.insert(0, words.pop())
    particles: list[str] = []
    while len(words) > 1 and words[-1] in PARTICLES:
        particles.insert(0, words.pop())
    title, names = _leading_titles(" ".join(words))
    given, _, middle = names.partition(" ")
    return PersonName(title, given, middle, _joined(*particles, family), " ".join(suffixes))


def _opens_family(name: str) -> bool:
    """Whether the name starts with a particle in lower case, so that there is no given name (von Trapp)."""
    return name.split(" ")[0] in PARTICLES


def _split_plainly(name: str) -> PersonName:
    """First word, last word and the middle: what is left when the parser dropped or repeated something."""
    words = name.split(" ")
    if len(words) == 1:
        return PersonName(family=name)
    return PersonName(given=words[0], middle=" ".join(words[1:-1]), family=words[-1])


def _with_title(name: PersonName, title: str) -> PersonName:
    return PersonName(_joined(title, name.prefix), name.given, name.middle, name.family, name.suffix)


def _letters(name: PersonName) -> list[str]:
    return _letters_of(_joined(name.prefix, name.given, name.middle, name.family, name.suffix))


def _letters_of(text: str) -> list[str]:
    """Everything but blanks and punctuation, sorted: an emoji or a combining mark must not get lost either."""
    return sorted(c for c in text if unicodedata.category(c)[0] not in "PZ")


def _without_particles(family: str) -> str:
    words = family.split(" ")
    while len(words) > 1 and words[0] in PARTICLES:
        words.pop(0)
    return " ".join(words)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
