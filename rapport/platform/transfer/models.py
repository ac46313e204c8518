"""Import: one run of one file. ImportRow: what became of one row. SavedMapping: a mapping kept for the next file.

A row's fate is written in the transaction of its effect, so the rows are the journal: after a crash the run goes on
below
the last row that has one, and no row is ever done twice.
"""

from __future__ import annotations

from django.db import models

from rapport.platform.words import gettext_lazy as _

OUTCOMES = (
    ("created", _("Created")),
    ("updated", _("Updated")),
    ("unchanged", _("Unchanged")),
    ("skipped", _("Skipped")),
    ("refused", _("Refused")),
)


class State(models.TextChoices):
    """draft → queued → running → done or failed (to be resumed) → undone."""

    DRAFT = "draft", _("Being set up")
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped")
    UNDONE = "undone", _("Undone")


class Import(models.Model):
    """One file, how it is read and mapped, who brings it in, how far it is."""

    id = models.BigAutoField(primary_key=True)
    # Events carry this number; it comes from the counter "run", shared by everything that does many things at once.
    run = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=500)
    original = models.CharField(max_length=500)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    mapping_name = models.CharField(max_length=120, blank=True, default="")
    object = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    user = models.ForeignKey("platform.User", models.SET_NULL, null=True, related_name="+")
    surface = models.CharField(max_length=20, default="import")
    # `row` is the number of the last row done, `done` how many rows are; `total` how many there are, once counted.
    row = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    # Resolving what later rows of the file had to bring first; begins when every row is done.
    second_pass = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    trial = models.JSONField(default=dict)
    message = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at"], name="import_of_user"),)

    def __str__(self) -> str:
        return f"{self.id} {self.name}"


class ImportRow(models.Model):
    """The fate of one row: `records` are [as, object, id, outcome]; `pending` waits for the second pass."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=OUTCOMES)
    reason = models.CharField(max_length=500, blank=True, default="")
    object = models.CharField(max_length=40, blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    records = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    pending = models.JSONField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),)
        indexes = (
            models.Index(
                fields=["run", "number"], name="import_row_pending", condition=models.Q(pending__isnull=False)
            ),
            models.Index(fields=["run", "outcome", "number"], name="import_row_by_outcome"),
        )

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number} {self.outcome}"


class ImportHistory(models.Model):
    """The history of a record as it stood before the run of this number first touched it, for undo."""

    id = models.BigAutoField(primary_key=True)
    run = models.BigIntegerField()
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    content = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "object", "record_id"], name="import_history_once"),)

    def __str__(self) -> str:
        return f"{self.run}: {self.object}:{self.record_id}"


class SavedMapping(models.Model):
    """A mapping under a name; `version` counts its changes."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=120, unique=True)
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    user = models.ForeignKey("platform.User", models.SET_NULL, null=True, related_name="+")
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"
