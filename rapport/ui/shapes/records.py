"""The page of a record: facts, stages, next steps, story."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from rapport.ui.shapes.forms import UploadedFile
from rapport.ui.shapes.frame import Chip
from rapport.ui.shapes.lists import Cell
from rapport.ui.shapes.words import CellKind, Tone


class Source(TypedDict):
    """Where a value came from: typed, imported, mail, customer, machine."""

    kind: Literal["typed", "imported", "mail", "customer", "machine"]
    text: str  # "typed by Mara Lind, 3 Feb"


class Fact(TypedDict):
    """A field of the record page. `id` tells it from the same field of another record on the page."""

    key: str
    id: NotRequired[str]
    label: str
    value: Cell | str | None
    kind: NotRequired[CellKind | Literal["rich", "long", "phone", "email"]]
    source: NotRequired[Source]
    editable: NotRequired[bool]
    edit_as: NotRequired[Literal["text", "number", "date", ""]]
    locked: NotRequired[str]  # why it cannot be changed as the record stands
    chip: NotRequired[Chip]
    html: NotRequired[object]  # safe HTML for kind "rich"


class FactGroup(TypedDict):
    """A section of facts."""

    title: str
    facts: Sequence[Fact]
    closed: NotRequired[bool]


class NextItem(TypedDict):
    """What comes next with this record: an activity, or a promise (ours, theirs)."""

    icon: str
    text: str
    href: NotRequired[str]
    note: NotRequired[str]
    chip: NotRequired[Chip]
    done_url: NotRequired[str]


class Stage(TypedDict):
    """A stage of the path; state done, now, ahead, lost."""

    key: str
    label: str
    state: Literal["done", "now", "ahead", "lost"]
    note: NotRequired[str]


class StoryItem(TypedDict):
    """Something that happened, or is planned. `title` is bold, `text` follows it."""

    id: str
    icon: str
    title: str
    when: str  # formatted
    iso: str
    text: NotRequired[str]
    body: NotRequired[str]
    quote: NotRequired[str]
    href: NotRequired[str]
    panel: NotRequired[bool]
    tone: NotRequired[Tone]
    chips: NotRequired[Sequence[Chip]]
    changes: NotRequired[Sequence[Change]]
    quoted: NotRequired[str]
    thread: NotRequired[tuple[int, str]]  # how many other messages, and where they are
    done_url: NotRequired[str]
    undo_url: NotRequired[str]
    files: NotRequired[Sequence[UploadedFile]]


class Change(TypedDict):
    """A field that changed, in a grouped story item."""

    label: str
    before: str
    after: str
    who: NotRequired[str]


class Filter(TypedDict):
    """A kind that the story can be narrowed to."""

    label: str
    href: str
    current: NotRequired[bool]
    count: NotRequired[str]


class ComposeKind(TypedDict):
    """Note, mail, call, task, promise: opens its form in the panel."""

    label: str
    icon: str
    key: str
    href: str
