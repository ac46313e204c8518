"""Places for names in a text, and what stands in them. A fixed grammar, read by us; no template engine, no code.

    text    = { any text | place }
    place   = "{{" path [ "|" "default" ":" string ] "}}"      blanks between the words are free
    path    = name { "." name }                                party.name, party.parent.name, party.address.city
    string  = '"' any characters but " and line breaks '"'

A path begins at a record given by the caller (`party`, `user`) or at `today`, and goes along fields its reader may see:
a hidden field answers exactly like one that does not exist, and a record one may not see like an empty reference. What
is missing gives its default, else nothing, and is reported; the words of values are never read as places again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base import clock
from rapport.base.person_name import PersonName
from rapport.parties.party import PARTY
from rapport.parties.person import NAME_PARTS
from rapport.platform.access import readable, visible
from rapport.platform.fields import Address, Reference
from rapport.platform.objects import registry

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.record import Record

DEEPEST = 4
MOST_PLACES = 200
_PLACE = re.compile(
    r"\{\{[ \t]*(?P<path>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)[ \t]*"
    r"(?:\|[ \t]*default[ \t]*:[ \t]*[\"“„](?P<default>[^\"”“\n]*)[\"”“][ \t]*)?\}\}",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Place:
    """One place: where its words come from, and what stands there when there are none."""

    path: tuple[str, ...]
    default: str | None = None

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Filled:
    """The text with its places filled, and the paths of those for which nothing was found (defaults included)."""

    text: str
    missing: tuple[str, ...] = ()


def parse(text: str) -> tuple[str | Place, ...]:
    """The text in pieces. Raises ValidationError with the line of the first place that cannot be read."""
    pieces: list[str | Place] = []
    at = 0
    for found in _PLACE.finditer(text):
        pieces += [_plain(text, at, found.start()), Place(tuple(found["path"].split(".")), found["default"])]
        at = found.end()
    pieces.append(_plain(text, at, len(text)))
    places = [piece for piece in pieces if isinstance(piece, Place)]
    if len(places) > MOST_PLACES:
        raise ValidationError(_("A text has at most %(most)s places.") % {"most": MOST_PLACES})
    for place in places:
        if len(place.path) > DEEPEST:
            raise ValidationError(_("“%(path)s” leads through too many records.") % {"path": place})
    return tuple(piece for piece in pieces if piece != "")


def _plain(text: str, start: int, end: int) -> str:
    piece = text[start:end]
    wrong = piece.find("{{")
    if wrong >= 0:
        line = text.count("\n", 0, start + wrong) + 1
        shown = piece[wrong : wrong + 40].split("\n")[0]
        raise ValidationError(
            _('Line %(line)s: “%(place)s” is no place. Write it like {{ party.name|default:"Customer" }}.')
            % {"line": line, "place": shown}
        )
    return piece


def fill(actor: Actor, text: str, records: Mapping[str, Record | None]) -> Filled:
    """Fill the places as `actor` may see the records, in the actor's way of writing. Raises as `parse` does."""
    words: list[str] = []
    missing: list[str] = []
    for piece in parse(text):
        if isinstance(piece, str):
            words.append(piece)
            continue
        found = _words(actor, piece.path, records)
        if not found:
            missing.append(str(piece))
        words.append(found or piece.default or "")
    return Filled("".join(words), tuple(dict.fromkeys(missing)))


def _words(actor: Actor, path: Sequence[str], records: Mapping[str, Record | None]) -> str:
    if tuple(path) == ("today",):
        return format_date(clock.today(actor.culture.tz), "long", locale=actor.culture.locale)
    record: Any = records.get(path[0])
    for place, name in enumerate(path[1:], start=1):
        if record is None:
            return ""
        obj = registry.of_record(record)
        if (obj.base.key, name) in COMPUTED and place == len(path) - 1:
            return COMPUTED[obj.base.key, name](actor, record)
        field = readable(actor, obj).get(name)
        if field is None:
            return ""
        if isinstance(field, Address) and place == len(path) - 2:
            return _part_of(field, record, path[-1])
        if not isinstance(field, Reference):
            return field.format(field.read(record), actor.culture) if place == len(path) - 1 else ""
        record = visible(actor, field.target).filter(pk=field.read(record)).first()
    return "" if record is None else registry.of_record(record).title(record)


def _part_of(field: Address, record: Any, part: str) -> str:
    return str(getattr(field.read(record), part)) if part in Address.SIZES else ""


def _greeting(actor: Actor, party: Any) -> str:
    """What follows "Hello": the given name, or title and family name; a firm's name."""
    seen = readable(actor, PARTY)
    if not party.is_person or not set(NAME_PARTS) <= set(seen):
        return party.name if "name" in seen else ""
    return party.nickname or PersonName(*(getattr(party, part) for part in NAME_PARTS)).greeting_name


# Words that are no field: (base Object, name) -> function.
COMPUTED = {("party", "greeting"): _greeting}
