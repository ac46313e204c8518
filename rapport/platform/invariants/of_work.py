"""What must hold of work that is done later: jobs, what leaves the house, imports, changes of many."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count

from rapport.platform import outbox
from rapport.platform.invariants.asking import Found, ask, invariant, told
from rapport.platform.jobs import registry as jobs
from rapport.platform.jobs.models import Job, State
from rapport.platform.jobs.queue import database_now
from rapport.platform.outbox import Effect
from rapport.platform.runs.models import Run, RunRecord
from rapport.platform.transfer.models import Import, ImportRow
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKER = _("Look under Settings → Jobs whether a worker runs, and start one: “rapport worker”.")
# Leases last for half a minute and two; what nobody has taken back after so long, nobody will.
LOST = timedelta(minutes=10)


@invariant(
    "jobs.leases", _("Whoever does a job shows signs of life, or somebody else has taken it."), WORKER, beside=True
)
def leases() -> Iterator[Found]:
    yield ask("", "SELECT id FROM platform_job WHERE leased_until < %s", [database_now() - LOST])


@invariant(
    "jobs.known",
    _("Every job that waits is one this version can do."),
    _("A plug-in is switched off, or the version is older than the job: see Settings → Jobs."),
)
def known() -> Iterator[Found]:
    keys = Job.objects.filter(state=State.QUEUED).values_list("key", flat=True).distinct()
    yield told("", sorted(key for key in keys if jobs.definition(key) is None))


@invariant("jobs.times", _("A job ended after it began, and one that ended says when."), WORKER)
def times() -> Iterator[Found]:
    ended = "state IN ('done', 'dead', 'cancelled')"
    yield ask(
        "", f"SELECT id FROM platform_job WHERE ({ended}) <> (finished_at IS NOT NULL) OR attempts > max_attempts"
    )


@invariant("outbox.leases", _("What is just leaving is in somebody's hands."), WORKER, beside=True)
def effects_leased() -> Iterator[Found]:
    yield ask("", "SELECT id FROM platform_effect WHERE leased_until < %s", [database_now() - LOST])


@invariant(
    "outbox.ways",
    _("For everything that waits to leave there is a way out."),
    _("A plug-in that sends is switched off. Switch it on, or take the messages back under Settings → Outgoing."),
)
def ways() -> Iterator[Found]:
    found = Effect.objects.filter(state="queued").values_list("transport", flat=True).distinct()
    yield told("", sorted(key for key in found if outbox.transport(key) is None))


@invariant(
    "outbox.settled",
    _("What left or failed says when, and was tried at least once."),
    _("Compare with the records it is about; what is unclear stands under Settings → Outgoing."),
)
def settled() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT id FROM platform_effect WHERE (state IN ('sent', 'uncertain') AND attempts = 0) "
        "OR (settled_at IS NOT NULL AND settled_at < created_at)",
    )


FATES = _("Open the import or the change and compare its report with the records. Report it.")


@invariant("imports.every_row_has_a_fate", _("Every row of a finished import has exactly one fate."), FATES)
def rows_of_imports() -> Iterator[Found]:
    wrong = []
    for one in Import.objects.filter(state="done").only("id", "done", "name").iterator():
        kept = ImportRow.objects.filter(run=one).count()
        if kept != one.done:
            wrong.append(f"{one.pk}: {kept} ≠ {one.done}")
    yield told("", wrong)


@invariant("runs.every_record_has_a_fate", _("A change of many counts the fates that its records have."), FATES)
def records_of_runs() -> Iterator[Found]:
    wrong = []
    for one in Run.objects.exclude(finished_at=None).iterator():
        kept = dict(RunRecord.objects.filter(run=one).values_list("outcome").annotate(n=Count("id")))
        if any(kept.get(fate, 0) != getattr(one, fate) for fate in ("changed", "unchanged", "refused")):
            wrong.append(str(one.pk))
    yield told("", wrong)


@invariant(
    "periodic.slots",
    _("What happens by itself has happened within its time."),
    WORKER,
    beside=True,
)
def slots() -> Iterator[Found]:
    """Only where a worker ran at all in the last days: a house that was switched off has missed nothing."""
    now = database_now()
    if not Job.objects.filter(finished_at__gt=now - timedelta(hours=1), slot__isnull=False).exists():
        return
    late = []
    for one in jobs.definitions():
        last = Job.objects.filter(key=one.key).exclude(slot=None).order_by("-slot").first() if one.schedule else None
        if one.schedule and last is not None and last.slot is not None:
            due = one.schedule.following(last.slot)
            late += [one.key] if one.schedule.following(due) < now - timedelta(hours=1) else []
    yield told("", late)
