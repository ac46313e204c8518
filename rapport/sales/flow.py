"""How deals flow: the funnel of those opened in a period, and how long the open ones have stood where they are.

Figures are of the deals the actor may see, and say so. A deal counts for a stage when it entered it or a later one, so
a
jump over a stage does not make the funnel wider below.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapport.base.clock import now, today
from rapport.platform import sql
from rapport.platform.access import scope_sql
from rapport.platform.objects import registry
from rapport.sales.pipeline import Pipeline, Stage

if TYPE_CHECKING:
    from rapport.platform.access import Actor


@dataclass(frozen=True)
class FunnelStep:
    """Deals that came at least this far; `worth` in the base currency, `unknown` deals left out of it."""

    stage: Stage
    deals: int
    worth: Decimal
    unknown: int


@dataclass(frozen=True)
class Funnel:
    """One pipeline over one period. `win_rate` is won / (won + lost) in percent, None while nothing is decided."""

    steps: list[FunnelStep]
    won: int
    lost: int
    open: int

    @property
    def win_rate(self) -> Decimal | None:
        decided = self.won + self.lost
        return (Decimal(100) * self.won / decided).quantize(Decimal("0.1")) if decided else None


@dataclass(frozen=True)
class StageAge:
    """Open deals of one stage by the time they have stood there."""

    stage: Stage
    deals: int
    worth: Decimal
    unknown: int
    week: int
    month: int
    quarter: int
    older: int
    without_step: int


def funnel(actor: Actor, pipeline: Pipeline, *, days: int = 365) -> Funnel:
    """The funnel of deals opened in the last `days` days."""
    rows = sql.ask(__file__, "funnel", [pipeline.pk, today() - timedelta(days=days)], reach=_reach(actor))
    steps = [_step(stage, rows) for stage in stages(pipeline) if stage.outcome == "open"]
    won = sum(row["deals"] for row in rows if row["won"])
    still = sum(row["deals"] for row in rows if row["open"])
    return Funnel(steps, won, sum(row["deals"] for row in rows) - won - still, still)


def ageing(actor: Actor, pipeline: Pipeline) -> list[StageAge]:
    """Open deals per stage by age, in the order of the stages; stages without deals are there with zero."""
    week, month, quarter = (now() - timedelta(days=days) for days in (7, 30, 90))
    rows = sql.ask(__file__, "ageing", [week, week, month, month, quarter, quarter, pipeline.pk], reach=_reach(actor))
    by_stage = {row["stage_id"]: row for row in rows}
    return [_age(stage, by_stage.get(stage.pk, {})) for stage in stages(pipeline) if stage.outcome == "open"]


def stages(pipeline: Pipeline) -> list[Stage]:
    """Stages in use, in order."""
    return list(Stage.objects.filter(pipeline=pipeline, archived_at=None).order_by("position", "pk"))


def _reach(actor: Actor) -> Any:
    return scope_sql(actor, registry.get("opportunity"), "read", "o")


def _step(stage: Stage, rows: list[dict[str, Any]]) -> FunnelStep:
    # A won deal went all the way, even when a file told only its end.
    far = [
        row for row in rows if row["won"] or (row["reached"] is not None and row["reached"] >= (stage.position or 0))
    ]
    return FunnelStep(
        stage, sum(row["deals"] for row in far), _sum(row["worth"] for row in far), sum(row["unknown"] for row in far)
    )


def _age(stage: Stage, row: dict[str, Any]) -> StageAge:
    counts = [int(row.get(key) or 0) for key in ("unknown", "week", "month", "quarter", "older", "without_step")]
    return StageAge(stage, int(row.get("deals") or 0), _sum([row.get("worth")]), *counts)


def _sum(values: Any) -> Decimal:
    return sum((Decimal(str(value)) for value in values if value is not None), Decimal(0))
