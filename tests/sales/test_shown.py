"""Cards of the deal page."""

import pytest

from rapport.platform import access
from rapport.sales import shown
from tests.make import SYSTEM, make, make_person
from tests.make_sales import make_opportunity, make_product

pytestmark = pytest.mark.django_db


def test_the_committee_is_shown_by_name_with_role() -> None:
    deal = make_opportunity()
    make("buying_role", opportunity=deal, person=make_person("Ines Falk"), role="decides", stance="for")
    card = shown.committee(SYSTEM, deal)
    assert card is not None
    (line,) = card.rows
    assert (line.text, line.note, line.chip.text if line.chip else "") == ("Ines Falk", "For us", "Decides")


def test_a_person_one_may_not_see_is_somebody() -> None:
    deal = make_opportunity()
    make("buying_role", opportunity=deal, person=make_person("Ines Falk"), role="decides")
    everything = {"read": "all", "edit": "all"}
    rights = access.Rights(({"*": everything, "party": {"read": "none"}},), ({"*": {"standard": "write"}},))
    card = shown.committee(access.Actor(None, "who", "web", rights), deal)
    assert card is not None
    (line,) = card.rows
    assert "Falk" not in line.text


def test_products_with_their_totals() -> None:
    deal = make_opportunity()
    assert shown.products(SYSTEM, deal) is None
    make("line", opportunity=deal, product=make_product("Plant", 200), quantity=2)
    card = shown.products(SYSTEM, deal)
    assert card is not None
    assert [(line.text, "400" in line.number) for line in card.rows] == [("Plant", True)]
