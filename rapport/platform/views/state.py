"""What a list or board is asked to show: view, filter, order, columns. All of it stands in the address.

    /opportunities?view=closing            a view as it is kept
    /opportunities?view=closing&q=…        the view with another filter ("changed")
    …&sort=-amount&columns=name,stage      its order and columns

`in=` on a record's address carries the same, so that the record knows its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote_plus

from rapport.platform import query, saved_views
from rapport.platform.query import Path, Query, QueryError
from rapport.platform.views import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapport.platform.access import Actor
    from rapport.platform.objects import Object
    from rapport.platform.query import Plan
    from rapport.platform.saved_views import Choice

KEYS = ("view", "q", "sort", "columns", "group")
LONGEST = 10_000
MOST_COLUMNS = 40


@dataclass(frozen=True)
class State:
    """What is asked for, checked. A filter that cannot be understood is kept with its error, and shows nothing."""

    obj: Object
    views: tuple[Choice, ...]
    view: Choice
    text: str
    sort: str
    columns: tuple[Path, ...]
    query: Query
    group: str = ""
    layout: str = "list"
    error: QueryError | None = None
    # The order in which this reader has put the columns of the view.
    arranged: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it differs from the view as it is kept; one's own order of its columns is no difference."""
        kept = self.view
        if (self.text, self.sort) != (kept.query, kept.sort):
            return True
        if self.layout != "board" and self.group != kept.group:
            return True
        return bool(kept.columns) and self.column_keys not in (kept.columns, self.arranged)

    @property
    def only_sorted(self) -> bool:
        """Whether the order is all that differs from the view."""
        return self.text == self.view.query and not (self.view.columns and self.column_keys != self.view.columns)

    @cached_property
    def column_keys(self) -> tuple[str, ...]:
        return tuple(map(str, self.columns))

    @cached_property
    def _here(self) -> dict[str, str]:
        found = {"view": self.view.key}
        if self.text != self.view.query:
            found["q"] = self.text
        if self.sort != self.view.sort:
            found["sort"] = self.sort
        if self.column_keys != (self.view.columns or tuple(default_columns(self.obj))):
            found["columns"] = ",".join(self.column_keys)
        if self.group != self.view.group:
            found["group"] = self.group
        return found

    def asked(self, **other: str | None) -> dict[str, str]:
        """The query string that leads here again; only what differs from the view, with `other` put in."""
        found = {**self._here, **other}
        return {key: value for key, value in found.items() if value is not None}

    def url(self, layout: str = "", **other: str | None) -> str:
        """The address of this state; an empty `q` is said, since it differs from leaving it out."""
        base = addresses.list_url(self.obj, layout or self.layout)
        return f"{base}?{_encoded(self.asked(**other))}"

    @property
    def query_string(self) -> str:
        """The state as a query string, for dialogs that come back to it."""
        return _encoded(self.asked(layout=self.layout))

    def token(self) -> str:
        """The state for `?in=` of a record's address: the question itself, so that it is read without the views."""
        asked = {key: value for key, value in self.asked().items() if key != "columns"}
        return _encoded({**asked, "q": self.text, "sort": self.sort})

    def plan(
        self, actor: Actor, *, limit: int = 50, cursor: str = "", action: str = "read", extra: tuple[str, ...] = ()
    ) -> Plan:
        """What to read. Raises QueryError for a cursor that is none."""
        names = (*self.column_keys, *(name for name in extra if name not in self.column_keys))
        return query.plan(actor, self.obj, self.query, select=names, limit=limit, cursor=cursor, action=action)


# A page says the same filter and columns in dozens of addresses.
_quoted = lru_cache(1_000)(quote_plus)
SHORT = 500


def _encoded(asked: Mapping[str, str]) -> str:
    """A query string, as `urlencode` writes it."""
    return "&".join(
        f"{_quoted(key)}={_quoted(value) if len(value) < SHORT else quote_plus(value)}" for key, value in asked.items()
    )


def read(
    actor: Actor,
    obj: Object,
    given: Mapping[str, str],
    *,
    layout: str = "list",
    arranged: Callable[[Choice], tuple[str, ...]] | None = None,
) -> State:
    """The state asked for; `arranged` tells the reader's own order of the columns of a view.

    Raises NotFound for the address of a view that is no longer shared.
    """
    views = tuple(saved_views.choices(actor, obj))
    wanted = given.get("view", "")
    if wanted.startswith(saved_views.LINK):
        views = (*views, saved_views.by_link(actor, obj, wanted.removeprefix(saved_views.LINK)[:32]))
    return _state(actor, obj, views, given, layout, arranged)


