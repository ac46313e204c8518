"""What a timeline consists of: entries, the changes in them, a page of them; and the pictures of their kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rapport.platform.fields import Ref
    from rapport.platform.objects import Object

# An entry is a record with a story, one Event, or several edits in a row told as one.
Form = Literal["record", "event", "edits"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that changed, in words; `field` is its key."""

    field: str
    label: str
    before: str
    after: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened or is planned: `title` says what, `text` what there is to add, `body` its own words.

    `of` is the record it belongs to where that is another than the page's; `event` the newest Event in it (0: none),
    `undoable` when it is the only one and changed something. `quoted` is what its words answer, repeated below them;
    `thread` the conversation, `messages` how many entries of it this one stands for.
    """

    form: Form
    at: datetime | None
    planned: bool
    kind: str
    icon: str
    ref: Ref
    title: str
    text: str = ""
    body: str = ""
    who: str = ""
    surface: str = ""
    of: Ref | None = None
    of_label: str = ""
    changes: tuple[Change, ...] = ()
    event: int = 0
    count: int = 1
    undoable: bool = False
    done: bool = False
    quoted: str = ""
    thread: Ref | None = None
    messages: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """Planned entries (soonest first, only on the first page), past ones (newest first), and the cursor to go on."""

    planned: Sequence[Entry]
    past: Sequence[Entry]
    next: str = ""


# Kind word -> icon name. The engine knows only its own; a noun adds the words of its kinds.
_icons: dict[str, str] = {
    "created": "plus",
    "edits": "pencil",
    "archived": "archive",
    "restored": "archive-restore",
    "undone": "undo-2",
    "merged": "git-merge",
    "file_attached": "paperclip",
    "file_detached": "paperclip",
    "shared": "share-2",
    "unshared": "share-2",
}


def icons(**by_kind: str) -> None:
    """Give kinds of entries their pictures: `timeline.icons(call="phone")`."""
    _icons.update(by_kind)


def icon_of(kind: str, obj: Object) -> str:
    """The picture of a kind; that of the Object where nobody said one."""
    return _icons.get(kind) or str(obj.icon)
