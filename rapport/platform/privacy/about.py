"""What a privacy page says of somebody beside what is held: parts that domains give, such as consents and requests.

@about.part("consents", label=_("Consent and objection"), order=10)
def consents(actor, record, at): return [Line(…)]        what held at a moment; two queries at most
about.keep_list("privacy_request", "open")              a kind of record that Settings → Privacy leads to, by a view
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.platform.access import Actor
    from rapport.platform.panels import Line

    Tell = Callable[[Actor, Any, datetime | None], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the page; `empty` says what it means that there is nothing."""

    key: str
    label: str
    order: int
    tell: Tell
    empty: str = ""
    # Whether it can say what held on a past day.
    dated: bool = False


_parts: dict[str, Part] = {}
_lists: dict[str, str] = {}


def part(key: str, *, label: str, order: int = 100, empty: str = "", dated: bool = False) -> Callable[[Tell], Tell]:
    """Add a part."""

    def add(function: Tell) -> Tell:
        _parts[key] = Part(key, label, order, function, empty, dated)
        return function

    return add


def parts() -> list[Part]:
    return sorted(_parts.values(), key=lambda one: (one.order, one.key))


def keep_list(key: str, view: str = "") -> None:
    """Lead to the records of this Object from the settings."""
    _lists[key] = view


def lists() -> dict[str, str]:
    return dict(_lists)
