"""What a reader does with their own notifications; somebody else's answer like missing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.platform.access import NotFound
from rapport.platform.notifications.models import KINDS, Notification, Wishes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, time

    from rapport.platform.access import Actor


def mark_read(actor: Actor, pk: int) -> None:
    """It is read; what happens next begins a new bundle."""
    _set(actor, pk, read_at=now(), snoozed_until=None)


def mark_unread(actor: Actor, pk: int) -> None:
    """It counts again."""
    _set(actor, pk, read_at=None, snoozed_until=None)


def mark_all_read(actor: Actor) -> int:
    """Everything that is not asleep is read; how many."""
    moment = now()
    rows = Notification.objects.filter(user=actor.user_id or 0, read_at=None).exclude(snoozed_until__gt=moment)
    return rows.update(read_at=moment)


def snooze(actor: Actor, pk: int, until: datetime) -> None:
    """Out of sight until then, with whatever comes to it meanwhile."""
    if until <= now():
        raise ValidationError({"until": [_("Choose a moment that is still to come.")]})
    _set(actor, pk, read_at=None, snoozed_until=until)


def _set(actor: Actor, pk: int, **values: Any) -> None:
    if not Notification.objects.filter(pk=pk, user=actor.user_id or 0).update(**values):
        raise NotFound(_("There is no such notification."))


def wish(
    actor: Actor, *, left_out: Sequence[str], quiet_from: time | None, quiet_to: time | None, quiet_days: Sequence[int]
) -> None:
    """Which kinds one wants, and when nothing rings. Raises ValidationError."""
    if (quiet_from is None) != (quiet_to is None):
        raise ValidationError({"quiet_to": [_("Say both when the quiet begins and when it ends.")]})
    if not set(left_out) <= set(dict(KINDS)) or not set(quiet_days) <= set(range(7)) or actor.user_id is None:
        raise ValidationError(_("This cannot be chosen."))
    if set(quiet_days) == set(range(7)):
        raise ValidationError({"quiet_days": [_("One day of the week must not be quiet.")]})
    values = {
        "left_out": sorted(set(left_out)),
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "quiet_days": sorted(set(quiet_days)),
    }
    Wishes.objects.update_or_create(user_id=actor.user_id, defaults=values)
