"""What a deal says about its customer: who is offered something is a prospect, who bought is a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.parties.party import PARTY, Party, become_customer, change_lifecycle
from rapport.platform import access
from rapport.platform.events.reactions import on
from rapport.sales.opportunity import Opportunity

if TYPE_CHECKING:
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
