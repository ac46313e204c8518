"""Erasure: one erasure and its receipt. Suppressed: by what somebody erased is known again, as a keyed digest."""

from __future__ import annotations

from django.db import models

from rapport.base import ids


class Erasure(models.Model):
    """Who was erased (only by the uid of the row that is left), who asked for it and why, what was done."""

    uid = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField()
    # A law or promise by which it was asked for; never a name.
    reason = models.CharField(max_length=200, blank=True, default="")
    actor_id = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    receipt = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["object", "record_id"], condition=models.Q(done_at=None), name="erasure_waits_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.object}:{self.record_id}"


class Suppressed(models.Model):
    """HMAC of an address or number: of somebody erased, so that a file does not bring them back unnoticed; or of
    somebody who wants no message there (`erasure` is empty), whether we know them or not.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="suppressed", null=True)
    # Why, in words of ours and never a name; who wrote it down, and when.
    reason = models.CharField(max_length=200, blank=True, default="")
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest[:8]
