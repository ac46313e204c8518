"""A mapping made ready for one file and one actor: every name looked up, every column found. All problems at once."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rapport.base.text import fold
from rapport.platform.access import readable, writable
from rapport.platform.fields import Address, Field, MoneyField, Reference, ReferenceAny, ReferenceMany
from rapport.platform.objects import registry
from rapport.platform.query.errors import nearest
from rapport.platform.transfer.cells import Cell, culture_for, day_reader
from rapport.platform.transfer.errors import BadMapping
from rapport.platform.transfer.history import history_of
from rapport.platform.transfer.links import Link
from rapport.platform.transfer.mapping import Condition, Source
from rapport.platform.transfer.match import UID, UID_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.culture import Culture
    from rapport.platform.objects import Object
    from rapport.platform.transfer.facts import Facts
    from rapport.platform.transfer.mapping import Mapping, Target

MAX_PATH = 4


@dataclass
class Composite:
    """A field filled part by part: an address, money with its currency in a column of its own."""

    field: Field[Any]
    parts: dict[str, Cell]
    culture: Culture


@dataclass
class FromRecord:
    """A reference to another record of the same row."""

    field: Field[Any]
    record: str


Part = Cell | Link | Composite | FromRecord


@dataclass(frozen=True)
class Check:
    """A condition on a row, its column found."""

    place: int
    words: frozenset[str]
    blank: bool

    def holds(self, cells: list[str]) -> bool:
        text = cells[self.place].strip()
        return fold(text) in self.words if self.words else (not text) == self.blank


@dataclass
class Fact:
    """One history block."""

    at: int
    read: Callable[[str], datetime | None]
    parts: dict[str, Part]
    when: list[Check]


@dataclass
class Step:
    """One target, compiled. `parts` by field key; those only looked up by are in `keys_only`."""

    obj: Object
    name: str
    keys: tuple[tuple[str, ...], ...]
    parts: dict[str, Part]
    keys_only: frozenset[str]
    mode: str
    clears: bool
    clearing: dict[str, bool] = field(default_factory=dict)
    skip: list[Check] = field(default_factory=list)
    created_at: tuple[int, Callable[[str], datetime | None]] | None = None
    facts: list[Fact] = field(default_factory=list)


@dataclass
class Prepared:
    """The whole mapping, compiled."""

    steps: list[Step]
    skip: list[Check]
    # (step, column) pairs: names that this file itself brings, for references between its own rows.
    names: list[tuple[Link, int]] = field(default_factory=list)


def prepare(mapping: Mapping, facts: Facts, actor: Actor) -> Prepared:
    """Raises BadMapping with every problem."""
    compiler = _Compiler(facts, actor)
    prepared = compiler.mapping(mapping)
    if compiler.problems:
        raise BadMapping(compiler.problems)
    return prepared


class _Compiler:
    def __init__(self, facts: Facts, actor: Actor) -> None:
        self.facts, self.actor = facts, actor
        self.problems: list[str] = []
        self.places = {fold(name): place for place, name in reversed(list(enumerate(facts.names)))}

    def mapping(self, mapping: Mapping) -> Prepared:
        steps: list[Step] = []
        for target in mapping.targets:
            step = self.step(target, steps)
            if step is not None:
                steps.append(step)
        return Prepared(steps, self.checks(mapping.skip), self._names(steps))

    def step(self, target: Target, before: list[Step]) -> Step | None:
        if not registry.has(target.object):
            near = nearest(target.object, [obj.key for obj in registry.all()])
            self.problem(_("There is no object “%(key)s”.") % {"key": target.object[:60]}, near)
            return None
        obj = registry.get(target.object)
        wants = {"both": ("create", "edit"), "create": ("create",), "update": ("edit",)}[target.mode]
        if all(self.actor.may(obj, action) == "none" for action in wants):
            self.problem(_("You may not import %(plural)s.") % {"plural": obj.plural})
            return None
        if not obj.of and any(registry.family(obj)) and "create" in wants:
            self.problem(
                _("“%(object)s” is a family: say which kind of it.") % {"object": obj.key},
                tuple(kind.key for kind in registry.family(obj)),
            )
            return None
        allowed, seen = writable(self.actor, obj), readable(self.actor, obj)
        key_names = {key for keys in target.keys for key in keys}
        parts: dict[str, Part] = {}
        for key, sources in _by_first(target.fields).items():
            if key not in allowed and not (key in key_names and (key in seen or key == UID)):
                near = nearest(key, [*allowed, UID])
                self.problem(
                    _("%(object)s has no field “%(key)s” that can be set.") % {"object": obj.label, "key": key[:60]},
                    near,
                )
                continue
            part = self.part(seen.get(key), key, sources, before)
            if part is not None:
                parts[key] = part
        for key in sorted(key_names - set(parts)):
            self.problem(
                _("%(object)s is to be found by “%(key)s”, but no column is mapped to it.")
                % {"object": obj.label, "key": key[:60]}
            )
        step = Step(
            obj=obj,
            name=target.name,
            keys=tuple(keys for keys in target.keys if set(keys) <= set(parts)),
            parts=parts,
            keys_only=frozenset(key for key in parts if key not in allowed),
            mode=target.mode,
            clears=target.blank == "clear",
            clearing={path: source.blank == "clear" for path, source in target.fields.items() if source.blank},
            skip=self.checks(target.skip),
        )
        if target.created_at and (place := self.place(target.created_at)) is not None:
            step.created_at = (place, self._day_reader(place))
        for item in target.history:
            if history_of(obj.access_key) is None:
                self.problem(_("%(plural)s keep no history that could be imported.") % {"plural": obj.plural})
                break
            place = self.place(item.at)
            if place is not None:
                facts = {
                    key: self.part(seen.get(key), key, sources, before)
                    for key, sources in _by_first(item.fields).items()
                }
                step.facts.append(
                    Fact(
                        place,
                        self._day_reader(place),
                        {key: part for key, part in facts.items() if part is not None},
                        self.checks(item.when),
                    )
                )
        return step

    def part(self, found: Field[Any] | None, key: str, sources: Dict[str, Source], before: list[Step]) -> Part | None:
        """One field of a target: a cell, a reference, an address by its parts, another record of the row."""
        own = sources.get("", Source())
        deeper = {path: source for path, source in sources.items() if path}
        if found is None:
            if key == UID:
                return self.cell(UID_FIELD, own)
            self.problem(_("There is no field “%(key)s”.") % {"key": key[:60]})
            return None
        if own.record:
            return self._from_record(found, own, before)
        if isinstance(found, Address) and deeper:
            unknown = set(deeper) - set(found.SIZES)
            for name in sorted(unknown):
                self.problem(
                    _("“%(field)s” has no part “%(part)s”.") % {"field": found.label, "part": name[:60]},
                    nearest(name, found.SIZES),
                )
            parts = {
                name: cell
                for name, source in deeper.items()
                if name in found.SIZES and (cell := self.cell(None, source)) is not None
            }
            return Composite(found, parts, self.actor.culture)
        if isinstance(found, MoneyField) and set(deeper) == {"currency"} and not own.scale:
            amount, currency = self.cell(None, own), self.cell(None, deeper["currency"])
            return (
                Composite(
                    found,
                    {"amount": amount, "currency": currency},
                    culture_for(own, self.facts, amount.place, self.actor.culture),
                )
                if amount and currency
                else None
            )
        if isinstance(found, Reference | ReferenceMany | ReferenceAny):
            return self.link(found, own, deeper, before)
        if deeper:
            self.problem(_("“%(field)s” has no parts.") % {"field": found.label})
            return None
        return self.cell(found, own)

    def link(
        self,
        found: Reference[Any] | ReferenceMany | ReferenceAny,
        own: Source,
        deeper: Dict[str, Source],
        before: list[Step],
    ) -> Link | None:
        kind, make = self._kinds(found, own)
        if kind is None:
            return None
        if own.missing == "create" and make is None:
            self.problem(
                _("“%(field)s” may point at several kinds: say with “object” which to create.")
                % {"field": found.label},
                tuple(one.key for one in registry.family(kind)),
            )
        link = Link(found, own, kind, make)
        seen = readable(self.actor, kind)
        parts: dict[str, Cell | Link] = {}
        for key, sources in _by_first(deeper).items():
            if key not in seen and key != UID:
                self.problem(
                    _("%(object)s has no field “%(key)s”.") % {"object": kind.label, "key": key[:60]},
                    nearest(key, seen),
                )
                continue
            part = self.part(seen.get(key), key, sources, before)
            if isinstance(part, Cell | Link):
                parts[key] = part
            elif part is not None:
                self.problem(_("“%(field)s” cannot be found by “%(key)s”.") % {"field": found.label, "key": key})
        link.parts = parts
        if own.by and own.by != UID and own.by not in seen:
            self.problem(
                _("%(object)s has no field “%(key)s”.") % {"object": kind.label, "key": own.by[:60]},
                nearest(own.by, seen),
            )
        if not parts:
            if own.is_policy:
                self.problem(_("“%(field)s”: name a column, a value or another record.") % {"field": found.label})
                return None
            link.cell = self.cell(None, own)
        return link

    def _kinds(
        self, found: Reference[Any] | ReferenceMany | ReferenceAny, own: Source
    ) -> tuple[Object | None, Object | None]:
        """The Object to search and the one to create."""
        allowed = found.to if isinstance(found, ReferenceAny) else found.kinds
        if own.object:
            if (
                not registry.has(own.object)
                or (allowed and own.object not in allowed)
                or (not isinstance(found, ReferenceAny) and registry.get(own.object).base is not found.target)
            ):
                self.problem(
                    _("“%(field)s” cannot point at “%(key)s”.") % {"field": found.label, "key": own.object[:60]},
                    nearest(own.object, allowed),
                )
                return None, None
            return registry.get(own.object), registry.get(own.object)
        if isinstance(found, ReferenceAny):
            if len(allowed) != 1:
                self.problem(
                    _("“%(field)s” may point at several kinds: say which with “object”.") % {"field": found.label},
                    tuple(allowed)[:5],
                )
                return None, None
            return registry.get(allowed[0]), registry.get(allowed[0])
        if len(allowed) == 1:
            return registry.get(allowed[0]), registry.get(allowed[0])
        target = found.target
        return target, None if any(registry.family(target)) else target

    def cell(self, found: Field[Any] | None, source: Source) -> Cell | None:
        places: list[int] = []
        if source.value is None:
            names = source.columns or ((source.column,) if source.column else ())
            if not names:
                self.problem(
                    _("“%(field)s”: name a column or a value.") % {"field": found.label if found else source.by}
                )
                return None
            places = [place for name in names if (place := self.place(name)) is not None]
            if len(places) < len(names):
                return None
        cell = Cell(
            found,
            source,
            tuple(places),
            culture_for(source, self.facts, places[0] if places else None, self.actor.culture),
        )
        if source.value is not None and cell.read([]).error:
            self.problem(cell.read([]).error)
        return cell

    def _from_record(self, found: Field[Any], own: Source, before: list[Step]) -> FromRecord | None:
        step = next((step for step in before if step.name == own.record), None)
        if step is None:
            self.problem(
                _("“%(field)s” points at the record “%(name)s”, which does not stand before it.")
                % {"field": found.label, "name": own.record[:60]},
                nearest(own.record, [step.name for step in before]),
            )
            return None
        right = isinstance(found, ReferenceAny) or (isinstance(found, Reference) and found.target is step.obj.base)
        if not right:
            self.problem(_("“%(field)s” cannot point at “%(key)s”.") % {"field": found.label, "key": step.obj.key})
        return FromRecord(found, own.record) if right else None

    def place(self, column: str) -> int | None:
        """Where a column is. The name may differ in case and accents."""
        found = self.places.get(fold(column))
        if found is None:
            self.problem(
                _("The file has no column “%(column)s”.") % {"column": column[:60]}, nearest(column, self.facts.names)
            )
        return found

    def checks(self, conditions: tuple[Condition, ...]) -> list[Check]:
        return [
            Check(place, frozenset(fold(word.strip()) for word in condition.is_), condition.blank)
            for condition in conditions
            if (place := self.place(condition.column)) is not None
        ]

    def problem(self, sentence: str, near: tuple[str, ...] = ()) -> None:
        """Note it; the value is None, so that `return self.problem(…)` leaves the part out."""
        hint = _(" Did you mean: %(near)s?") % {"near": ", ".join(near)} if near else ""
        self.problems.append(sentence + hint)

    def _day_reader(self, place: int) -> Callable[[str], datetime | None]:
        return day_reader(culture_for(Source(), self.facts, place, self.actor.culture))

    def _names(self, steps: list[Step]) -> list[tuple[Link, int]]:
        """Links to the very Objects this file brings by name, and the column that has those names."""
        bring: dict[str, list[int]] = {}
        for step in steps:
            cell = step.parts.get(step.obj.name)
            if isinstance(cell, Cell) and cell.place is not None and step.mode != "update":
                bring.setdefault(step.obj.base.key, []).append(cell.place)
        links = [
            link
            for step in steps
            for link in step.parts.values()
            if isinstance(link, Link) and isinstance(link.field, Reference) and not link.field.required
        ]
        by_name = [link for link in links if not link.parts or set(link.parts) == {link.kind.name}]
        return [(link, place) for link in by_name for place in bring.get(link.kind.base.key, ())]


def _by_first(fields: Dict[str, Source]) -> dict[str, dict[str, Source]]:
    """{"team.parent.name": …, "team": …} as {"team": {"parent.name": …, "": …}}."""
    grouped: dict[str, dict[str, Source]] = {}
    for path, source in fields.items():
        first, _dot, rest = path.partition(".")
        grouped.setdefault(first, {})[rest] = source
    return grouped
