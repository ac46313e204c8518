"""Job: work to be done later, at least once. Its states and what holds in each are constraints of the database."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from rapport.platform.words import gettext_lazy as _


class State(models.TextChoices):
    """queued → running → done, or back to queued to try again, or dead when that is no use."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """One call of a registered function, with its lease while somebody does it.

    A worker holds a job by `attempt_id` until `leased_until`, by the time of the database. Whoever settles a job
    names the attempt: a worker that slept through its lease finds that the attempt is no longer his and rolls its
    work back.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True, default="")
    # The token of the program that asked for it, which may end before.
    token_id = models.BigIntegerField(null=True)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField()
    # At most one job of this key and unique_key waits, and at most one runs.
    unique_key = models.CharField(max_length=120, null=True)
    # The moment a periodic job was due; each slot is done once.
    slot = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=1)
    cancel_asked = models.BooleanField(default=False)

    leased_by = models.CharField(max_length=120, blank=True, default="")
    attempt_id = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)

    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    result = models.JSONField(null=True)
    last_error = models.TextField(blank=True, default="")

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "unique_key"], condition=Q(state="queued"), name="job_waits_once"),
            models.UniqueConstraint(fields=["key", "slot"], name="job_slot_once"),
            models.CheckConstraint(
                condition=Q(state="running", attempt_id__isnull=False, leased_until__isnull=False)
                | (~Q(state="running") & Q(attempt_id__isnull=True, leased_until__isnull=True)),
                name="job_leased_while_running",
            ),
        )
        indexes = (
            # The worker's question: the first that is due.
            models.Index(F("priority").desc(), "run_after", "id", condition=Q(state="queued"), name="job_next"),
            models.Index(fields=["leased_until"], condition=Q(state="running"), name="job_leased"),
            models.Index(fields=["state", "finished_at"], name="job_finished"),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.pk} ({self.state})"
