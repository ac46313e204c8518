"""What the guide to formulas shows can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport.platform import access
from rapport.platform.formula import parse
from rapport.platform.formula.signatures import FUNCTIONS
from rapport.platform.objects import registry
from rapport.platform.query import QueryError

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "formulas.md"


def examples() -> Iterator[str]:
    """The lines of the blocks, and the last column of the table of functions."""
    text = GUIDE.read_text()
    for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"^\|(?! function|---).*\| `([^|]*)` \|$", text, re.MULTILINE)


@pytest.mark.parametrize("text", list(examples()))
def test_an_example_is_understood_by_some_object(text: str) -> None:
    refusals = []
    for obj in registry.all():
        try:
            parse(access.system("a test"), obj, text)
        except QueryError as error:
            refusals.append(f"{obj.key}: {error.message}")
        else:
            return
    pytest.fail("\n".join(refusals))


def test_the_guide_names_every_function() -> None:
    text = GUIDE.read_text()
    assert [name for name in FUNCTIONS if not re.search(rf"`{name}\b", text)] == []
