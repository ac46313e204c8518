"""Who forgot their password asks for a link. Asking costs the same and looks the same for every address.

The page only puts a job in the queue, with whatever address was typed; the worker looks whether anybody has it. Then a
carrier brings the person to a link. Until the house can send mail the carrier is `tell_keepers`; `carry_by` puts
another in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from rapport.platform.accounts import trail
from rapport.platform.jobs import enqueue, job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.accounts.models import User
    from rapport.platform.jobs import Run

Carrier = Callable[["Actor", "User"], None]
# One request for an address is enough for a while: nobody is to be flooded.
PAUSE = timedelta(minutes=15)


def ask(email: str) -> None:
    """Note that somebody at this address wants a new password."""
    from rapport.platform.access import system

    enqueue(system("forgotten password", "web"), bring, {"email": email.strip().lower()[:254]})


@job("accounts.bring_reset", retries=3)
def bring(actor: Actor, job: Run, *, email: str) -> str:
    """Bring who forgot their password to a link for a new one."""
    from rapport.platform.accounts.models import User

    user = User.objects.filter(email=email, is_active=True, archived_at=None).first() if email else None
    if user is None or _asked_lately(user):
        return "nothing to do"
    trail.note(actor, user.pk, "reset_asked")
    _carriers[-1](actor, user)
    return "brought on the way"


def carry_by(carrier: Carrier) -> None:
    """Bring people to their link another way, such as by mail."""
    _carriers.append(carrier)


def tell_keepers(actor: Actor, user: User) -> None:
    """Tell everybody who keeps the house, in their notifications: they make the link under Settings → People."""
    from rapport.base.clock import now
    from rapport.platform.access import keepers
    from rapport.platform.notifications.reaction import add
    from rapport.platform.objects import registry

    moment = now()
    for keeper in keepers.keepers() - {user.pk}:
        add(keeper, "reset", registry.get("user"), user.pk, key=f"reset:{user.pk}:{moment:%Y%m%d%H%M}", at=moment)


_carriers: list[Carrier] = [tell_keepers]


def _asked_lately(user: User) -> bool:
    from rapport.base.clock import now
    from rapport.platform.events.models import Event

    asked = Event.objects.filter(kind="sign_in.reset_asked", object="sign_in", record_id=user.pk)
    return asked.filter(at__gt=now() - PAUSE).exists()
