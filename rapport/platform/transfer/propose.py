"""A new kind of record for a file that fits none: a name, and an own field for every column with a recognised type.

A type is proposed only where every value of the column can be read as it: few values that come back again and again
are a choice, what fits nothing else is text. What names a record is the first column whose values are all different;
where there is none, every row becomes a record of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.base.text import clean_line, fold
from rapport.platform import records
from rapport.platform.custom.models import OwnField, OwnObject
from rapport.platform.custom.objects import only_keepers
from rapport.platform.custom.options import Answer
from rapport.platform.custom.types import TYPES
from rapport.platform.fields import (
    Boolean,
    Date,
    DateTime,
    DecimalNumber,
    Email,
    Field,
    LongText,
    MoneyField,
    Number,
    Percent,
    Phone,
    Text,
    Url,
)
from rapport.platform.objects import Object, registry
from rapport.platform.transfer import tables
from rapport.platform.transfer.errors import BadFile
from rapport.platform.transfer.mapping import Mapping, Source, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture, DateOrder
    from rapport.platform.transfer.facts import Column, Facts

READ = 50_000  # rows looked at
DISTINCT = 2_000  # values of a column that are tried
MOST_ANSWERS = 40
OFTEN = 8  # times a value comes back on average, for a column to be a choice
LEFT_OUT = ""
YES_NO = ({"yes", "no"}, {"true", "false"}, {"ja", "nein"}, {"y", "n"}, {"0", "1"})
# What may be read from a column, in the order it is tried; by what `recognise` saw.
CANDIDATES: dict[str, tuple[str, ...]] = {
    "email": ("email",),
    "date": ("date", "datetime"),
    "boolean": ("boolean", "number"),
    "number": ("number", "percent", "decimal"),
    "money": ("money", "decimal"),
    "phone": ("phone",),
    "domain": ("url",),
}
PLAIN: dict[str, Field[Any]] = {
    "email": Email("x"),
    "date": Date("x"),
    "datetime": DateTime("x"),
    "boolean": Boolean("x"),
    "number": Number("x"),
    "percent": Percent("x", min=None, max=None),
    "decimal": DecimalNumber("x", places=8, digits=20),
    "money": MoneyField("x"),
    "phone": Phone("x"),
    "url": Url("x"),
    "text": Text("x"),
    "long_text": LongText("x"),
}
# What a person may choose for a column instead.
OFFERED = (
    *("text", "long_text", "number", "decimal", "percent", "money", "date", "datetime", "duration"),
    *("boolean", "choice", "multi_choice", "email", "phone", "url"),
)


@dataclass(frozen=True)
class Proposed:
    """What one column becomes; `type` "" leaves it out."""

    column: str
    label: str
    type: str
    answers: tuple[str, ...] = ()
    places: int = 2
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A kind of record for a file; `name` is the column that names a record, which `is_key` where all differ."""

    label: str
    plural: str
    name: str
    is_key: bool
    columns: tuple[Proposed, ...]


def propose(actor: Actor, path: Path, facts: Facts, title: str) -> Proposal:
    """Look through the file and say what would be made of it."""
    columns = [_Values(column) for column in facts.columns]
    rows = 0
    for line in tables.body(path, facts):
        if line.problem or line.is_blank:
            continue
        rows += 1
        if rows > READ:
            break
        for values, cell in zip(columns, line.cells, strict=False):
            values.add(cell.strip())
    name = next((one for one in columns if one.names(rows)), None)
    plural = clean_line(title, 60) or _("Records")
    proposed = tuple(one.proposed(actor.culture) for one in columns)
    return Proposal(_singular(plural), plural, (name or columns[0]).column.name, name is not None, proposed)


def _singular(plural: str) -> str:
    """A guess at one of them: "Orders" are made of an Order."""
    low = plural.lower()
    return plural[:-1] if low.endswith("s") and not low.endswith("ss") and len(plural) > 3 else plural


class _Values:
    """The values of one column."""

    def __init__(self, column: Column) -> None:
        self.column, self.filled = column, 0
        self.counts: Counter[str] = Counter()
        self.longest = 0

    def add(self, text: str) -> None:
        if not text:
            return
        self.filled += 1
        self.longest = max(self.longest, len(text))
        # Beyond what could still be a choice or must be tried, only the number of values matters.
        self.counts[text[:300]] += 1

    def names(self, rows: int) -> bool:
        """Whether it could name the records: every row has another value, and it is no date and no sum."""
        apart = self.filled == rows == len(self.counts) and self.longest <= 200
        return apart and rows > 0 and self.column.kind in ("text", "number", "phone", "email", "domain")

    def proposed(self, culture: Culture) -> Proposed:
        kind = self._type(culture)
        answers = apart(self.counts) if kind == "choice" else ()
        label = _label(self.column.name)
        return Proposed(self.column.name, label, kind, answers, self._places(culture), tuple(self.column.samples[:3]))

    def _type(self, culture: Culture) -> str:
        if not self.counts:
            return "text"
        words = {text.lower() for text in self.counts}
        if len(words) <= 2 and any(words <= pair for pair in YES_NO):
            return "boolean"
        for candidate in CANDIDATES.get(self.column.kind, ()):
            if candidate == "boolean" or (candidate == "number" and self._leads_with_zero()):
                continue
            if candidate == "date" and self._has_times():
                continue
            if candidate == "percent" and not all(text.endswith("%") for text in self.counts):
                continue
            if self._all_read(candidate, culture):
                return candidate
        few = len(self.counts) <= MOST_ANSWERS and self.filled >= len(self.counts) * OFTEN and self.longest <= 80
        if few:
            return "choice"
        return "text" if self.longest <= 200 else "long_text"

    def _leads_with_zero(self) -> bool:
        """0123 is a code, not a number: its zero would be lost."""
        return any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in self.counts)

    def _has_times(self) -> bool:
        return any(":" in text and text.rpartition(" ")[2].strip("0:") for text in self.counts)

    def _all_read(self, candidate: str, culture: Culture) -> bool:
        column = self.column
        here = replace(
            culture,
            date_order=cast("DateOrder | None", column.date_order) or culture.date_order,
            decimal_comma=culture.decimal_comma if column.decimal_comma is None else column.decimal_comma,
        )
        field = PLAIN[candidate]
        try:
            for text in list(self.counts)[:DISTINCT]:
                field.parse(text, here)
        except ValidationError:
            return False
        return True

    def _places(self, culture: Culture) -> int:
        comma = culture.decimal_comma if self.column.decimal_comma is None else self.column.decimal_comma
        sign = "," if comma else "."
        after = [len(text.rpartition(sign)[2].rstrip("0")) for text in self.counts if sign in text]
        return min(max([2, *(length for length in after if length <= 8)]), 8)


