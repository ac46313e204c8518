"""The Event table, its database-side transaction number, and the cursors that read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class TransactionNumber(models.Func):
    """Number of the writing transaction on PostgreSQL, 0 on SQLite (one writer at a time, ids commit in order).

    On PostgreSQL ids commit out of order: a reader that follows ids would step over an event whose transaction is still
    open. Readers follow (transaction, id) up to the oldest open transaction instead, which nothing can slip behind.
    """

    output_field = models.BigIntegerField()
    arity = 0

    def as_sql(  # type: ignore[override]  # nothing of a function's template applies
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        return "0", []

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any
    ) -> tuple[str, list[Any]]:
        return "(pg_current_xact_id()::text::bigint)", []


class Event(models.Model):
    """Who, on whose behalf, through which surface, which action, on which record, what changed from what to what, why.

    `changes` is {field: [old plain, new plain]}. `at` is when it happened (in the past for imported history),
    `recorded_at`
    when we learnt it. `party_id` is the customer whose story it belongs to. `run_id` groups what was done together (an
    import).
    """

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=TransactionNumber())
    kind = models.CharField(max_length=80)
    action = models.CharField(max_length=60)
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    record_uid = models.UUIDField(null=True)
    party_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    behalf_id = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True, default="")
    run_id = models.BigIntegerField(null=True)
    request = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reactions = models.BooleanField(default=True)

    class Meta:
        indexes = (
            models.Index(fields=["object", "record_id", "at"], name="event_of_record"),
            models.Index(fields=["party_id", "at"], name="event_of_party"),
            models.Index(fields=["transaction", "id"], name="event_in_order"),
            models.Index(fields=["run_id"], name="event_of_run", condition=models.Q(run_id__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object}:{self.record_id}"


class Cursor(models.Model):
    """How far one subscriber has read."""

    name = models.CharField(max_length=200, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    moved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} at {self.transaction}/{self.event_id}"
