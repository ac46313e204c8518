"""What a deal says about its customer."""

from __future__ import annotations

import pytest

from rapport.parties.party import Party
from rapport.platform import actions
from rapport.platform.events.models import Event
from rapport.sales.opportunity import OPPORTUNITY, Opportunity
from rapport.sales.standing import keep_lifecycle
from tests.make import SYSTEM, make_organisation
from tests.make_sales import eur, make_opportunity

pytestmark = pytest.mark.django_db


def told(deal: Opportunity, customer: Party) -> Party:
    """The customer after the sales team's worker heard of everything that happened to the deal, twice."""
    for _time in range(2):
        for event in Event.objects.filter(object="opportunity", record_id=deal.pk).order_by("pk"):
            keep_lifecycle(event)
    customer.refresh_from_db()
    return customer


def test_whoever_is_offered_something_is_a_prospect_and_whoever_bought_a_customer() -> None:
    firm = make_organisation("Acme", lifecycle="stranger")
    deal = make_opportunity(customer=firm, amount=eur(500))
    assert told(deal, firm).lifecycle == "prospect"
    actions.run(SYSTEM, OPPORTUNITY, deal, "win", {"reason": "fit"})
    firm = told(deal, firm)
    assert (firm.lifecycle, firm.kinds) == ("customer", ["customer"])
    assert firm.customer_since is not None
    became = Event.objects.filter(object="party", record_id=firm.pk, kind="party.became_customer")
    assert became.count() == 1


def test_a_new_offer_takes_nothing_back() -> None:
    for lifecycle in ("customer", "former"):
        firm = make_organisation("Acme", lifecycle=lifecycle)
        assert told(make_opportunity(customer=firm), firm).lifecycle == lifecycle


def test_somebody_who_left_and_buys_again_is_a_customer_again() -> None:
    firm = make_organisation("Acme", lifecycle="former")
    deal = make_opportunity(customer=firm, amount=eur(500))
    actions.run(SYSTEM, OPPORTUNITY, deal, "win", {"reason": "fit"})
    assert told(deal, firm).lifecycle == "customer"
