"""The reference says what the code says, and every guide that is linked exists."""

import re
from pathlib import Path

import pytest

from tools import reference_addresses, reference_objects

ROOT = Path(__file__).resolve().parents[2]


def test_every_object_field_and_action_stands_in_the_reference() -> None:
    assert reference_objects.OBJECTS.read_text(encoding="utf-8") == reference_objects.objects_text(), (
        "run: make reference"
    )


def test_every_event_and_reaction_stands_in_the_reference() -> None:
    assert reference_objects.EVENTS.read_text(encoding="utf-8") == reference_objects.events_text(), (
        "run: make reference"
    )


def test_every_address_and_who_may_come_stands_in_the_reference() -> None:
    assert reference_addresses.PAGE.read_text(encoding="utf-8") == reference_addresses.text(), "run: make reference"


PAGES = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "rapport").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_the_docs_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("/"):
            assert (page.parent / target).exists(), f"{page.name} links {target}"


def test_the_words_of_the_house_are_explained() -> None:
    words = (ROOT / "docs" / "words.md").read_text(encoding="utf-8").lower()
    for obj in reference_objects.objects():
        if obj.navigation:
            assert str(obj.label).lower() in words, obj.key
