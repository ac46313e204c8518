"""Checklists as text, one line each: `[ ] call the bank`, `[x] ask for the form`. Readable everywhere."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_LINE = re.compile(r"^\s*(?:[-*]\s*)?(?:\[(?P<mark>[ xX✓]?)\]\s*)?(?P<text>.*?)\s*$")
MOST = 200


class Item(NamedTuple):
    """One line."""

    text: str
    done: bool


def items(text: str) -> list[Item]:
    """The lines; one without a mark is still to do."""
    found = [match for line in text.splitlines() if (match := _LINE.match(line)) and match["text"]]
    return [Item(match["text"], bool((match["mark"] or "").strip())) for match in found]


def text_of(lines: list[Item]) -> str:
    return "\n".join(f"[{'x' if line.done else ' '}] {line.text}" for line in lines)


def normal(text: str) -> str:
    """Every line with its mark. Raises ValidationError for more than 200 lines."""
    found = items(text)
    if len(found) > MOST:
        raise ValidationError({"checklist": _("A checklist has at most %(most)s lines.") % {"most": MOST}})
    return text_of(found)


def ticked(text: str, number: int) -> str:
    """With line `number` (from 1) turned over. Raises ValidationError when there is no such line."""
    found = items(text)
    if not 1 <= number <= len(found):
        raise ValidationError({"item": _("The checklist has no line %(number)s.") % {"number": number}})
    line = found[number - 1]
    found[number - 1] = Item(line.text, not line.done)
    return text_of(found)


def fresh(text: str) -> str:
    """The same lines, all still to do."""
    return text_of([Item(line.text, False) for line in items(text)])
