"""What a page hands to the macros: typed dictionaries, one per component.

Every value is ready to be shown (formatted, translated, checked for access). Keys that are `NotRequired` may be left
out. Tones are `good`, `warn`, `bad`, `info`, `accent`; none is neutral. Icons are names in `icons.NAMES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

Tone = Literal["good", "warn", "bad", "info", "accent", ""]
StepTone = Literal["overdue", "today", "later", "none"]  # red, green, grey, amber ring
CellKind = Literal[
    "title",
    "text",
    "number",
    "money",
    "percent",
    "duration",
    "date",
    "chip",
    "chips",
    "face",
    "check",
    "step",
    "link",
    "reference",
]


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


class Option(TypedDict):
    """A proposal of a reference picker."""

    value: str
    label: str
    note: NotRequired[str]
    icon: NotRequired[str]
    face: NotRequired[str]
    create: NotRequired[bool]  # "create …" at the end


class FormField(TypedDict):
    """A field of a form.

    widget: text textarea rich number money percent date datetime duration checkbox select multi email phone url address
    reference references user tags file password hidden radio. `value` is what was typed or stored.
    """

    name: str
    label: str
    widget: str
    value: NotRequired[object]
    help: NotRequired[str]
    error: NotRequired[str]
    required: NotRequired[bool]
    disabled: NotRequired[bool]
    choices: NotRequired[Sequence[Choice]]
    currencies: NotRequired[Sequence[Choice]]  # money
    currency: NotRequired[str]
    options_url: NotRequired[str]  # reference, references, user, tags
    chosen: NotRequired[Sequence[Option]]
    parts: NotRequired[Sequence[FormField]]  # address
    upload_url: NotRequired[str]  # file
    files: NotRequired[Sequence[UploadedFile]]
    unit: NotRequired[str]
    min: NotRequired[str]
    max: NotRequired[str]
    step: NotRequired[str]
    autocomplete: NotRequired[str]
    autofocus: NotRequired[bool]
    rows: NotRequired[int]
    max_length: NotRequired[int]
    wide: NotRequired[bool]
    attrs: NotRequired[dict[str, object]]


class UploadedFile(TypedDict):
    """A file that is stored."""

    name: str
    href: str
    size: str
    value: NotRequired[str]  # goes into the form
    remove_url: NotRequired[str]


class FieldError(TypedDict):
    """A line of the error summary; `field` is the name of the form field it jumps to."""

    text: str
    field: NotRequired[str]


class ConflictField(TypedDict):
    """A field that somebody else changed while you did."""

    name: str
    label: str
    mine: str
    theirs: str
    mine_raw: str
    theirs_raw: str
    was: NotRequired[str]
    who: NotRequired[str]


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
