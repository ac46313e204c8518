"""Definitions: the own fields and own Objects that administrators made, as one set that is replaced and never changed.

A request, a job and a command work with the set they began with (`use`), whatever is defined meanwhile: what was
checked by one set is never run by another. What is worked out from Objects holds as long as the set: see `following`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from rapport.ui.language import as_written

if TYPE_CHECKING:
    from rapport.platform.fields import Field
    from rapport.platform.objects import Object, Section

T = TypeVar("T")

_numbers = count(1)


class Definitions:
    """One consistent set. `stamp` is the database's mark of it, `number` its name inside this process.

    `fields`: own fields by the key of the base Object they stand on; `members`: the Objects of a family that a field
    is kept to, by the field's key ((): all); `sections` says under which heading of a form each stands; `searched` are
    found by the search; `problems` is what was left out and why, in words.
    """

    def __init__(
        self,
        stamp: int = 0,
        *,
        fields: Mapping[str, Mapping[str, Field[Any]]] | None = None,
        on: Mapping[str, Mapping[str, str]] | None = None,
        sections: Mapping[str, Mapping[str, str]] | None = None,
        searched: Mapping[str, frozenset[str]] | None = None,
        objects: Mapping[str, Object] | None = None,
        problems: tuple[str, ...] = (),
    ) -> None:
        self.stamp, self.number = stamp, next(_numbers)
        self._fields, self._on, self._sections = fields or {}, on or {}, sections or {}
        self._searched = searched or {}
        self.objects: Mapping[str, Object] = objects or {}
        self.problems = problems

    def fields_on(self, base: str, key: str) -> dict[str, Field[Any]]:
        """Own fields of an Object, in their order: those of its family, and those kept to it alone."""
        known, on = self._fields.get(base, {}), self._on.get(base, {})
        return {name: field for name, field in known.items() if key in (base, on[name]) or on[name] == base}

    def searched_on(self, base: str, key: str) -> tuple[str, ...]:
        """Own fields by which records of an Object are found."""
        wanted = self._searched.get(base, frozenset())
        return tuple(name for name in self.fields_on(base, key) if name in wanted)

    def sections_on(self, base: str, key: str, declared: tuple[Section, ...]) -> tuple[Section, ...]:
        """The sections of a form with the own fields in them: under a heading that is there, or one of their own."""
        from rapport.platform.objects import Section

        headings = self._sections.get(base, {})
        with as_written():  # a heading is known by its word in the program, whatever language is read
            found = {str(one.label): one for one in declared}
        for name in self.fields_on(base, key):
            heading = headings.get(name, "")
            if heading:
                known = found.get(heading)
                held = known.fields if known else ()
                found[heading] = Section(
                    known.label if known else heading, (*held, name), known.open if known else True
                )
        return tuple(found.values())


_using: ContextVar[Definitions | None] = ContextVar("definitions", default=None)
_latest = Definitions()


def current() -> Definitions:
    """The set this request works with; outside of one, the latest known."""
    return _using.get() or _latest


def latest() -> Definitions:
    return _latest


def replace(found: Definitions) -> None:
    """From now on this set: for the request that is running and, outside of one, for the whole process."""
    if _using.get() is not None:
        _using.set(found)
    else:
        share(found)


def share(found: Definitions) -> None:
    """Make a set the one that requests begin with."""
    global _latest  # one per process, replaced whole
    _latest = found


@contextmanager
def use(found: Definitions) -> Iterator[None]:
    """Work with this set, whatever others define meanwhile."""
    before = _using.set(found)
    try:
        yield
    finally:
        _using.reset(before)


class following(Generic[T]):  # reads like cached_property
    """Like cached_property, but worked out anew when the definitions were replaced."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make, self.slot, self.__doc__ = make, f"_following_{make.__name__}", make.__doc__

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> following[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> following[T] | T:
        if instance is None:
            return self
        now = current()
        kept: tuple[Definitions, T] | None = instance.__dict__.get(self.slot)
        if kept is None or kept[0] is not now:
            kept = instance.__dict__[self.slot] = (now, self.make(instance))
        return kept[1]
