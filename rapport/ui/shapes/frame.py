"""What surrounds a page: navigation, menus, messages, the palette, the queue of Today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from rapport.ui.shapes.words import Tone


class Link(TypedDict):
    """Somewhere to go."""

    label: str
    href: str
    icon: NotRequired[str]
    current: NotRequired[bool]
    count: NotRequired[str]
    key: NotRequired[str]  # the shortcut, such as "g p"


class Shell(TypedDict):
    """All that surrounds a page."""

    brand: str
    home_url: str
    nav: Sequence[Link]
    favourites: Sequence[Link]
    user_menu: Sequence[MenuItem]
    palette_url: str
    search_url: str  # where the find box goes without JavaScript
    theme_url: NotRequired[str]  # POST theme=light|dark|system
    notifications: NotRequired[Link]
    count_url: NotRequired[str]  # the number beside the notifications
    mention_url: NotRequired[str]  # proposals after an @ in a long text
    toasts: NotRequired[Sequence[Toast]]
    live_url: NotRequired[str]  # where streams of what changes come from
    live_place: NotRequired[str]  # how far the page has heard
    looking: NotRequired[Looking]  # through whose eyes, where not through one's own


class Looking(TypedDict):
    """Whose view of things this is, and where it ends."""

    name: str
    end_url: str


class MenuItem(TypedDict):
    """One entry of a menu: a link, or with `post` a form that posts."""

    label: str
    href: str
    post: NotRequired[bool]
    icon: NotRequired[str]
    key: NotRequired[str]
    tone: NotRequired[Tone]
    confirm: NotRequired[str]
    divider: NotRequired[bool]  # a line above
    attrs: NotRequired[dict[str, object]]


class Chip(TypedDict):
    """A short state with a tone; `title` says why."""

    text: str
    tone: NotRequired[Tone]
    icon: NotRequired[str]
    title: NotRequired[str]
    href: NotRequired[str]


class Position(TypedDict):
    """Where this record stands in the filtered set: "14 of 203"."""

    text: str
    previous: NotRequired[str | None]
    next: NotRequired[str | None]


class Toast(TypedDict):
    """A short message; with `undo_url` it has a button."""

    text: str
    tone: NotRequired[Tone]
    undo_url: NotRequired[str]
    href: NotRequired[str]
    link: NotRequired[str]


class Figure(TypedDict):
    """A number people steer by."""

    label: str
    value: str
    note: NotRequired[str]
    trend: NotRequired[Literal["up", "down", "level"]]
    tone: NotRequired[Tone]
    href: NotRequired[str]
    picture: NotRequired[object]  # safe SVG


class PaletteItem(TypedDict):
    """A record or an action in the palette."""

    label: str
    href: str
    icon: str
    note: NotRequired[str]
    key: NotRequired[str]
    post: NotRequired[bool]
    panel: NotRequired[bool]
    snippet: NotRequired[Sequence[tuple[str, bool]]]  # runs of text, marked or not


class PaletteGroup(TypedDict):
    """Results of one kind."""

    title: str
    items: Sequence[PaletteItem]


class QueueItem(TypedDict):
    """A line of Today: what to do, why, for whom."""

    id: str
    icon: str
    title: str
    reason: str
    href: str
    tone: NotRequired[Tone]
    who: NotRequired[str]
    who_url: NotRequired[str]
    when: NotRequired[str]
    iso: NotRequired[str]
    chip: NotRequired[Chip]
    done_url: NotRequired[str]
    snooze_url: NotRequired[str]
    assign_url: NotRequired[str]
