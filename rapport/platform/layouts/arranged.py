"""What pages draw by a layout: sections of fields, fields of a card, order of panels.

A layout is a wish: a field that is gone is passed over, one that came since stands where it was declared, and what may
not be seen is left out by the page.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rapport.platform.layouts.keep import find
from rapport.platform.objects import Object, Section
from rapport.ui.language import as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapport.platform.access import Actor

PAGE, CARD, PANELS = "page", "card", "panels"


class Panel(Protocol):
    """A card beside the story, as far as a layout is concerned."""

    @property
    def key(self) -> str: ...


P = TypeVar("P", bound=Panel)


def sections(actor: Actor, obj: Object) -> tuple[tuple[Section, ...], frozenset[str]]:
    """The sections of record page and form for this actor, and the fields that are hidden there."""
    return arranged_sections(obj, find(actor, obj, PAGE).content)


def arranged_sections(obj: Object, content: Mapping[str, Any]) -> tuple[tuple[Section, ...], frozenset[str]]:
    """The same for what a layout says."""
    declared = obj.all_sections
    if not isinstance(content.get("sections"), list):
        return declared, frozenset()
    hidden = frozenset(texts(content.get("hidden")))
    known = {name_of(section): section for section in declared}
    placed: set[str] = set()
    found: list[Section] = []
    for one in content["sections"]:
        if not isinstance(one, dict):
            continue
        name = str(one.get("name", ""))[:80]
        keys = [key for key in dict.fromkeys(texts(one.get("fields"))) if key in obj.fields and key not in placed]
        placed.update(keys)
        label = known[name].label if name in known else name
        found.append(Section(label, tuple(keys), open=one.get("open") is not False))
    return _with_the_new(found, declared, placed | hidden), hidden


def _with_the_new(found: list[Section], declared: Iterable[Section], told: set[str]) -> tuple[Section, ...]:
    """Fields that the layout does not know stand at the end of the section they were declared in."""
    for section in declared:
        new = tuple(key for key in section.fields if key not in told)
        if not new:
            continue
        place = next((at for at, one in enumerate(found) if name_of(one) == name_of(section)), None)
        if place is None:
            found.append(Section(section.label, new, section.open))
        else:
            found[place] = replace(found[place], fields=(*found[place].fields, *new))
    return tuple(found)


def name_of(section: Section) -> str:
    """What a layout calls a section: its label in the language of the code, whoever arranged it."""
    with as_written():
        return str(section.label)


def card(actor: Actor, obj: Object) -> tuple[str, ...]:
    """The fields of a card of the board."""
    declared = obj.board.card if obj.board else ()
    content = find(actor, obj, CARD).content
    if not isinstance(content.get("fields"), list):
        return declared
    return tuple(key for key in dict.fromkeys(texts(content["fields"])) if key in obj.fields)


def panels(actor: Actor, obj: Object, cards: list[P]) -> list[P]:
    """The cards beside the story in their order, without the hidden ones; new ones come last."""
    content = find(actor, obj, PANELS).content
    if not content:
        return cards
    hidden = set(texts(content.get("hidden")))
    return in_order([one for one in cards if one.key not in hidden], content)


def in_order(cards: list[P], content: Mapping[str, Any]) -> list[P]:
    """Cards as the layout orders them."""
    order = {key: place for place, key in enumerate(texts(content.get("order")))}
    return sorted(cards, key=lambda one: order.get(one.key, len(order)))


def texts(value: Any) -> list[str]:
    """The texts of what should be a list of them."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
