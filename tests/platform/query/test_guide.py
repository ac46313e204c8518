"""What the guide to the query language shows can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rapport.platform import query
from rapport.platform.access import Actor
from rapport.platform.objects import registry
from rapport.platform.query import QueryError

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "query.md"


def examples() -> Iterator[str]:
    """The lines of the blocks that are no Python, and the examples of the table of comparisons."""
    text = GUIDE.read_text()
    for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            yield line.split("   ")[0]
    for row in re.findall(r"^\|(?! field|---).*\| ([^|]*) \|$", text, re.MULTILINE):
        yield from re.findall(r"`([^`]*)`", row)


@pytest.mark.parametrize("text", list(examples()))
def test_an_example_is_understood_by_some_object(actor: Actor, text: str) -> None:
    refusals = []
    for obj in registry.all():
        try:
            query.parse(actor, obj, text)
        except QueryError as error:
            refusals.append(f"{obj.key}: {error.message}")
        else:
            return
    pytest.fail("\n".join(refusals))