def _state(
    actor: Actor,
    obj: Object,
    views: tuple[Choice, ...],
    given: Mapping[str, str],
    layout: str,
    arranged: Callable[[Choice], tuple[str, ...]] | None = None,
) -> State:
    first = next((choice for choice in views if choice.first), None)
    tab = next((choice for choice in views if choice.pinned), views[0])
    view = next((choice for choice in views if choice.key == given.get("view")), first or tab)
    if not given.get("view") and "q" in given and first is None:
        view = next((choice for choice in views if not choice.query), view)
    text = given.get("q", view.query)[: LONGEST + 1].strip()
    sort = given.get("sort", view.sort)[:200].strip()
    own = arranged(view) if arranged else ()
    columns = columns_of(actor, obj, split(given.get("columns", "")) or own or view.columns or default_columns(obj))
    found, error, sort = _asked(actor, obj, text, sort)
    return State(
        obj=obj,
        views=views,
        view=view,
        text=text,
        sort=sort,
        columns=columns,
        query=found,
        group=given.get("group", view.group)[:40],
        layout=layout,
        error=error,
        arranged=own,
    )


def _asked(actor: Actor, obj: Object, text: str, sort: str) -> tuple[Query, QueryError | None, str]:
    try:
        found = query.parse(actor, obj, text)
    except QueryError as error:
        return query.parse(actor, obj, ""), error, sort
    try:
        order = query.parse_sort(actor, obj, sort)
    except QueryError:
        # An order that is none (a field hidden or gone since) is left out; the filter still holds.
        return found, None, ""
    return (replace(found, sort=order) if order else found), None, sort


def from_token(actor: Actor, obj: Object, token: str) -> State | None:
    """The state that `?in=` carries; None for an empty one."""
    if not token or len(token) > LONGEST + 1_000:
        return None
    try:
        given = {key: values[-1] for key, values in parse_qs(token, keep_blank_values=True, max_num_fields=20).items()}
    except ValueError:
        return None
    given = {key: value for key, value in given.items() if key in KEYS}
    if {"q", "sort"} <= given.keys():
        said = saved_views.Choice(given.get("view", "all"), "", given["q"], given["sort"])
        return _state(actor, obj, (said,), given, "list")
    return read(actor, obj, given)


def layout_of(obj: Object, wanted: str) -> str:
    """The layout wanted where the Object has it, else the list."""
    has = {"board": obj.board is not None, "calendar": bool(day_fields(obj))}
    return wanted if has.get(wanted) else "list"


def day_fields(obj: Object) -> tuple[str, ...]:
    """The date and moment fields of an Object's own, the one its calendar stands by first."""
    declared = obj.calendar or obj.base.calendar
    story = obj.story or obj.base.story
    own = [key for key, field in obj.own_fields.items() if field.family in ("date", "datetime") and not field.outside]
    first = declared.at if declared else story.at if story else next((key for key in own if key in obj.columns), "")
    return tuple(dict.fromkeys([*([first] if first in own else []), *own]))


def default_columns(obj: Object) -> tuple[str, ...]:
    """The columns of an Object that says none: its name and the first fields of its own."""
    return obj.columns or obj.base.columns or (obj.name, *[key for key in obj.own_fields if key != obj.name][:6])


def columns_of(actor: Actor, obj: Object, names: tuple[str, ...]) -> tuple[Path, ...]:
    """Those of the columns that this reader may see, each once, and always the name, which leads to the record."""
    found: dict[str, Path] = {}
    for name in names[:MOST_COLUMNS]:
        try:
            path = query.path(actor, obj, name)
        except QueryError:
            continue
        found.setdefault(str(path), path)
    if obj.name not in found:
        try:
            found = {obj.name: query.path(actor, obj, obj.name), **found}
        except QueryError:
            found = {"id": query.path(actor, obj, "id"), **found}
    return tuple(found.values())


def split(text: str) -> tuple[str, ...]:
    return tuple(name for part in text[:2_000].split(",") if (name := part.strip()))
