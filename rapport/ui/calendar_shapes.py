"""What a page hands to the macros of `ui/calendar.html`: typed dictionaries like those of `shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict

from rapport.ui.shapes import Tone


class CalendarEntry(TypedDict):
    """A record on a day. `spans` goes on over several; it can be taken where it `begins`."""

    id: str
    version: int
    title: str
    page_url: str
    panel_url: str
    time: NotRequired[str]
    length: NotRequired[str]
    tone: NotRequired[Tone]
    state: NotRequired[str]
    done: NotRequired[bool]
    spans: NotRequired[bool]
    begins: NotRequired[bool]
    ends: NotRequired[bool]


class CalendarDay(TypedDict):
    """A day: the first `shown` entries stand in a month, `more` are told as "+3 more"."""

    iso: str
    number: str
    name: str
    url: str
    entries: Sequence[CalendarEntry]
    shown: int
    more: int
    today: bool
    outside: bool
    new_url: NotRequired[str]
