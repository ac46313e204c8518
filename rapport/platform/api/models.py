"""What the API keeps between requests: the answers given under an Idempotency-Key."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models

from rapport.base.clock import now
from rapport.platform.accounts.models import Token
from rapport.platform.jobs import job

if TYPE_CHECKING:
    from rapport.platform.access import Actor
    from rapport.platform.jobs import Run

KEPT = timedelta(hours=24)


class IdempotencyKey(models.Model):
    """One request that was done, and its answer: written in the transaction of the effect, so both are there or none.

    `fingerprint` is the SHA-256 of what was asked; the same key with another request is a mistake of the caller.
    """

    token = models.ForeignKey(Token, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once"),)

    def __str__(self) -> str:
        return f"{self.key} of token {self.token_id}"


@job("api.tidy", every=timedelta(hours=1))
def forget_old_keys(actor: Actor, job: Run) -> int:
    """Forget answers that were kept for repeated requests more than 24 hours ago."""
    return IdempotencyKey.objects.filter(created_at__lt=now() - KEPT).delete()[0]
