"""Numbers people read out: from a counter row, so they are distinct, in order and without gaps per series."""

from __future__ import annotations

from django.db import models, transaction


class Counter(models.Model):
    """The next number of a series, e.g. "opportunity.number"."""

    series = models.CharField(max_length=80, primary_key=True)
    next = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.series} at {self.next}"


def take(series: str, count: int = 1, *, start: int = 1) -> range:
    """The next `count` numbers. Inside the transaction that uses them: a rollback gives them back.

    The row is locked until the transaction ends, so that two writers queue up instead of colliding.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("numbers are taken inside the transaction that uses them")
    Counter.objects.bulk_create([Counter(series=series, next=start)], ignore_conflicts=True)
    row = Counter.objects.select_for_update().get(series=series)
    first = row.next
    Counter.objects.filter(series=series).update(next=first + count)
    return range(first, first + count)
