"""Foreign HTML before it is parsed."""

import time

import nh3
import pytest

from rapport.base.markup import MOST_ENTITIES, MOST_TAGS, bounded


def test_what_people_write_stays_as_it_is() -> None:
    text = "<p>Fish &amp; chips</p>" * 1_000
    assert bounded(text, 1_000_000) == text


def test_no_tag_and_no_entity_is_left_of_too_many() -> None:
    assert "<" not in bounded("<b>" * (MOST_TAGS + 1), 1_000_000)
    assert "&" not in bounded("&" * (MOST_ENTITIES + 1), 1_000_000)
    assert bounded("a\x00b" * 10, 5) == "aba"


@pytest.mark.parametrize("text", ["&", "&x", "&amp;", "<div>", "<a ", "&#x", "<!--", "<svg><p>", "<table>", "</p>"])
def test_the_parser_answers_a_megabyte_within_a_second(text: str) -> None:
    began = time.process_time()
    nh3.clean(bounded(text * (1_000_000 // len(text)), 1_000_000))
    assert time.process_time() - began < 1


@pytest.mark.parametrize("text", ["&", "&amp;", "<div>", "<b><p>"])
def test_the_most_that_is_parsed_is_parsed_within_a_second(text: str) -> None:
    most = text * ((MOST_TAGS if "<" in text else MOST_ENTITIES) // max(text.count("<"), 1))
    began = time.process_time()
    nh3.clean(bounded(most, 1_000_000))
    assert time.process_time() - began < 1
