"""Object: what a kind of thing is, declared once and read by every surface.

A noun's file ends with `register(Object(...))`. Several Objects may share one table (person and organisation are both
parties): the base Object owns the model, the others name it in `of` and say in `where` which rows are theirs. Rights
and Events of such a family are asked under the base's key (`access_key`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from django.apps import apps

from rapport.platform.definitions import current, following
from rapport.platform.fields import Field, Ref, Reference, ReferenceAny, fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from django.db import models

    from rapport.platform.actions import Action
    from rapport.platform.record import Record


@dataclass(frozen=True, slots=True)
class Section:
    """A named group of fields on form and facts. `open=False` starts folded."""

    label: str
    fields: tuple[str, ...]
    open: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """A saved view every installation starts with. `query` and `sort` in the Query language."""

    key: str
    label: str
    query: str = ""
    sort: str = ""
    columns: tuple[str, ...] = ()
    layout: Literal["list", "board", "calendar"] = "list"


@dataclass(frozen=True, slots=True)
class Board:
    """Columns by a choice or reference field, cards with a money value.

    Lanes are the options of `by`, or the records it may point at in their Object's own order. Where `group` names a
    reference (a pipeline), one of its records is chosen first, and lanes are those that point at it too.
    `value` is a money field, `weight` a path to a percent for the weighted total, `since` a moment from which days in
    the lane count, `limit_in_days` a path to a number: older cards are ripe. `open_only` is a yes/no field: only such
    records are shown unless the filter asks about it. `lane_closed` is a Query over the lane's Object: end stations.
    `ask` names lanes (by such a Query, or an option's key) and the fields a person is asked for who puts a card there;
    the first of them must be filled. A courtesy of the board: what must always hold belongs into the Action.
    """

    by: str
    value: str = ""
    weight: str = ""
    card: tuple[str, ...] = ()
    since: str = ""
    limit_in_days: str = ""
    open_only: str = ""
    group: str = ""
    lane_closed: str = ""
    ask: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """How records of this Object appear on timelines.

    `at` is the moment field; `party` the reference(s) whose timeline shows it; `kind` a choice field or a fixed word
    (filter and icon); `body` a text field quoted below; `done` a date-time field: while empty, the entry is planned;
    `thread` a reference that entries of one conversation share.
    """

    at: str
    party: tuple[str, ...]
    title: str
    kind: str = ""
    body: str = ""
    done: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a record asks for attention: `at` is a moment field, `who` the people fields, of which the first filled one
    is told; `done` a date-time field: once it is filled nobody is told any more.
    """

    at: str
    who: tuple[str, ...] = ("owner",)
    done: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which day a record stands on in the calendar, where it has several dates: the one named `at`.

    `until` is a date or moment up to which it goes on, `length` a duration. Objects without a declaration stand by the
    moment of their story, or by the first date of their own.
    """

    at: str
    until: str = ""
    length: str = ""


@dataclass(frozen=True)
class Object:
    """One declaration, many readers. Everything but key, label, plural and model (or `of`) has a sensible default."""

    key: str
    label: str
    plural: str
    model_class: type[Record] | None = None
    of: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    slug: str = ""
    icon: str = "file"
    # The field that names a record, and those shown small beside it in pickers and search results.
    name: str = "name"
    subtitle: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    quick: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    # Long texts that are searched word by word; found after the fields of `search`, with a snippet.
    search_bodies: tuple[str, ...] = ()
    # More text under which records are found, kept in other records: {id: texts} for ids, in one query.
    also_found_by: Callable[[list[int]], Mapping[int, list[str]]] | None = None
    match: tuple[tuple[str, ...], ...] = ()
    sort: str = "-updated_at"
    views: tuple[View, ...] = ()
    board: Board | None = None
    story: Story | None = None
    calendar: Calendar | None = None
    reminder: Reminder | None = None
    actions: tuple[Action, ...] = ()
    set_by: Mapping[str, Action] = field(default_factory=dict)
    derive: Callable[[Any], None] | None = None
    # References that `derive` and `check` read; a batch fetches them once instead of once a row.
    fetch: tuple[str, ...] = ()
    check: Callable[[Any], None] | None = None
    # References through which rights are inherited: readable when at least one record pointed at is readable.
    parents: tuple[str, ...] = ()
    # SQL for Objects reached in a way of their own (a file by the records it hangs on): (actor, alias) ->
    # access.Fragment.
    reach: Callable[[Any, str], Any] | None = None
    mine: tuple[str, ...] = ("owner",)
    path: str = ""
    # Why its records stay when the customer they belong to is erased (a law, an account): then only what is somebody's
    # own word is taken out of them. "" for records that go.
    keeps: str = ""
    # The moment field since which a record may only be stored (`privacy.restriction`); "" where nobody can ask for it.
    restricted: str = ""
    # Whether its records may be added about somebody whose data may only be stored.
    despite_restriction: bool = False
    navigation: int = 0
    # Pages of its own, shown beside list and board: (label, address, icon).
    pages: tuple[tuple[str, str, str], ...] = ()
    letter: str = ""
    help: str = ""

    # --- the family ------------------------------------------------------------------------------------------------

    @cached_property
    def base(self) -> Object:
        return registry.get(self.of) if self.of else self

    @cached_property
    def access_key(self) -> str:
        return self.base.key

    @cached_property
    def model(self) -> type[Record]:
        model = self.model_class or self.base.model_class
        if model is None:
            raise LookupError(f"Object {self.key} has neither a model nor a base with one")
        return model

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def url(self) -> str:
        """Path segment of its pages and API: the plural, e.g. "opportunities"."""
        return self.slug or f"{self.key}s"

    # --- fields ----------------------------------------------------------------------------------------------------

    @cached_property
    def declared(self) -> dict[str, Field[Any]]:
        """Fields of the declaration by key in its order; those of the whole family for a base Object."""
        known = fields_of(self.model)
        if not self.only:
            return known
        from rapport.platform.record import Record

        shared = fields_of(Record)
        return {key: found for key, found in known.items() if key in self.only or key in shared}

    @following
    def fields(self) -> dict[str, Field[Any]]:
        """Fields by key: those of the noun, those an administrator added, those every Record has."""
        own = current().fields_on(self.base.key, self.key)
        if not own:
            return self.declared
        from rapport.platform.record import Record

        shared = fields_of(Record)
        noun = {key: found for key, found in self.declared.items() if key not in shared}
        return {**noun, **own, **{key: found for key, found in self.declared.items() if key in shared}}

    def field(self, key: str) -> Field[Any]:
        return self.fields[key]

    @following
    def own_fields(self) -> dict[str, Field[Any]]:
        """Fields of the noun itself and those an administrator added, without those every Record has."""
        from rapport.platform.record import Record

        return {key: found for key, found in self.fields.items() if key not in fields_of(Record)}

    @following
    def all_sections(self) -> tuple[Section, ...]:
        """Its sections or those of its base, with the fields an administrator put into them."""
        return current().sections_on(self.base.key, self.key, self.sections or self.base.sections)

    @following
    def all_search(self) -> tuple[str, ...]:
        """The fields it is found by, with those an administrator added."""
        return (*self.search, *current().searched_on(self.base.key, self.key))

    @following
    def editable(self) -> dict[str, Field[Any]]:
        """Fields a person, a file or the API may set."""
        return {key: found for key, found in self.fields.items() if not found.read_only and key not in self.where}

    def references_to(self, target: Object) -> Iterator[Reference[Any] | ReferenceAny]:
        """Its reference fields that may point at records of `target`."""
        for found in self.fields.values():
            if (
                isinstance(found, ReferenceAny) and (not found.to or {target.key, target.base.key} & set(found.to))
            ) or (
                isinstance(found, Reference)
                and found.to == target.model._meta.label
                and (not found.kinds or target.key in found.kinds or not target.of)
            ):
                yield found

    # --- records ---------------------------------------------------------------------------------------------------

    def title(self, record: Any) -> str:
        """What a record is called; its number or id when it has no name."""
        return str(getattr(record, self.name, "") or "") or f"{self.label} {record.pk}"

    def concrete(self, record: Any) -> Object:
        """The most specific Object of a record: "person" for a party that is one."""
        for candidate in registry.family(self.base):
            if candidate.where and all(getattr(record, key) == value for key, value in candidate.where.items()):
                return candidate
        return self.base

    def action(self, key: str) -> Action | None:
        return next((action for action in self.all_actions if action.key == key), None)

    @cached_property
    def all_actions(self) -> tuple[Action, ...]:
        """Its own, those of its base, and those that domains above added."""
        return (*self.actions, *(self.base.actions if self.of else ()), *registry.added_actions(self))


class Registry:
    """Every Object by key: those declared, filled while Django loads the models, and those administrators made."""

    def __init__(self) -> None:
        self._objects: dict[str, Object] = {}
        self._added: dict[str, list[Action]] = {}

    def register(self, obj: Object) -> Object:
        if obj.key in self._objects:
            raise ValueError(f"Object {obj.key} is registered twice")
        self._objects[obj.key] = obj
        return obj

    def unregister(self, key: str) -> None:
        """For tests and plug-ins that leave."""
        self._objects.pop(key)

    @property
    def version(self) -> tuple[int, int]:
        """Changes whenever an Object or a field comes, changes or goes: what was worked out before is stale."""
        return current().number, len(self._objects)

    @property
    def declared(self) -> Mapping[str, Object]:
        """The Objects of the program, without those an administrator made."""
        return self._objects

    def add_action(self, key: str, action: Action) -> None:
        """Give an Object of a lower domain a verb of a higher one; call it before the first request."""
        self._added.setdefault(key, []).append(action)

    def added_actions(self, obj: Object) -> tuple[Action, ...]:
        return tuple(self._added.get(obj.key, ())) + (tuple(self._added.get(obj.of, ())) if obj.of else ())

    def has(self, key: str) -> bool:
        return key in self._objects or key in current().objects

    def get(self, key: str) -> Object:
        """Raises LookupError for a key nobody registered."""
        found = self._objects.get(key) or current().objects.get(key)
        if found is None:
            raise LookupError(f"no Object “{key}”")
        return found

    def all(self) -> tuple[Object, ...]:
        return (*self._objects.values(), *current().objects.values())

    def by_url(self, segment: str) -> Object | None:
        return next((obj for obj in self.all() if obj.url == segment), None)

    def of_label(self, label: str) -> Object:
        """The base Object of a model label such as "parties.Party"."""
        for obj in current().objects.values():
            if obj.model._meta.label == label:
                return obj
        return self.of_model(apps.get_model(label))

    def of_model(self, model: type[models.Model]) -> Object:
        for obj in self.all():
            if obj.model_class is model:
                return obj
        raise LookupError(f"no Object for {model.__name__}")

    def of_record(self, record: models.Model) -> Object:
        """The most specific Object of a record."""
        return self.of_model(type(record)).concrete(record)

    def ref(self, record: models.Model) -> Ref:
        """A record as (base Object key, id), the form in which Events, tags and links name it."""
        return Ref(self.of_model(type(record)).key, int(record.pk))

    def family(self, base: Object) -> Iterator[Object]:
        """The Objects that share the base's table, without the base."""
        return (obj for obj in self._objects.values() if obj.of == base.key)


registry = Registry()


def register(obj: Object) -> Object:
    """Make an Object known; its pages, API, search and the rest follow from the declaration."""
    return registry.register(obj)


__all__ = ["Board", "Calendar", "Object", "Registry", "Reminder", "Section", "Story", "View", "register", "registry"]
