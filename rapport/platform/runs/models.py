"""The tables of runs: what was asked for, how far it is, and what became of every record."""

from __future__ import annotations

from django.db import models

from rapport.platform.words import gettext_lazy as _


class State(models.TextChoices):
    """queued → running → done → undoing → undone; failed where it could not go on."""

    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


OUTCOMES = (("changed", _("Changed")), ("unchanged", _("Unchanged")), ("refused", _("Refused")))


class Run(models.Model):
    """One change of many records. Its number is the `run_id` of the Events it wrote (imports count along).

    `place` is how far it is: the greatest record id done; while it is being undone, the least Event id put back.
    """

    id = models.BigIntegerField(primary_key=True)
    object = models.CharField(max_length=40)
    verb = models.CharField(max_length=20)
    action = models.CharField(max_length=60, blank=True, default="")
    values = models.JSONField(default=dict)
    # The filter whose records it takes, "" where records were chosen one by one.
    query = models.TextField(blank=True, default="")
    user = models.ForeignKey("platform.User", models.SET_NULL, null=True, related_name="+")
    surface = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    message = models.TextField(blank=True, default="")
    job_id = models.BigIntegerField(null=True)
    place = models.BigIntegerField(null=True)
    total = models.BigIntegerField(null=True)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    undone = models.BigIntegerField(default=0)
    left = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at"], name="runs_of_user"),)

    def __str__(self) -> str:
        return f"run {self.pk}: {self.verb} {self.object}"

    @property
    def done(self) -> int:
        """How many records have a fate."""
        return self.changed + self.unchanged + self.refused

    @property
    def is_busy(self) -> bool:
        return self.state in (State.QUEUED, State.RUNNING, State.UNDOING)


class RunRecord(models.Model):
    """One record of a run: chosen (outcome "" until it was tried), then its fate; `left` says why it was not undone."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, models.CASCADE, related_name="records")
    record_id = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    left = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "record_id"], name="run_takes_record_once"),)

    def __str__(self) -> str:
        return f"{self.run_id}/{self.record_id} {self.outcome}"
