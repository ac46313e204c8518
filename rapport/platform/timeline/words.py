"""Changes in words: what an Event's `changes` say to a reader who may see only some fields."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import nh3

from rapport.platform.fields import Field, Ref, Reference, ReferenceAny, ReferenceMany, RichText
from rapport.platform.timeline.entries import Change
from rapport.platform.words import gettext_lazy as _lazy
from rapport.ui.language import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rapport.platform.culture import Culture
    from rapport.platform.labels import Names
    from rapport.platform.objects import Object

MOST = 160
FACTS = {
    "created": _lazy("Created"),
    "updated": _lazy("Changed"),
    "archived": _lazy("Archived"),
    "restored": _lazy("Restored"),
    "undone": _lazy("Change undone"),
    "merged": _lazy("Merged"),
}
SURFACES = {
    "import": _lazy("imported"),
    "api": _lazy("through the API"),
    "command": _lazy("by command"),
    "job": _lazy("automatically"),
    "system": _lazy("automatically"),
    "customer": _lazy("by the customer"),
    "portal": _lazy("by the customer"),
    "mail": _lazy("from a mail"),
}
Changes = dict[str, list[Any]]


def refs_in(fields: Mapping[str, Field[Any]], changes: Changes) -> Iterator[Ref]:
    """Every record that the changes name, so that all can be called by their names in one query."""
    for key, pair in changes.items():
        field = fields.get(key)
        for plain in pair:
            yield from _refs(field, plain)


def _refs(field: Field[Any] | None, plain: Any) -> Iterator[Ref]:
    if isinstance(field, Reference) and isinstance(plain, int):
        yield Ref(field.target.key, plain)
    elif isinstance(field, ReferenceMany) and isinstance(plain, list):
        yield from (Ref(field.target.key, pk) for pk in plain if isinstance(pk, int))
    elif isinstance(field, ReferenceAny) and isinstance(plain, dict) and isinstance(plain.get("id"), int):
        yield Ref(str(plain.get("object")), plain["id"])


def changes_in_words(
    fields: Mapping[str, Field[Any]], changes: Changes, names: Names, culture: Culture, who: str = ""
) -> list[Change]:
    """One line per field the reader may see, in the order of the declaration."""
    return [
        Change(
            key,
            str(field.label),
            value_in_words(field, changes[key][0], names, culture),
            value_in_words(field, changes[key][1], names, culture),
            who,
        )
        for key, field in fields.items()
        if key in changes
    ]


def value_in_words(field: Field[Any], plain: Any, names: Names, culture: Culture) -> str:
    """The plain form of a value as one short line; "" for nothing."""
    if plain is None:
        return ""
    refs = list(_refs(field, plain))
    if refs or isinstance(field, Reference | ReferenceAny | ReferenceMany):
        return ", ".join(names.text(ref, _("a record you may not see")) for ref in refs)
    try:
        value = field.from_plain(plain)
    except Exception:  # a value stored under an older declaration: shown as it stands, a story never breaks
        return _short(str(plain))
    return _short(one_line(field, field.format(value, culture)))


def one_line(field: Field[Any], text: str) -> str:
    """Text of a field without tags and line breaks."""
    return " ".join((bare(text) if isinstance(field, RichText) else text).split())


def bare(html: str) -> str:
    """Rich text as plain text."""
    spaced = re.sub(r"<(br|/p|/li|/h\d|/blockquote)\b[^>]*>", "\n", html)
    return unescape(nh3.clean(spaced, tags=set())).strip()


def _short(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 1].rstrip()}…"


def past(kind: str, obj: Object) -> str:
    """The fact an Event states: "Won" for `opportunity.won`."""
    word = kind.rpartition(".")[2]
    # The other past forms are declared with their Actions; a catalogue may hold them as they stand here.
    return str(FACTS[word]) if word in FACTS else _(word.replace("_", " ").capitalize())


def told(obj: Object, action: str, changes: list[Change]) -> list[Change]:
    """The changes that say what an Action did, without what merely follows: fields set by it or asked for by it."""
    verb = obj.action(action)
    if verb is None:
        return changes if len(changes) == 1 else []
    asked = {parameter.key for parameter in verb.parameters}
    wanted = {key for key, setter in {**obj.base.set_by, **obj.set_by}.items() if setter.key == action} | asked
    return [change for change in changes if change.field in wanted]


def surface_word(surface: str) -> str:
    """How it came in, where that was not by hand on a page."""
    return str(SURFACES.get(surface, ""))
