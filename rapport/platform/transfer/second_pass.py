"""The second pass: references to records that stood further down in the same file.

The waiting rows are the list of what is left to do, so a crash here costs nothing either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from rapport.platform import records
from rapport.platform.access import visible
from rapport.platform.records import rows
from rapport.platform.transfer.batches import isolate
from rapport.platform.transfer.limits import REASON
from rapport.platform.transfer.links import Link
from rapport.platform.transfer.models import Import, ImportRow, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from rapport.platform.transfer.plan import Prepared, Step
    from rapport.platform.transfer.steps import Stepper


def finish(
    run: Import,
    stepper: Stepper,
    prepared: Prepared,
    step: Callable[[int, int | None], AbstractContextManager[Any]],
    chunk: int,
) -> None:
    """Resolve every waiting reference, chunk by chunk."""
    stepper.links.second_pass = True
    while waiting := list(ImportRow.objects.filter(run=run, pending__isnull=False).order_by("number")[:chunk]):
        with step(run.done, run.total):
            # The fence: whoever holds the run's row is the only one in here.
            if not Import.objects.filter(pk=run.pk, state=State.RUNNING, second_pass=True).update(second_pass=True):
                return
            waiting = list(
                ImportRow.objects.filter(pk__in=[row.pk for row in waiting], pending__isnull=False).order_by("number")
            )
            for one in prepared.steps:
                for key, part in one.parts.items():
                    if isinstance(part, Link):
                        _resolve(stepper, one, key, part, waiting)
            for row in waiting:
                row.pending = None
            rows.update(ImportRow, waiting, ["pending", "warnings", "outcome"])
            Import.objects.filter(pk=run.pk).update(counts=stepper.tally.counts, notes=stepper.tally.notes)


def _resolve(stepper: Stepper, step: Step, key: str, link: Link, waiting: list[ImportRow]) -> None:
    asked = [
        (row, item["text"], _record_of(row, step))
        for row in waiting
        for item in row.pending or ()
        if (item["step"], item["field"]) == (step.name, key)
    ]
    asked = [item for item in asked if item[2] is not None]
    if not asked:
        return
    ids, troubles = stepper.links.by_text(link, {text for _row, text, _pk in asked})
    there = visible(stepper.actor, step.obj, "edit").in_bulk([pk for _row, _text, pk in asked])
    changes = []
    for row, text, pk in asked:
        if text not in ids:
            absent = stepper.links._absent(link, text[:60], troubles.get(text, ""))
            _warn(stepper, row, absent.warning or absent.error)
        elif pk in there and step.obj.field(key).read(there[pk]) != ids[text]:
            changes.append((row, pk, ids[text]))
    tried: set[int] = set()

    def load(batch: list[tuple[ImportRow, Any, int]]) -> None:
        again = [pk for _row, pk, _value in batch if pk in tried]
        there.update(step.obj.model._default_manager.in_bulk(again) if again else {})
        tried.update(pk for _row, pk, _value in batch)
        # One record at a time where they may check each other (a cycle): the second of two must see the first.
        checked = step.obj.check is not None or step.obj.base.check is not None
        for place, part in enumerate([[item] for item in batch] if checked else [batch]):
            try:
                records.load_updates(stepper.actor, step.obj, [(there[pk], {key: value}) for _row, pk, value in part])
            except ValidationError as error:
                if checked:
                    raise ValidationError(" ".join(error.messages), params={"row": place}) from error
                raise

    def refuse(item: tuple[ImportRow, Any, int], error: ValidationError | PermissionDenied) -> None:
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        _warn(
            stepper,
            item[0],
            _("“%(field)s” was left as it is: %(reason)s") % {"field": link.field.label, "reason": words},
        )

    isolate(changes, load, refuse)
    for row, _pk, _value in changes:
        if row.outcome == "unchanged":
            stepper.tally.count("rows", "unchanged", -1)
            stepper.tally.count("rows", "updated")
            row.outcome = "updated"


def _record_of(row: ImportRow, step: Step) -> int | None:
    return next((found[2] for found in row.records if found[0] == step.name), None)


def _warn(stepper: Stepper, row: ImportRow, words: str) -> None:
    if not row.warnings:
        stepper.tally.count("rows", "warnings")
    row.warnings = [*row.warnings, words[:REASON]]
