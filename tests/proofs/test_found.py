"""Leaks that two worlds once told apart, each by its name."""

from __future__ import annotations

from typing import Any

import pytest

from rapport.platform import access, query, records, search, tagged
from rapport.platform.access import Actor, Rights
from rapport.platform.access.models import ACTIONS
from rapport.platform.objects import registry

pytestmark = pytest.mark.django_db
SYSTEM = access.system("test")
FIELDS = {"*": {"public": "read", "standard": "read"}}
# Every toy, but no maker.
READER = Actor(1, "Reader", "web", Rights(({"toy": dict.fromkeys(ACTIONS, "all")},), (FIELDS,)))


def make(key: str, **values: Any) -> Any:
    return records.create(SYSTEM, registry.get(key), values)


def test_search_does_not_name_the_hidden_record_beneath_a_hit() -> None:
    maker = make("maker", name="Hidden Works")
    make("toy", name="Zebra", maker=maker.pk)
    (hit,) = search.find(READER, "zebra").hits
    assert "Hidden" not in hit.subtitle
    (hit,) = search.find(SYSTEM, "zebra").hits
    assert "Hidden Works" in hit.subtitle


def test_tags_of_hidden_records_are_not_proposed() -> None:
    make("maker", name="Works", tags=["secret plan"])
    make("toy", name="Zebra", tags=["seen"])
    assert tagged.words(READER, "", 10) == ["seen"]
    proposed = query.complete(READER, registry.get("toy"), "tags = s").items
    assert [item.label for item in proposed] == ["seen"]
    assert tagged.words(SYSTEM, "se", 10) == ["secret plan", "seen"]


def test_a_word_of_hidden_records_corrects_no_mistake() -> None:
    """“zebar” lies one mistake from both; the nearer one stands only where the reader may not look."""
    make("maker", name="Zebary")
    make("toy", name="Zebra")
    assert [hit.title for hit in search.find(READER, "zebarr").hits] == []
    make("maker", name="Zebarx")
    assert [hit.title for hit in search.find(READER, "zebar").hits] == ["Zebra"]
