"""Line items: what they cost, and that the deal's amount is their sum."""

import pytest
from django.core.exceptions import ValidationError

from rapport.platform import records
from rapport.platform.events.models import Event
from tests.make import SYSTEM, make
from tests.make_sales import eur, make_opportunity, make_product

pytestmark = pytest.mark.django_db


def test_name_and_price_come_from_the_product_and_the_discount_is_taken_off() -> None:
    line = make("line", opportunity=make_opportunity(), product=make_product("Plant", 200), quantity=3, discount=10)
    assert (line.name, line.price, line.total) == ("Plant", eur(200), eur(540))


def test_the_amount_follows_the_lines_and_says_why() -> None:
    deal = make_opportunity(amount=eur(1))
    first = make("line", opportunity=deal, product=make_product("A", 100), quantity=2)
    make("line", opportunity=deal, product=make_product("B", 50))
    deal.refresh_from_db()
    assert deal.amount == eur(250)
    records.update(SYSTEM, first, {"quantity": 1})
    deal.refresh_from_db()
    assert deal.amount == eur(150)
    assert Event.objects.filter(object="opportunity").latest("id").action == "sum_lines"


def test_an_archived_line_counts_no_more() -> None:
    deal = make_opportunity()
    line = make("line", opportunity=deal, product=make_product("A", 100))
    make("line", opportunity=deal, product=make_product("B", 50))
    records.archive(SYSTEM, line)
    deal.refresh_from_db()
    assert deal.amount == eur(50)


def test_a_line_in_another_currency_is_refused_rather_than_added() -> None:
    from decimal import Decimal

    from rapport.base.money import Money

    deal = make_opportunity()
    make("line", opportunity=deal, product=make_product("A", 100))
    with pytest.raises(ValidationError) as refusal:
        make("line", opportunity=deal, name="In dollars", price=Money(Decimal(10), "USD"))
    assert "price" in refusal.value.message_dict
