"""What a deal says about its customer: who is offered something is a prospect, who bought is a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Min, Q

from rapport.base.clock import today
from rapport.parties.consequence import consequence
from rapport.parties.party import PARTY, Party, become_customer, change_lifecycle, phase_values
from rapport.platform import access, records
from rapport.platform.events.reactions import on
from rapport.platform.transfer import follows
from rapport.sales.opportunity import Opportunity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from rapport.platform.access import Actor
    from rapport.platform.events.models import Event


@on("opportunity.created", "opportunity.won", "opportunity.reopened")
def keep_lifecycle(event: Event) -> None:
    """Move the customer on; nobody is ever moved back, for a lost deal does not undo what somebody is to us."""
    deal = Opportunity.objects.filter(pk=event.record_id, archived_at=None).first()
    if deal is None or deal.customer_id is None:
        return
    customer = Party.objects.select_for_update().filter(pk=deal.customer_id, archived_at=None).first()
    if customer is None:
        return
    actor = access.system("sales")
    if deal.won and customer.lifecycle != "customer":
        become_customer(actor, customer, on=deal.closed_at.date() if deal.closed_at else None)
    elif deal.open and customer.lifecycle == PARTY.field("lifecycle").initial():
        change_lifecycle(actor, customer, lifecycle="prospect")


@follows("opportunity")
def keep_lifecycles(actor: Actor, ids: Sequence[int]) -> None:
    """The same for the customers of many deals that a run brought: since the day of the first one won.

    Somebody who left stays so, unless they bought after that.
    """
    asked = Opportunity.objects.filter(pk__in=ids, archived_at=None, customer_id__isnull=False)
    deals = (
        Opportunity.objects.filter(customer_id__in=asked.values("customer_id"), archived_at=None)
        .values("customer_id")
        .annotate(
            first=Min("closed_at", filter=Q(won=True)),
            latest=Max("closed_at", filter=Q(won=True)),
            wins=Count("pk", filter=Q(won=True)),
            offers=Count("pk", filter=Q(open=True)),
        )
    )
    told = {deal["customer_id"]: deal for deal in deals}
    bought: list[tuple[Party, dict[str, Any]]] = []
    offered: list[tuple[Party, dict[str, Any]]] = []
    for customer in Party.objects.select_for_update().filter(pk__in=list(told), archived_at=None).order_by("pk"):
        deal = told[customer.pk]
        if deal["wins"] and _is_news(actor, customer, deal["latest"]):
            day = _day(actor, deal["first"]) or today(actor.culture.tz)
            bought.append((customer, phase_values(customer, "customer", day)))
        elif deal["offers"] and customer.lifecycle == PARTY.field("lifecycle").initial():
            offered.append((customer, {"lifecycle": "prospect"}))
    engine = consequence(actor)
    records.load_updates(engine, PARTY, bought, action="change_lifecycle", event="became_customer")
    records.load_updates(engine, PARTY, offered, action="change_lifecycle", event="lifecycle_changed")


def _is_news(actor: Actor, customer: Party, latest: datetime | None) -> bool:
    """Whether a won deal tells that somebody is a customer now."""
    if customer.lifecycle == "former" and customer.customer_until is not None:
        day = _day(actor, latest)
        return day is not None and day > customer.customer_until
    return customer.lifecycle not in {"customer", "former"}


def _day(actor: Actor, moment: datetime | None) -> date | None:
    return moment.astimezone(actor.culture.tz).date() if moment else None