def _label(name: str) -> str:
    """A header as a label: "customer_name" becomes "Customer name", "ORDERDATE" stays."""
    words = clean_line(name.replace("_", " "), 80)
    return words[:1].upper() + words[1:]


# --- making -----------------------------------------------------------------------------------------------------------


def make(actor: Actor, proposal: Proposal) -> tuple[Object, Mapping]:
    """The kind of record with its fields, and the mapping that fills it. Raises ValidationError, PermissionDenied."""
    only_keepers(actor, None, {})
    used = [one for one in proposal.columns if one.type]
    with transaction.atomic():
        named = next((one for one in proposal.columns if one.column == proposal.name), None)
        values = {"label": proposal.label, "plural": proposal.plural, "name_label": named.label if named else ""}
        made: OwnObject = records.create(actor, registry.get("own_object"), values)
        fields = {"name": Source(column=proposal.name)}
        searchable = 0
        for one in used:
            if one.column == proposal.name:
                continue  # it is the name
            is_text = one.type == "text" and searchable < 5
            searchable += is_text
            field: OwnField = records.create(actor, registry.get("own_field"), _definition(made, one, is_text))
            fields[field.key] = Source(column=one.column)
    obj = registry.get(made.key)
    keys = (("name",),) if proposal.is_key else ()
    mode = "both" if proposal.is_key else "create"
    return obj, Mapping(name=proposal.plural, targets=(Target(obj.key, obj.key, keys, fields, mode),))


def _definition(made: OwnObject, one: Proposed, is_searched: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"object": made.key, "label": one.label, "type": one.type}
    if "options" in TYPES[one.type].asks:
        found["options"] = tuple(Answer("", answer) for answer in one.answers)
    if "places" in TYPES[one.type].asks:
        found["places"] = one.places
    found["filterable"] = one.type in ("choice", "date", "datetime", "boolean") and "filterable" in TYPES[one.type].can
    found["searchable"] = is_searched
    return found


def changed(proposal: Proposal, path: Path, facts: Facts, given: Iterable[tuple[str, str]]) -> Proposal:
    """The proposal with what a person chose: (column, type); a choice gets the answers the file has."""
    wanted = dict(given)
    columns = []
    for one in proposal.columns:
        kind = wanted.get(one.column, one.type)
        if kind and kind not in OFFERED:
            raise BadFile(_("“%(type)s” is no type of a field.") % {"type": kind[:40]})
        answers = one.answers
        if kind in ("choice", "multi_choice") and not answers:
            answers = distinct(path, facts, one.column)
        columns.append(replace(one, type=kind, answers=answers))
    return replace(proposal, columns=tuple(columns))


def distinct(path: Path, facts: Facts, name: str) -> tuple[str, ...]:
    """Every value of a column. Raises BadFile where there are too many for a list."""
    place = facts.names.index(name)
    found: set[str] = set()
    for line in tables.body(path, facts):
        if not line.problem and place < len(line.cells) and (text := clean_line(line.cells[place], 80)):
            found.add(text)
            if len(found) > 500:
                words = _("“%(column)s” has more than 500 different values: too many for a list.")
                raise BadFile(words % {"column": name})
    return apart(found)


def apart(texts: Iterable[str]) -> tuple[str, ...]:
    """Answers in their order; what differs only in case and accents is one of them, as it is read."""
    found: dict[str, str] = {}
    for text in sorted(texts):
        found.setdefault(fold(text), text)
    return tuple(found.values())


def names_differ(path: Path, facts: Facts, name: str) -> bool:
    """Whether every row has another value in a column."""
    place, seen = facts.names.index(name), set[str]()
    for line in tables.body(path, facts):
        if line.problem or line.is_blank:
            continue
        text = line.cells[place].strip().lower() if place < len(line.cells) else ""
        if not text or text in seen:
            return False
        seen.add(text)
    return True


def offered() -> Sequence[tuple[str, str]]:
    """(type, label) a column may become."""
    return [(LEFT_OUT, _("leave it out")), *((key, str(TYPES[key].label)) for key in OFFERED)]
