"""Lists, boards and the filter above them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from rapport.ui.shapes.frame import Chip
from rapport.ui.shapes.words import CellKind, StepTone, Tone


class Column(TypedDict):
    """A list column. `keep` 1 stays on small screens, 2 leaves below 1100 px, 3 below 900 px."""

    key: str
    label: str
    kind: CellKind
    sort_url: NotRequired[str]
    sorted: NotRequired[Literal["ascending", "descending", ""]]
    editable: NotRequired[bool]
    edit_as: NotRequired[Literal["text", "number", "date", ""]]  # drawn by the browser; else the server is asked
    keep: NotRequired[int]
    width: NotRequired[Literal["narrow", "wide", ""]]
    pixels: NotRequired[int]  # drawn to this width by the reader


class Cell(TypedDict):
    """A value in a list, when it is more than a string."""

    text: str
    href: NotRequired[str]
    tone: NotRequired[str]  # Tone, or StepTone for kind "step"
    iso: NotRequired[str]
    title: NotRequired[str]
    raw: NotRequired[str]  # what the inline editor starts with
    chips: NotRequired[Sequence[Chip]]
    checked: NotRequired[bool]


class Row(TypedDict):
    """One line of a list; `cells` in the order of the columns."""

    id: str
    label: str
    cells: Sequence[Cell | str | None]
    page_url: str
    version: NotRequired[int]
    panel_url: NotRequired[str]
    edit_url: NotRequired[str]
    tone: NotRequired[Tone]
    locked: NotRequired[dict[str, str]]  # why fields of this one line cannot be changed, by column


class GroupHead(TypedDict):
    """The heading of a group of rows; its sums stand under the columns they belong to."""

    label: str
    count: str
    tone: NotRequired[Tone]
    sums: NotRequired[Sequence[Sum]]


class RowGroup(TypedDict):
    """Rows under a heading that folds them. Without script `fold_url` folds, and `more_url` shows the group alone."""

    key: str
    head: GroupHead
    rows: Sequence[Row]
    fold_url: str
    folded: NotRequired[bool]
    more_url: NotRequired[str]


class Sum(TypedDict):
    """A footer figure under the column `key`."""

    key: str
    text: str
    note: NotRequired[str]


class BulkAction(TypedDict):
    """A verb for the chosen rows. `dialog` asks first in a dialog loaded from `href`."""

    label: str
    href: str
    icon: NotRequired[str]
    tone: NotRequired[Tone]
    dialog: NotRequired[bool]
    confirm: NotRequired[str]


class Token(TypedDict):
    """A piece of the Query's text; kinds: field, op, value, word, bad, space."""

    text: str
    kind: str


class Completion(TypedDict):
    """A proposal: replaces the text from `start` to `end` (in characters) by `insert`."""

    label: str
    insert: str
    start: int
    end: int
    note: NotRequired[str]
    kind: NotRequired[str]


class Choice(TypedDict):
    """An option of a select or radio."""

    value: str
    label: str
    chosen: NotRequired[bool]
    group: NotRequired[str]


class BuilderRow(TypedDict):
    """One clause in the clicking builder."""

    field: str
    ops: Sequence[Choice]
    value: str
    choices: NotRequired[Sequence[Choice]]
    input: NotRequired[Literal["text", "number", "date", "none"]]
    joint: NotRequired[Literal["and", "or"]]
    error: NotRequired[str]


class Step(TypedDict):
    """The next step of a record."""

    text: str
    tone: StepTone


class BoardCard(TypedDict):
    """A card; `facts` are the short lines at its foot."""

    id: str
    version: int
    title: str
    page_url: str
    panel_url: NotRequired[str]
    subtitle: NotRequired[str]
    value: NotRequired[str]
    facts: NotRequired[Sequence[str]]
    step: NotRequired[Step]
    face: NotRequired[str]
    tone: NotRequired[Tone]
    chips: NotRequired[Sequence[Chip]]


class BoardColumn(TypedDict):
    """A column with its figures. `share_without` (0–100) of its cards have no next step."""

    id: str
    label: str
    count: str
    cards: Sequence[BoardCard]
    total: NotRequired[str]
    weighted: NotRequired[str]
    note: NotRequired[str]
    share_without: NotRequired[float]
    more_url: NotRequired[str | None]
    closed: NotRequired[bool]
