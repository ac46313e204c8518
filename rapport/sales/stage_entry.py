"""Stage history: when a deal entered and left which stage. Facts for funnel, ageing and time to close.

Kept by a projection of the opportunity's writes; history from another system comes through `load_stage_history`.
Grain: one row per stay of one deal in one stage; the stay in progress has no `left_at`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from rapport.platform.records.changes import Change, projection
from rapport.sales.opportunity import Opportunity
from rapport.sales.pipeline import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapport.platform.access import Actor


class StageEntry(models.Model):
    """One stay of one deal in one stage."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["opportunity", "entered_at"], name="stage_entry_in_order"),
            models.Index(fields=["stage", "entered_at"], name="stage_entry_of_stage"),
        )

    def __str__(self) -> str:
        return f"{self.opportunity_id} in {self.stage_id}"


@projection("opportunity")
def keep_history(actor: Actor, changes: Sequence[Change]) -> None:
    """A new stage ends the stay before and begins the next."""
    moved = [change for change in changes if change.touches("stage") and change.record.stage_id is not None]
    if not moved:
        return
    known = [change for change in moved if not change.is_new]
    for change in known:
        StageEntry.objects.filter(opportunity_id=change.record_id, left_at=None).update(
            left_at=change.record.stage_entered_at
        )
    StageEntry.objects.bulk_create([_entry(change.record, actor.user_id) for change in moved], batch_size=500)


def _entry(deal: Any, user_id: int | None) -> StageEntry:
    return StageEntry(opportunity_id=deal.pk, stage_id=deal.stage_id, entered_at=deal.stage_entered_at, by_id=user_id)


def load_stage_history(actor: Actor, facts: Sequence[Any]) -> None:
    """Replace the history of deals by facts from elsewhere: each has `record_id`, `at` and `values` with the stage
    entered.

    Facts of one deal are put in order of time; the deal's own `stage_entered_at`, `opened_on` and `closed_at` follow
    them.
    """
    by_deal: dict[int, list[tuple[datetime, int]]] = {}
    for fact in facts:
        by_deal.setdefault(fact.record_id, []).append((fact.at, _stage_id(fact.values)))
    StageEntry.objects.filter(opportunity_id__in=list(by_deal)).delete()
    entries: list[StageEntry] = []
    deals = Opportunity.objects.select_related("stage").in_bulk(list(by_deal))
    for pk, stays in by_deal.items():
        stays.sort()
        ends = [entered for entered, _stage in stays[1:]]
        for (entered, stage), left in zip(stays, [*ends, None], strict=True):
            entries.append(
                StageEntry(opportunity_id=pk, stage_id=stage, entered_at=entered, left_at=left, by_id=actor.user_id)
            )
        deal = deals[pk]
        deal.stage_entered_at, deal.opened_on = stays[-1][0], stays[0][0].date()
        deal.closed_at = None if deal.open else stays[-1][0]
    StageEntry.objects.bulk_create(entries, batch_size=500)
    Opportunity.objects.bulk_update(
        list(deals.values()), ["stage_entered_at", "opened_on", "closed_at"], batch_size=200
    )


def _stage_id(values: Mapping[str, Any]) -> int:
    stage = values["stage"]
    return int(stage.pk if isinstance(stage, models.Model) else stage)


# --- as it stood, for the undo of an import ---------------------------------------------------------------------------

# Columns of the deal that follow its history.
FOLLOWING = ("stage_entered_at", "opened_on", "closed_at")


def history_as_it_stands(ids: Sequence[int]) -> dict[int, Any]:
    """The stays of deals and what follows them, as JSON."""
    found: dict[int, Any] = {}
    for pk, *columns in Opportunity.objects.filter(pk__in=ids).values_list("pk", *FOLLOWING):
        found[pk] = {"deal": [one and one.isoformat() for one in columns], "stays": []}
    stays = StageEntry.objects.filter(opportunity_id__in=ids).order_by("pk")
    for pk, *stay in stays.values_list("opportunity_id", "pk", "stage_id", "entered_at", "left_at", "by_id"):
        found[pk]["stays"].append([one.isoformat() if isinstance(one, datetime) else one for one in stay])
    return found


def put_history_back(kept: Mapping[int, Any]) -> None:
    """Make the stays of deals, and what follows them, what they were."""
    StageEntry.objects.filter(opportunity_id__in=list(kept)).delete()
    deals = Opportunity.objects.in_bulk(list(kept))
    stays: list[StageEntry] = []
    for pk, deal in deals.items():
        entered, opened, closed = kept[pk]["deal"]
        deal.stage_entered_at, deal.closed_at = _moment(entered), _moment(closed)
        deal.opened_on = date.fromisoformat(opened) if opened else None
        stays += [
            StageEntry(
                pk=own,
                opportunity_id=pk,
                stage_id=stage,
                entered_at=datetime.fromisoformat(since),
                left_at=_moment(until),
                by_id=by,
            )
            for own, stage, since, until, by in kept[pk]["stays"]
        ]
    StageEntry.objects.bulk_create(stays, batch_size=500)
    Opportunity.objects.bulk_update(list(deals.values()), FOLLOWING, batch_size=200)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
