"""What people do with effects: take one back, have it tried again, stop everything, let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rapport.platform.jobs.control import may_see_all
from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox.models import Effect, Hold, Lane, State
from rapport.platform.outbox.queue import FREE
from rapport.platform.outbox.transports import tell

if TYPE_CHECKING:
    from datetime import datetime

    from rapport.platform.access import Actor


def cancel(effect: Effect, reason: str = "") -> Effect:
    """Take back what has not begun to leave. Raises ValidationError when it is too late.

    Who may do so is asked by the verb of what the effect is about.
    """
    with transaction.atomic():
        values = {**FREE, "state": State.CANCELLED, "reason": reason, "settled_at": database_now()}
        if not Effect.objects.filter(pk=effect.pk, state=State.QUEUED).update(**values):
            raise ValidationError(_("It is too late to take this back: it has left or is just leaving."))
        effect.refresh_from_db()
        tell(effect)
    return effect


def again(effect: Effect, *, after: datetime | None = None) -> Effect:
    """Try once more what failed or is unclear: somebody decided that a second copy does less harm than none."""
    moment = after or database_now()
    with transaction.atomic():
        ended = Effect.objects.filter(pk=effect.pk, state__in=(State.FAILED, State.UNCERTAIN, State.CANCELLED))
        if not ended.update(state=State.QUEUED, attempts=0, not_before=moment, settled_at=None):
            raise ValidationError(_("Only what failed, is unclear or was taken back can be sent again."))
        effect.refresh_from_db()
        tell(effect)
    return effect


def hold(by: str, reason: str) -> Hold:
    """From now on nothing leaves the house, until `release`; what is just under way ends."""
    found, _new = Hold.objects.get_or_create(
        id=1, defaults={"since": database_now(), "by": by[:200], "reason": reason[:500]}
    )
    return found


def release(actor: Actor) -> int:
    """Let what waited leave; how much that is. Raises PermissionDenied."""
    if not may_see_all(actor):
        raise PermissionDenied(_("Only an administrator may let held messages leave."))
    Hold.objects.all().delete()
    return Effect.objects.filter(state=State.QUEUED).count()


def wake(actor: Actor, lane: Lane) -> None:
    """End the rest of a destination. Raises PermissionDenied."""
    if not may_see_all(actor):
        raise PermissionDenied(_("Only an administrator may wake a destination."))
    Lane.objects.filter(pk=lane.pk).update(paused_until=None, failures=0)
