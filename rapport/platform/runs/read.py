"""Looking at runs: one's own, how far they are, and the fate of every record, on the page and as a CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.base.csv_safe import formula_safe
from rapport.platform import labels
from rapport.platform.access import NotFound
from rapport.platform.fields import Ref
from rapport.platform.jobs.control import may_see_all
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.models import State as Ended
from rapport.platform.objects import registry
from rapport.platform.runs.models import OUTCOMES, Run, RunRecord, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from rapport.platform.access import Actor

SHOWN = 50
BATCH = 1_000
LEFT = "left"


def find(actor: Actor, pk: int) -> Run:
    """One's own run, or any for those who keep the house. Raises NotFound alike for missing and foreign ones."""
    run: Run | None = Run.objects.select_related("user").filter(pk=pk).first()
    mine = run is not None and run.user_id is not None and run.user_id == actor.user_id
    if run is None or not (mine or may_see_all(actor)):
        raise NotFound(_("There is no such change, or you may not see it."))
    return _with_its_job(run)


def _with_its_job(run: Run) -> Run:
    """A run whose job was stopped or failed for good has stopped too."""
    if run.is_busy and run.job_id is not None:
        ended = Job.objects.filter(pk=run.job_id, state__in=(Ended.DEAD, Ended.CANCELLED)).values_list("last_error")
        for (words,) in ended:
            Run.objects.filter(pk=run.pk, state=run.state).update(state=State.FAILED, message=words[-4_000:])
            run.refresh_from_db()
    return run


def latest(actor: Actor, most: int = SHOWN) -> list[Run]:
    """One's own runs, the newest first."""
    return list(Run.objects.filter(user_id=actor.user_id).order_by("-created_at")[:most]) if actor.user_id else []


def fates(actor: Actor, run: Run, outcome: str = "", most: int = SHOWN) -> list[tuple[RunRecord, str]]:
    """The first records with this outcome ("left": those not undone), each with its name as this reader knows it."""
    return list(_named(actor, run, _asked(run, outcome).order_by("record_id")[:most]))


def report(actor: Actor, run: Run, outcome: str = "") -> Iterator[bytes]:
    """Every record's fate as lines of a CSV in UTF-8, safe to open in a spreadsheet."""
    obj = registry.get(run.object)
    words = dict(OUTCOMES)
    yield b"\xef\xbb\xbf" + _line([str(obj.label), _("Address"), _("Outcome"), _("Reason"), _("Not undone, because")])
    last = -1
    while part := list(_asked(run, outcome).filter(record_id__gt=last).order_by("record_id")[:BATCH]):
        for row, name in _named(actor, run, part):
            address = f"/{obj.url}/{row.record_id}"
            yield _line([name, address, str(words.get(row.outcome, _("Waiting"))), row.reason, row.left])
        last = part[-1].record_id


def _asked(run: Run, outcome: str) -> QuerySet[RunRecord]:
    rows = RunRecord.objects.filter(run_id=run.pk)
    if outcome == LEFT:
        return rows.exclude(left="")
    return rows.filter(outcome=outcome) if outcome in dict(OUTCOMES) else rows


def _named(actor: Actor, run: Run, rows: Iterable[RunRecord]) -> Iterator[tuple[RunRecord, str]]:
    obj = registry.get(run.object)
    found = list(rows)
    known = labels.names(actor, [Ref(obj.base.key, row.record_id) for row in found])
    for row in found:
        yield row, known.text(Ref(obj.base.key, row.record_id)) or f"{obj.label} {row.record_id}"


def _line(cells: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([formula_safe(cell) for cell in cells])
    return out.getvalue().encode()
