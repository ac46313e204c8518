"""Data migrations in batches: a few hundred rows and the place that was reached in one transaction, so that one killed
in the middle goes on where it was, and nobody waits for a lock of minutes.

    class Migration(migrations.Migration):
        atomic = False                                   # or all batches would be one transaction again
        operations = [migrations.RunPython(fill, migrations.RunPython.noop)]

    def fill(apps, editor):
        in_batches(apps, "parties.0007 sort names", apps.get_model("parties", "Party"), sort_names)

The work of a batch gets rows in the order of their keys and must come to the same when it is done twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from rapport.base.crash import point

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model

BATCH = 500
SERIES = "migration: "


def in_batches(
    apps: Any, name: str, model: type[Model], work: Callable[[Sequence[Any]], None], *, size: int = BATCH
) -> int:
    """Do the work for every row of a table; how many rows this run did. The place stands in the table of counters."""
    counters = apps.get_model("platform", "Counter")._default_manager
    series, done = f"{SERIES}{name}", 0
    while True:
        with transaction.atomic():
            reached = counters.filter(series=series).values_list("next", flat=True).first() or 0
            rows = list(model._default_manager.filter(pk__gt=reached).order_by("pk")[:size])
            if not rows:
                counters.filter(series=series).delete()
                return done
            work(rows)
            counters.update_or_create(series=series, defaults={"next": rows[-1].pk})
            point("batch.done")
        done += len(rows)
        point("batch.committed")
