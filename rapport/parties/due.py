"""What parties put on Today: privacy requests the law wants answered soon, for who handles privacy."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _now

from rapport.base.clock import today
from rapport.parties.privacy_request import PRIVACY_REQUEST
from rapport.platform import today as today_page
from rapport.platform.access import Actor, visible
from rapport.platform.access.keepers import handles_privacy
from rapport.platform.fields import Ref
from rapport.platform.words import gettext_lazy as _
from rapport.ui import formats

# From so many days before the law's day on.
SOON = timedelta(days=14)


@today_page.provider(_("Privacy requests"))
def requests_due(actor: Actor, limit: int) -> today_page.Found:
    """Open requests whose day is near or past. One query, none for others."""
    if not handles_privacy(actor):
        return today_page.Found()
    day = today(actor.culture.tz)
    rows = visible(actor, PRIVACY_REQUEST).filter(state="open", archived_at=None, due_on__lte=day + SOON)
    found = list(rows.order_by("due_on", "pk")[: limit + 1])
    items = [
        today_page.Item(
            Ref("privacy_request", one.pk),
            one.number,
            _now("The law wants an answer by {day}").format(day=formats.date_text(one.due_on)),
            105 if one.due_on < day else 82,
            datetime.combine(one.due_on, time(), UTC),
            icon=PRIVACY_REQUEST.icon,
            tone="bad" if one.due_on < day else "warn",
            who=Ref("party", one.party_id) if one.party_id else None,
        )
        for one in found[:limit]
    ]
    return today_page.Found(items, len(found))
