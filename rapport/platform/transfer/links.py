"""References of many rows at once: found by number, name, e-mail or uid, or by several fields over a path; made
where wished.

What may not be seen is not found, with the same words as what does not exist.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.base.errors import shown
from rapport.platform import records
from rapport.platform.fields import Field, Ref, ReferenceAny, ReferenceMany
from rapport.platform.fields.choices import split_words
from rapport.platform.transfer.batches import isolate
from rapport.platform.transfer.match import fits, names_of, normal, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.transfer.cells import Cell, Read
    from rapport.platform.transfer.mapping import Source
    from rapport.platform.transfer.match import Matcher

REMEMBERED = 50_000


@dataclass(slots=True)
class Found:
    """What one row's reference is: an id, nothing (blank), an error, or a name to look for when the file is through."""

    value: Any = None
    blank: bool = False
    error: str = ""
    warning: str = ""
    alias: str = ""
    later: str = ""
    text: str = ""


@dataclass
class Link:
    """One reference of a target, compiled. `kind` is the Object searched, `make` the one created."""

    field: Field[Any]
    source: Source
    kind: Object
    make: Object | None
    cell: Cell | None = None
    parts: Mapping[str, Cell | Link] = dataclasses.field(default_factory=dict)
    # Names that this file itself brings: a reference to one of them may wait for the second pass.
    coming: frozenset[str] = frozenset()
    known: dict[tuple[Any, ...], int] = dataclasses.field(default_factory=dict)

    @property
    def missing(self) -> str:
        return self.source.missing or "refuse"


