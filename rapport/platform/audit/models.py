"""The entries of the audit trail. The database refuses to change or delete one (`guard`)."""

from __future__ import annotations

from django.db import models

from rapport.platform.events.models import TransactionNumber


class AuditEntry(models.Model):
    """Who did what that changed no record: saw, took out, tried, came in; from which address, in which request.

    About one record: `object`, `record_id`. About several: `records`, JSON {object: [ids, ascending]}. `detail` is
    canonical JSON of plain facts and holds nothing personal; what is personal stands in `sealed`, encrypted under the
    key that `sealed_key` names, and is gone when that key is destroyed.
    """

    id = models.BigAutoField(primary_key=True)
    transaction = models.BigIntegerField(db_default=TransactionNumber())
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    behalf_id = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True, default="")
    request = models.CharField(max_length=40, blank=True, default="")
    object = models.CharField(max_length=40, blank=True, default="")
    record_id = models.BigIntegerField(null=True)
    records = models.TextField(blank=True, default="")
    detail = models.TextField(blank=True, default="")
    sealed = models.TextField(blank=True, default="")
    sealed_key = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=["transaction", "id"], name="audit_in_order"),
            models.Index(fields=["at", "id"], name="audit_by_time"),
            models.Index(fields=["actor_id", "id"], name="audit_of_actor"),
            models.Index(fields=["kind", "id"], name="audit_by_kind"),
            models.Index(
                fields=["object", "record_id", "id"],
                name="audit_of_record",
                condition=models.Q(record_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.object}:{self.record_id or ''}"


class AuditSeen(models.Model):
    """Which entry speaks of a record, for entries that speak of several; made while sealing, and derived from them."""

    pk = models.CompositePrimaryKey("object", "record_id", "entry_id")
    object = models.CharField(max_length=40)
    record_id = models.BigIntegerField()
    entry_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.object}:{self.record_id} in {self.entry_id}"


class AuditSeal(models.Model):
    """Entries or Events sealed together: their numbers, their tags, and the head of the chain after them (`chain`).

    `ids` are their ids (8 bytes each), `tags` what each hashes to (16 bytes each); the first has the number `first`,
    and no number is missing. `table` is "entry" or "event".
    """

    number = models.BigIntegerField(primary_key=True)
    table = models.CharField(max_length=10)
    first = models.BigIntegerField()
    count = models.PositiveIntegerField()
    last_id = models.BigIntegerField()
    ids = models.BinaryField()
    tags = models.BinaryField()
    key = models.CharField(max_length=16)
    at = models.DateTimeField()
    head = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["table", "number"], name="audit_seal_of_table"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.table} {self.first}+{self.count}"
