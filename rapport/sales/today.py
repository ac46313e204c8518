"""What sales puts on Today:
my deals without a next step, my deals past their close date, my deals too long in a stage.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext as _now

from rapport.base.clock import now, today
from rapport.platform import today as today_page
from rapport.platform.access import visible
from rapport.platform.currencies import base_currency
from rapport.platform.fields import Ref, Tone
from rapport.platform.words import gettext_lazy as _
from rapport.sales.opportunity import OPPORTUNITY

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rapport.platform.access import Actor
    from rapport.sales.opportunity import Opportunity

# A deal above this worth (base currency) without a plan belongs to today; below, it is worth doing.
LARGE = 100_000


def mine(actor: Actor) -> QuerySet[Any]:
    """Open deals of mine."""
    return visible(actor, OPPORTUNITY, "edit").filter(owner_id=actor.user_id, open=True, archived_at=None)


@today_page.provider(_("Deals without a next step"))
def without_next_step(actor: Actor, limit: int) -> today_page.Found:
    """Nobody has planned anything: the commonest way to lose a deal."""
    deals = mine(actor).filter(next_step_at=None)
    rows = deals.order_by(F("amount_base").desc(nulls_last=True), "pk").select_related("customer")[:limit]
    return today_page.Found(
        [_item(deal, _now("No next step"), 78 if _is_large(deal) else 62) for deal in rows], deals.count()
    )


@today_page.provider(_("Deals past their close date"))
def past_close(actor: Actor, limit: int) -> today_page.Found:
    """The forecast says this should be over: close it or say when."""
    deals = mine(actor).filter(closes_on__lt=today(actor.culture.tz))
    rows = deals.order_by("closes_on", "pk").select_related("customer")[:limit]
    items = [
        _item(deal, _now("Expected close has passed"), 84, datetime.combine(deal.closes_on, time(), UTC))
        for deal in rows
    ]
    return today_page.Found(items, deals.count())


@today_page.provider(_("Deals too long in their stage"))
def ripe(actor: Actor, limit: int) -> today_page.Found:
    """Longer in a stage than the stage allows, and nothing planned in the coming week: a plan makes them quiet."""
    limits = mine(actor).filter(stage__limit_in_days__gt=0).values_list("stage_id", "stage__limit_in_days").distinct()
    over = Q(pk__in=[])
    for stage_id, days in limits:
        over |= Q(stage_id=stage_id, stage_entered_at__lt=now() - timedelta(days=days))
    deals = mine(actor).filter(over).filter(Q(next_step_at=None) | Q(next_step_at__gt=now() + timedelta(days=7)))
    rows = deals.order_by("stage_entered_at", "pk").select_related("customer", "stage")[:limit]
    items = [
        _item(deal, _now("%(days)d days in “%(stage)s”") % {"days": _days(deal), "stage": deal.stage.name}, 58)
        for deal in rows
    ]
    return today_page.Found(items, deals.count())


def _days(deal: Opportunity) -> int:
    return (now() - deal.stage_entered_at).days if deal.stage_entered_at else 0


def _is_large(deal: Opportunity) -> bool:
    return deal.amount is not None and (deal.amount.currency != base_currency() or deal.amount.amount >= LARGE)


def _item(deal: Any, reason: str, weight: float, at: datetime | None = None) -> today_page.Item:
    who = Ref("party", deal.customer_id) if deal.customer_id else None
    tone: Tone = "bad" if weight >= 80 else "warn"
    return today_page.Item(
        Ref("opportunity", deal.pk), deal.name, reason, weight, at, icon=OPPORTUNITY.icon, tone=tone, who=who
    )
