"""Effect: one thing to be done outside the database. Lane: a destination, with its pauses. Hold: nothing leaves."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from rapport.base import ids
from rapport.platform.words import gettext_lazy as _


class State(models.TextChoices):
    """queued → sending → sent, failed or uncertain; cancelled while it was queued."""

    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNCERTAIN = "uncertain", _("Unclear whether it was sent")
    CANCELLED = "cancelled", _("Taken back")


class Effect(models.Model):
    """One mail, one call of a webhook: what is to leave, and what became of it.

    A courier reserves a queued effect by `attempt_id` until `leased_until` (the database's time), makes it `sending` in
    a commit of its own right before the first byte leaves, and settles it naming the attempt. So a crash leaves at
    most the one effect in hand unclear, and never the whole batch that was reserved.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(default=ids.uuid7, unique=True)
    transport = models.CharField(max_length=40)
    # Where it goes: the domain of a mail, the endpoint of a webhook. Pauses and shares are counted by it.
    lane = models.CharField(max_length=200, blank=True, default="")
    # What must leave only once: ("mail", "campaign 7 · party 12").
    once = models.CharField(max_length=160, null=True)
    payload = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True, default="")
    # The token of the program that asked for it, which may end before.
    token_id = models.BigIntegerField(null=True)
    about_object = models.CharField(max_length=80, blank=True, default="")
    about_id = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField(default=0)
    not_before = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    attempt_id = models.UUIDField(null=True)
    leased_by = models.CharField(max_length=120, blank=True, default="")
    leased_until = models.DateTimeField(null=True)

    reason = models.TextField(blank=True, default="")
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Effect]] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["transport", "once"], name="effect_once"),
            models.CheckConstraint(
                condition=Q(state="sending", attempt_id__isnull=False, leased_until__isnull=False)
                | Q(state="queued")
                | (~Q(state__in=("sending", "queued")) & Q(attempt_id__isnull=True, leased_until__isnull=True)),
                name="effect_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, state__in=("queued", "sending"))
                | Q(settled_at__isnull=False, state__in=("sent", "failed", "uncertain", "cancelled")),
                name="effect_settled_once",
            ),
        )
        indexes = (
            models.Index(
                F("priority").desc(),
                "not_before",
                "id",
                condition=Q(state="queued", attempt_id__isnull=True),
                name="effect_next",
            ),
            models.Index(fields=["leased_until"], condition=Q(attempt_id__isnull=False), name="effect_leased"),
            models.Index(fields=["state", "settled_at"], name="effect_settled"),
            models.Index(fields=["about_object", "about_id"], name="effect_about"),
        )

    def __str__(self) -> str:
        return f"{self.transport} {self.pk} ({self.state})"


class Lane(models.Model):
    """A destination that is not to be tried for a while: it failed too often, or its share of a minute is used up."""

    id = models.BigAutoField(primary_key=True)
    transport = models.CharField(max_length=40)
    key = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager[Lane]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["transport", "key"], name="lane_once"),)

    def __str__(self) -> str:
        return f"{self.transport} {self.key}"


class Hold(models.Model):
    """While this row exists nothing leaves the house: after a restore, or because somebody stopped everything."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    by = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")

    objects: ClassVar[models.Manager[Hold]] = models.Manager()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="hold_is_one"),)

    def __str__(self) -> str:
        return self.reason
