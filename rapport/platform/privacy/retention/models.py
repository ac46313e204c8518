"""Ended: one record that a retention rule took away, emptied or put away, or could not; without a word of it."""

from __future__ import annotations

from django.db import models


class Ended(models.Model):
    """What a rule did with one record, and when."""

    rule_id = models.BigIntegerField()
    object = models.CharField(max_length=80)
    record_uid = models.UUIDField()
    what = models.CharField(max_length=10)
    # Why it could not be done; empty where it was.
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["rule_id", "-id"], name="ended_by_rule"),)

    def __str__(self) -> str:
        return f"{self.object} {self.record_uid}: {self.what}"
