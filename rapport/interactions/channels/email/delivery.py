"""What the outbox says of a mail, written on its interaction in the same transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from rapport.base.clock import now
from rapport.interactions.channels.email.sender_address import SenderAddress, usable_by
from rapport.interactions.interaction import Interaction
from rapport.parties.contact_point import ContactPoint
from rapport.platform import outbox, records
from rapport.platform.access import Actor, actor_for, system, visible
from rapport.platform.fields import Ref
from rapport.platform.mail import letter as letters
from rapport.platform.objects import registry
from rapport.platform.outbox import Effect, State
from rapport.platform.words import own_reason

# Until addresses that a server did not take for now are tried again.
REST = timedelta(minutes=5)
SENDING = own_reason("Sending mail")
# Each with the Event it is.
EVENTS = {
    State.QUEUED: "queued",
    State.SENT: "sent",
    State.FAILED: "not_sent",
    State.UNCERTAIN: "uncertain",
    State.CANCELLED: "taken_back",
}


@outbox.before("interaction")
def why_not(effect: Effect) -> str:
    """Whether who wrote the mail may still send it, asked right before it leaves: hours may lie between."""
    if effect.transport != "mail" or effect.actor_id is None:
        return ""
    actor = actor_for(effect.actor_id, "job", token_id=effect.token_id)
    if actor is None:
        return _("Whoever wrote it may not sign in any more, or their token has ended.")
    if not visible(actor, registry.get("interaction"), "edit").filter(pk=effect.about_id).exists():
        return _("Whoever wrote it may not send it any more.")
    sender = letters.from_json(effect.payload["letter"]).sender.address
    known = SenderAddress.objects.filter(address__iexact=sender)
    if known.exists() and not usable_by(actor).filter(address__iexact=sender).exists():
        return _("Whoever wrote it may not write from this address any more.")
    return ""


@outbox.after("interaction")
def follow(effect: Effect) -> None:
    """Write on the interaction what became of its mail."""
    if effect.transport != "mail" or effect.about_id is None or effect.state not in EVENTS:
        return
    interaction = Interaction.objects.filter(pk=effect.about_id).first()
    if interaction is None:
        return
    if effect.payload.get("rest_of") and effect.state in (State.QUEUED, State.SENT):
        return  # the mail is sent already; this is a copy for addresses that were not taken the first time
    values = _values(effect)
    if all(getattr(interaction, key) == value for key, value in values.items()):
        return
    records.write(_engine(), interaction, values, action="deliver", event=EVENTS[State(effect.state)])
    if effect.state == State.SENT:
        _left(effect)


def _engine() -> Actor:
    return system(SENDING, "job")


def _values(effect: Effect) -> dict[str, Any]:
    values: dict[str, Any] = {"delivery": effect.state, "problem": effect.reason[:500]}
    if effect.state == State.SENT:
        refused = (effect.result or {}).get("refused") or {}
        words = "; ".join(f"{address}: {why}" for address, why in refused.items())
        told = _("Not taken: %(addresses)s") % {"addresses": words} if words else ""
        values |= {"done_at": now(), "occurred_at": now(), "problem": told[:500]}
    elif effect.state == State.CANCELLED:
        values |= {"delivery": "draft"}
    return values


def _left(effect: Effect) -> None:
    """Mark addresses that do not exist; send a copy to those that were not taken for now."""
    result = effect.result or {}
    for address, why in (result.get("refused") or {}).items():
        _bounced(str(address), str(why))
    postponed = [str(one) for one in result.get("postponed") or {}]
    if postponed:
        payload = {**effect.payload, "left": postponed, "rest_of": effect.pk}
        about = Ref("interaction", effect.about_id or 0)
        outbox.put(_engine(), "mail", payload, lane=effect.lane, about=about, once=f"rest of {effect.pk}", after=REST)


def _bounced(address: str, why: str) -> None:
    for point in ContactPoint.objects.filter(kind="email", value=letters.mailbox(address).address, archived_at=None):
        records.write(_engine(), point, {"state": "bounced", "note": why[:500]}, action="bounce", event="bounced")
