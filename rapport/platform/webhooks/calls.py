"""Calling endpoints: which Events go to whom, what a call says, how it is signed, what its answer means."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from django.conf import settings
from django.utils.translation import gettext as _

from rapport.base import ids
from rapport.base.clock import now
from rapport.platform import egress, outbox, query, records
from rapport.platform.access import Actor, actor_for, readable, system, visible
from rapport.platform.events.models import Event
from rapport.platform.events.reactions import on
from rapport.platform.fields import Ref
from rapport.platform.jobs import Run, stepwise_job
from rapport.platform.objects import registry
from rapport.platform.outbox import Effect, Later, Outcome, Refused, Sent, State
from rapport.platform.privacy import restriction
from rapport.platform.webhooks.webhook import Webhook, secrets_of
from rapport.platform.words import gettext_lazy, own_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

CALLING = own_reason("Calling webhooks")
LIMITS = egress.Limits(connect_seconds=5, total_seconds=15, body_bytes=65_536)
LONGEST_WISH = timedelta(days=1)
AGAIN_AT_ONCE = 200
# What is told of somebody whose data may only be stored: that it is so (GDPR, Article 19).
ANNOUNCED = (".restricted", ".restriction_lifted", ".erased")


# --- which Events go to whom ------------------------------------------------------------------------------------------


@on("*")
def call(event: Event) -> None:
    """Put a call into the outbox for every endpoint that hears of this Event."""
    for webhook in Webhook.objects.filter(is_on=True, archived_at=None):
        if event.object != "webhook" and _hears_of(webhook, event):
            _put(webhook, event, once=f"{webhook.uid}:{event.pk}")


def _hears_of(webhook: Webhook, event: Event) -> bool:
    """Whether it wants this Event, its owner may see the record, and the record meets its condition."""
    if not webhook.wants(event.kind) or not registry.has(event.object):
        return False
    if not event.kind.endswith(ANNOUNCED) and restriction.of_story(event.object, event.record_id):
        return False
    actor = _owner(webhook)
    obj = registry.get(event.object)
    if actor is None or not visible(actor, obj).filter(pk=event.record_id).exists():
        return False
    if not webhook.condition:
        return True
    try:
        asked = query.parse(actor, obj, webhook.condition)
        return query.holds(actor, query.plan(actor, obj, asked), event.record_id)
    except query.QueryError as error:
        _note(webhook, {"problem": _("Its filter cannot be read any more: {reason}").format(reason=error)[:500]})
        return False


def _owner(webhook: Webhook) -> Actor | None:
    return actor_for(webhook.owner_id, "job") if webhook.owner_id else None


def _put(webhook: Webhook, event: Event, *, once: str) -> None:
    obj = registry.get(event.object)
    actor = _owner(webhook)
    seen = readable(actor, obj) if actor else {}
    body = {
        "type": event.kind,
        "timestamp": event.at.isoformat(),
        "data": {
            "event": event.pk,
            "object": event.object,
            "id": str(event.record_uid or event.record_id),
            "version": event.version,
            "changed": sorted(key for key in event.changes if key in seen),
            "url": f"{settings.BASE_URL}/api/v1/{obj.url}/{event.record_uid or event.record_id}",
        },
    }
    _send(webhook, body, once=once, record=Ref(event.object, event.record_id))


def _send(webhook: Webhook, body: Mapping[str, Any], *, once: str, record: Ref | None) -> None:
    payload: dict[str, Any] = {"body": body, "id": f"msg_{ids.uuid7().hex}"}
    if record is not None:
        payload["record"] = [record.object, record.id]
    about = Ref("webhook", webhook.pk)
    outbox.put(system(CALLING, "job"), "webhook", payload, lane=str(webhook.uid), about=about, once=once)


def test(actor: Actor, webhook: Webhook) -> None:
    """Put a call that says nothing but that it is a test."""
    body = {"type": "test", "timestamp": now().isoformat(), "data": {"by": actor.name}}
    _send(webhook, body, once=f"test:{ids.uuid7().hex}", record=None)


@stepwise_job("webhook.replay")
def replay_since(actor: Actor, job: Run, *, webhook: int, since: str) -> int:
    """Call an endpoint anew for everything it should have heard of since a moment."""
    found = Webhook.objects.get(pk=webhook)
    events = Event.objects.filter(recorded_at__gte=datetime.fromisoformat(since), reactions=True).order_by("pk")
    number, last = 0, 0
    while some := list(events.filter(pk__gt=last)[:AGAIN_AT_ONCE]):
        with job.step(done=number):
            for event in some:
                if event.object != "webhook" and _hears_of(found, event):
                    _put(found, event, once=f"{found.uid}:{event.pk}:{job.id}")
                    number += 1
        last = some[-1].pk
    return number


# --- one call ---------------------------------------------------------------------------------------------------------


class Call(outbox.Transport):
    """A signed POST, at least once: the other side tells repeats apart by its `webhook-id` (Standard Webhooks 1.0)."""

    key: ClassVar[str] = "webhook"
    label = gettext_lazy("Webhook")
    pauses = (
        timedelta(seconds=5),
        timedelta(minutes=5),
        timedelta(minutes=30),
        *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
    )
    when_unclear = "again"
    side_by_side = 1
    patience = 5
    rest = timedelta(minutes=1)

    def deliver(self, effect: Effect) -> Outcome:
        """Call it, if its owner may still see what happened."""
        webhook = Webhook.objects.filter(pk=effect.about_id or 0).first()
        if webhook is None or not webhook.is_on or webhook.is_archived:
            return Refused(_("The webhook was switched off."))
        if not _may_hear(webhook, effect):
            return Refused(_("Its owner may not see this any more."))
        body = orjson.dumps(_body(webhook, effect))
        try:
            answer = egress.request(
                "POST", webhook.url, body=body, headers=headers(webhook, effect, body), limits=LIMITS
            )
        except egress.BadAddress as error:
            return Refused(str(error))
        except egress.EgressError as error:
            return Later(str(error) or _("It cannot be reached."))
        return _outcome(webhook, answer)


def _may_hear(webhook: Webhook, effect: Effect) -> bool:
    actor = _owner(webhook)
    if actor is None:
        return False
    about = effect.payload.get("record")
    return about is None or visible(actor, registry.get(about[0])).filter(pk=about[1]).exists()


def _body(webhook: Webhook, effect: Effect) -> Mapping[str, Any]:
    """What is told, without the names of fields that its owner may not see any more."""
    body: dict[str, Any] = effect.payload["body"]
    changed, about, actor = body["data"].get("changed"), effect.payload.get("record"), _owner(webhook)
    if not changed or about is None or actor is None:
        return body
    seen = readable(actor, registry.get(about[0]))
    return {**body, "data": {**body["data"], "changed": [key for key in changed if key in seen]}}


def headers(webhook: Webhook, effect: Effect, body: bytes) -> dict[str, str]:
    """What a call is known and proved by; one signature for each secret that is valid now."""
    moment = str(int(now().timestamp()))
    ident = str(effect.payload["id"])
    return {
        "Content-Type": "application/json",
        "User-Agent": "Rapport",
        "webhook-id": ident,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(sign(secret, ident, moment, body) for secret in secrets_of(webhook)),
    }


def sign(secret: str, ident: str, moment: str, body: bytes) -> str:
    """ "v1," and the HMAC-SHA256 of "id.timestamp.body" in base64 (Standard Webhooks 1.0, symmetric)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{ident}.{moment}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def _outcome(webhook: Webhook, answer: egress.Answer) -> Outcome:
    if answer.is_success:
        return Sent({"status": answer.status})
    said = _("It answered {status}.").format(status=answer.status)
    if answer.status == 410:
        words = _("It answered 410: the endpoint is gone, so it was switched off.")
        _note(webhook, {"is_on": False, "problem": words})
        return Refused(words)
    return Later(said, after=_wished(answer) if answer.status in (429, 503) else None)


def _wished(answer: egress.Answer) -> timedelta | None:
    """What the other side asks for in Retry-After, in seconds; a day at most."""
    given = answer.headers.get("retry-after", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        return None
    return min(timedelta(seconds=max(int(given), 1)), LONGEST_WISH)


@outbox.after("webhook")
def follow(effect: Effect) -> None:
    """Say on the webhook that a call failed for good, and take it back when one arrives again."""
    webhook = Webhook.objects.filter(pk=effect.about_id or 0).first()
    if webhook is None:
        return
    if effect.state == State.FAILED and webhook.is_on:
        _note(webhook, {"problem": effect.reason[:500]})
    elif effect.state == State.SENT and webhook.problem:
        _note(webhook, {"problem": ""})


def _note(webhook: Webhook, values: Mapping[str, Any]) -> None:
    records.write(system(CALLING, "job"), webhook, values, action="call", event="updated")


outbox.register(Call())
