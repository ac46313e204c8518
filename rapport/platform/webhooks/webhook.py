"""Webhook: one endpoint that hears of Events. Its signing secret is sealed and is in no schema.

Always: it belongs to somebody, whose rights decide what it hears of; its address can be called by the rules of egress;
only who keeps the house makes or changes one.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now
from rapport.platform import audit, egress, guards, query, records, sealing
from rapport.platform.access import Actor, actor_for
from rapport.platform.access.keepers import require_keeper
from rapport.platform.actions import action
from rapport.platform.fields import Boolean, DateTime, LongText, Text, Url
from rapport.platform.objects import Object, Section, View, register, registry
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "whsec_"
# How long the secret before the newest one still signs beside it.
OVERLAP = timedelta(hours=24)
MOST_KINDS = 50
audit.register("secret_shown", _("Secret shown"), _("{who} looked at the secret of {what}"))


class Webhook(Record):
    """One endpoint."""

    name = Text(_("Name"), required=True)
    url = Url(_("Address"), required=True)
    kinds = Text(
        _("Events"),
        max=2_000,
        default="*",
        help=_("Kinds of Event, separated by commas: opportunity.won, party.*, or *."),
    )
    condition = LongText(
        _("Only where"), max=5_000, help=_("A filter over the records of the Events' kind: amount > 10000 and open.")
    )
    is_on = Boolean(_("On"), default=True)
    problem = Text(_("Problem"), max=500, read_only=True)

    # Sealed: see `secrets_of`.
    sealed = models.TextField(blank=True, default="", editable=False)
    sealed_before = models.TextField(blank=True, default="", editable=False)
    renewed_at = models.DateTimeField(null=True, editable=False)

    owner_id: int | None
    objects: ClassVar[models.Manager[Webhook]] = models.Manager()

    @property
    def wanted(self) -> tuple[str, ...]:
        """The kinds of Event it hears of."""
        return tuple(one.strip() for one in self.kinds.split(",") if one.strip())

    def wants(self, kind: str) -> bool:
        """Whether it hears of Events of this kind."""
        return any(one in ("*", kind) or (one.endswith(".*") and kind.startswith(one[:-1])) for one in self.wanted)


SECRETS = sealing.store(sealing.Store("webhooks", Webhook, "sealed"))
SECRETS_BEFORE = sealing.store(sealing.Store("webhooks before", Webhook, "sealed_before"))


def secrets_of(webhook: Webhook) -> list[str]:
    """The secrets that sign now, the newest first: two for a day after it was renewed."""
    found = [sealing.unseal(webhook.sealed, SECRETS.place(webhook.uid))]
    if webhook.sealed_before and webhook.renewed_at and now() - webhook.renewed_at < OVERLAP:
        found.append(sealing.unseal(webhook.sealed_before, SECRETS_BEFORE.place(webhook.uid)))
    return found


def _fresh_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def prepare(webhook: Webhook) -> None:
    """A secret for a new one."""
    if not webhook.sealed:
        webhook.sealed = sealing.seal(_fresh_secret(), SECRETS.place(webhook.uid))


def check(webhook: Webhook) -> None:
    """The address can be called, the kinds name Objects, the condition can be read. Raises ValidationError."""
    try:
        egress.read_url(webhook.url)
    except egress.EgressError as error:
        raise ValidationError({"url": str(error)}) from error
    if not webhook.wanted or len(webhook.wanted) > MOST_KINDS:
        raise ValidationError({"kinds": _now("Name one to %(most)s kinds of Event.") % {"most": MOST_KINDS}})
    objects = {one.partition(".")[0] for one in webhook.wanted}
    unknown = sorted(one for one in objects if one != "*" and not registry.has(one))
    if unknown:
        raise ValidationError({"kinds": _now("There is no kind of record “%(name)s”.") % {"name": unknown[0][:60]}})
    if webhook.condition:
        _check_condition(webhook, objects)


def _check_condition(webhook: Webhook, objects: set[str]) -> None:
    if len(objects) != 1 or "*" in objects:
        raise ValidationError({"condition": _now("A filter needs Events of one kind of record.")})
    actor = actor_for(webhook.owner_id, "job") if webhook.owner_id else None
    if actor is None:
        raise ValidationError({"owner": _now("A webhook belongs to somebody who may sign in.")})
    try:
        query.parse(actor, registry.get(objects.pop()), webhook.condition)
    except query.QueryError as error:
        raise ValidationError({"condition": str(error)}) from error


@guards.guard("webhook.create", "webhook.update", "webhook.archive", "webhook.restore")
def kept_by_keepers(actor: Actor, record: Any, values: Mapping[str, Any]) -> None:
    """A webhook carries what its owner may see out of the house: that is for who keeps the house."""
    if actor.user_id is not None:
        require_keeper(actor)


@action(label=_("Send a test"), icon="send", many=False, event="tested")
def send_test(actor: Actor, webhook: Webhook) -> Webhook:
    """Call the endpoint once with an Event of the kind “test”."""
    from rapport.platform.webhooks.calls import test

    require_keeper(actor)
    test(actor, webhook)
    told: Webhook = records.write(actor, webhook, {}, action="send_test", event="tested")
    return told


@action(label=_("New secret"), icon="refresh-cw", many=False, event="secret_renewed")
def renew_secret(actor: Actor, webhook: Webhook) -> Webhook:
    """Sign with a new secret; the one before signs beside it for a day."""
    require_keeper(actor)
    old = secrets_of(webhook)[0]
    webhook.sealed_before = sealing.seal(old, SECRETS_BEFORE.place(webhook.uid))
    webhook.sealed = sealing.seal(_fresh_secret(), SECRETS.place(webhook.uid))
    webhook.renewed_at = now()
    webhook.save(update_fields=["sealed", "sealed_before", "renewed_at"])
    told: Webhook = records.write(actor, webhook, {}, action="renew_secret", event="secret_renewed")
    return told


@action(label=_("Send again from"), icon="rotate-ccw", many=False, event="replayed")
def replay(
    actor: Actor, webhook: Webhook, *, since: Annotated[datetime, DateTime(_("Since"), required=True)]
) -> Webhook:
    """Call the endpoint anew for everything it should have heard of since a moment."""
    from rapport.platform import jobs
    from rapport.platform.webhooks.calls import replay_since

    require_keeper(actor)
    jobs.enqueue(actor, replay_since, {"webhook": webhook.pk, "since": since.isoformat()}, unique=str(webhook.pk))
    told: Webhook = records.write(actor, webhook, {}, action="replay", event="replayed")
    return told


WEBHOOK = register(
    Object(
        key="webhook",
        label=_("Webhook"),
        plural=_("Webhooks"),
        model_class=Webhook,
        icon="zap",
        subtitle=("url",),
        columns=("name", "url", "kinds", "owner", "is_on", "problem"),
        sections=(Section(_("Endpoint"), ("name", "url", "kinds", "condition", "owner", "is_on", "problem")),),
        quick=("name", "url", "kinds"),
        search=("name", "url"),
        match=(("name",),),
        sort="name",
        views=(View("all", _("All")), View("problems", _("With a problem"), "problem is not empty")),
        actions=(send_test, renew_secret, replay),
        derive=prepare,
        check=check,
        help=_("A program elsewhere that hears of what happens, as far as its owner may see it."),
    )
)