class Links:
    """Resolves links for one actor; tells `note` what was made, missing or replaced."""

    def __init__(self, actor: Actor, matcher: Matcher, note: Callable[[str, str], None]) -> None:
        self.actor, self.matcher, self.note = actor, matcher, note
        self.second_pass = False

    def resolve(self, link: Link, rows: Sequence[list[str]]) -> list[Found]:
        """What the link is in each row."""
        if link.parts:
            return self._by_parts(link, rows)
        if link.cell is None:
            return [Found(blank=True) for _row in rows]
        reads = [link.cell.read(row) for row in rows]
        many = isinstance(link.field, ReferenceMany)
        texts = {
            text
            for read in reads
            if not read.blank and not read.error
            for text in (split_words(read.value) if many else [read.value])
        }
        ids, troubles = self.by_text(link, texts)
        out = []
        for read in reads:
            if read.blank or read.error:
                out.append(Found(blank=read.blank, error=read.error, alias=read.alias, text=read.text))
            else:
                found = (
                    self._many(link, split_words(read.value), ids, troubles)
                    if many
                    else self._one(link, read.value, ids, troubles)
                )
                found.alias, found.text = read.alias, read.text
                out.append(found)
        return out

    # --- by one text ----------------------------------------------------------------------------------------------

    def by_text(self, link: Link, texts: set[str]) -> tuple[dict[str, int], dict[str, str]]:
        """Ids of the records that texts refer to, and what is wrong with the others; makes missing ones where
        wished."""
        ids = {text: link.known[(text.lower(),)] for text in texts if (text.lower(),) in link.known}
        troubles: dict[str, str] = {}
        for key in names_of(self.actor, link.kind, link.source.by):
            open_texts = {
                text: value
                for text in texts - set(ids) - set(troubles)
                if (value := fits(link.kind, key, text)) is not None
            }
            if not open_texts:
                continue
            found = self.matcher.find(link.kind, (key,), [(value,) for value in open_texts.values()])
            for text, value in open_texts.items():
                self._take(link, text, found.get(normal((value,))), ids, troubles)
        if link.missing == "create":
            names = sorted(text for text in texts - set(ids) - set(troubles) if not self._waits(link, text))
            spelled = {(name.lower(),): name for name in names}
            self._make(
                link, {key: {self._name_key(link): name} for key, name in spelled.items()}, spelled, ids, troubles
            )
            for name in names:
                same = spelled[(name.lower(),)]
                if name != same and same in ids:
                    ids[name] = ids[same]
                elif name != same and same in troubles:
                    troubles[name] = troubles[same]
        self._remember(link, {(text.lower(),): pk for text, pk in ids.items()})
        return ids, troubles

    def _take(
        self, link: Link, text: str, found: list[Any] | None, ids: dict[str, int], troubles: dict[str, str]
    ) -> None:
        if not found:
            return
        record = one_of(found)
        if record is None:
            troubles[text] = _("Several records are called “%(name)s”; name one by its number or uid.") % {
                "name": shown(text)
            }
        else:
            ids[text] = record.pk

    def _one(self, link: Link, text: str, ids: Mapping[str, int], troubles: Mapping[str, str]) -> Found:
        if text in ids:
            return Found(
                value=Ref(link.kind.base.key, ids[text]) if isinstance(link.field, ReferenceAny) else ids[text]
            )
        if text not in troubles and self._waits(link, text):
            return Found(later=text)
        return self._absent(link, shown(text), troubles.get(text, ""))

    def _many(self, link: Link, texts: list[str], ids: Mapping[str, int], troubles: Mapping[str, str]) -> Found:
        absent = [self._absent(link, shown(text), troubles.get(text, "")) for text in texts if text not in ids]
        error = next((one.error for one in absent if one.error), "")
        return Found(
            value=[ids[text] for text in texts if text in ids],
            error=error,
            warning=" ".join(one.warning for one in absent),
        )

    def _absent(self, link: Link, name: str, trouble: str) -> Found:
        sentence = trouble or _("There is no %(kind)s “%(name)s”.") % {"kind": link.kind.label, "name": name}
        sentence = _("“%(field)s”: %(reason)s") % {"field": link.field.label, "reason": sentence}
        self.note("missing", f"{link.field.label}: {name}")
        if link.missing == "empty" or (self.second_pass and link.missing == "refuse"):
            return Found(blank=True, warning=sentence + " " + _("It was left empty."))
        return Found(error=sentence)

    def _waits(self, link: Link, text: str) -> bool:
        return not self.second_pass and text.lower() in link.coming

    # --- by several fields ------------------------------------------------------------------------------------------

    def _by_parts(self, link: Link, rows: Sequence[list[str]]) -> list[Found]:
        columns = {key: self.read(part, rows) for key, part in link.parts.items()}
        wanted: list[tuple[tuple[str, ...], tuple[Any, ...]] | Found] = []
        for place in range(len(rows)):
            cells = {key: found[place] for key, found in columns.items()}
            wanted.append(self._criteria(link, cells))
        by_keys: dict[tuple[str, ...], set[tuple[Any, ...]]] = {}
        for item in wanted:
            if not isinstance(item, Found):
                by_keys.setdefault(item[0], set()).add(item[1])
        ids: dict[tuple[Any, ...], int] = {}
        troubles: dict[tuple[Any, ...], str] = {}
        for keys, values in by_keys.items():
            self._find_parts(link, keys, values, ids, troubles)
        return [item if isinstance(item, Found) else self._of_parts(link, item, ids, troubles) for item in wanted]

    def read(self, part: Cell | Link, rows: Sequence[list[str]]) -> Sequence[Found | Read]:
        """A cell or a link of each row, in the same form."""
        return self.resolve(part, rows) if isinstance(part, Link) else [part.read(row) for row in rows]

    def _criteria(
        self, link: Link, cells: Mapping[str, Found | Read]
    ) -> tuple[tuple[str, ...], tuple[Any, ...]] | Found:
        error = next((found.error for found in cells.values() if found.error), "")
        if error:
            return Found(error=error)
        given = {key: found.value for key, found in cells.items() if not found.blank}
        if not given:
            return Found(blank=True)
        name = given.get(link.kind.name)
        if set(given) == {link.kind.name} and isinstance(name, str) and self._waits(link, name):
            return Found(later=name)
        return tuple(given), tuple(given.values())

    def _find_parts(
        self,
        link: Link,
        keys: tuple[str, ...],
        values: set[tuple[Any, ...]],
        ids: dict[tuple[Any, ...], int],
        troubles: dict[tuple[Any, ...], str],
    ) -> None:
        open_values = {value for value in values if (keys, *normal(value)) not in link.known}
        ids |= {(keys, *normal(value)): link.known[(keys, *normal(value))] for value in values - open_values}
        found = self.matcher.find(link.kind, keys, open_values)
        absent: dict[tuple[Any, ...], dict[str, Any]] = {}
        for value in sorted(open_values, key=str):
            there = found.get(normal(value))
            record = one_of(there) if there else None
            if record is not None:
                ids[(keys, *normal(value))] = record.pk
            elif there:
                troubles[(keys, *normal(value))] = _("Several records fit “%(name)s”.") % {
                    "name": shown(", ".join(map(str, value)))
                }
            else:
                absent[(keys, *normal(value))] = dict(zip(keys, value, strict=True))
        if link.missing == "create":
            self._make(
                link,
                absent,
                {key: shown(str(next(iter(values.values())))) for key, values in absent.items()},
                ids,
                troubles,
            )
        self._remember(link, ids)

    def _of_parts(
        self,
        link: Link,
        item: tuple[tuple[str, ...], tuple[Any, ...]],
        ids: Mapping[tuple[Any, ...], int],
        troubles: Mapping[tuple[Any, ...], str],
    ) -> Found:
        key = (item[0], *normal(item[1]))
        if key in ids:
            return Found(value=Ref(link.kind.base.key, ids[key]) if isinstance(link.field, ReferenceAny) else ids[key])
        shown_value = next((value for value in item[1] if isinstance(value, str)), str(item[1][0]))
        return self._absent(link, shown(shown_value), troubles.get(key, ""))

    # --- making what is missing ---------------------------------------------------------------------------------------

    def _make(
        self,
        link: Link,
        wanted: Mapping[tuple[Any, ...], dict[str, Any]],
        names: Mapping[tuple[Any, ...], str],
        ids: dict[Any, int],
        troubles: dict[Any, str],
    ) -> None:
        """Create one record per wanted set of values; the maps get its id under the key (or, for texts, under the
        text)."""
        if not wanted or link.make is None:
            return
        make = link.make

        def load(keys: list[tuple[Any, ...]]) -> None:
            made = records.load(self.actor, make, [wanted[key] for key in keys])
            for key, record in zip(keys, made, strict=True):
                ids[names[key] if len(key) == 1 else key] = record.pk
                self.note("made", f"{make.label}: {names[key]}")

        def refuse(key: tuple[Any, ...], error: ValidationError | PermissionDenied) -> None:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            troubles[names[key] if len(key) == 1 else key] = _("%(kind)s “%(name)s” cannot be created: %(reason)s") % {
                "kind": make.label,
                "name": names[key],
                "reason": words,
            }

        isolate(list(wanted), load, refuse)

    def _name_key(self, link: Link) -> str:
        return link.source.by or (link.make.name if link.make else link.kind.name)

    def _remember(self, link: Link, ids: Mapping[tuple[Any, ...], int]) -> None:
        if len(link.known) > REMEMBERED:
            link.known.clear()
        link.known.update(ids)
