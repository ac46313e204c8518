"""The catalogues are those of the code, and German says all of it."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from tools import messages


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.extracted()


@pytest.fixture(params=messages.LANGUAGES)
def known(request: pytest.FixtureRequest, template: Catalog) -> Catalog:
    return messages.catalogue(request.param, template)


def test_the_catalogue_is_current(known: Catalog) -> None:
    stored = messages.stored(str(known.locale))
    there, wanted = ({(one.id, one.context) for one in catalog if one.id} for catalog in (stored, known))
    assert (sorted(map(str, wanted - there)), sorted(map(str, there - wanted))) == ([], []), "call: make messages"


def test_nothing_is_left_in_english(known: Catalog) -> None:
    assert [message.id for message in messages.lacking(known)] == []


def test_translations_have_the_same_places(known: Catalog) -> None:
    assert [(message.id, why) for message, why in messages.disagreeing(known)] == []


def test_the_compiled_catalogue_is_that_of_the_text(known: Catalog) -> None:
    path = messages.path_of(str(known.locale))
    assert path.with_suffix(".mo").read_bytes() == messages.compiled(messages.stored(str(known.locale)))


def test_places_are_those_of_both_ways_to_fill_them() -> None:
    assert messages.places("{name} of {n:,} and {{literal}}") == {"name", "n"}
    assert messages.places("%(limit)d of 100 %% and %(what)s") == {"limit", "what"}
    assert messages.places("{{ party.name|default }}") == set()


def test_a_lost_place_is_noticed() -> None:
    catalog = Catalog(locale="de")
    catalog.add("{n} of {of}", "{n} von {off}")
    assert [message.id for message, _why in messages.disagreeing(catalog)] == ["{n} of {of}"]


def test_templates_docstrings_and_past_forms_are_extracted(template: Catalog) -> None:
    assert template.get("Skip to the page")  # a template
    assert template.get("“%(text)s” is not a number.")  # rapport.base, which knows no gettext
    assert template.get("Won")  # an Event
    assert template.get("Log or plan a meeting")  # a label
