"""What must hold of deals: their history by stage, their lines, how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapport.platform.invariants import Found, ask, invariant
from rapport.platform.words import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterator

HISTORY = _("Move the deal to another stage and back; where an import brought its history, import that again.")


@invariant("deals.one_open_stay", _("Each deal is in exactly one stage, and its history says in the same."), HISTORY)
def one_open_stay() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT o.id FROM sales_opportunity o WHERE o.stage_id IS NOT NULL AND "
        "(SELECT COUNT(*) FROM sales_stageentry s WHERE "
        "s.opportunity_id = o.id AND s.left_at IS NULL AND s.stage_id = o.stage_id) <> 1",
    )
    yield ask(
        "",
        "SELECT opportunity_id FROM sales_stageentry WHERE left_at IS NULL GROUP BY opportunity_id HAVING COUNT(*) > 1",
    )


@invariant("deals.stays_in_order", _("No deal left a stage before it entered it."), HISTORY)
def stays_in_order() -> Iterator[Found]:
    yield ask("", "SELECT DISTINCT opportunity_id FROM sales_stageentry WHERE left_at < entered_at")


@invariant(
    "deals.stage_of_pipeline",
    _("The stage of each deal belongs to its pipeline."),
    _("Move the deal to a stage of its pipeline."),
)
def stage_of_pipeline() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT o.id FROM sales_opportunity o JOIN sales_stage s ON s.id = o.stage_id "
        "WHERE s.pipeline_id <> o.pipeline_id",
    )


@invariant(
    "deals.ended_as_their_stage",
    _("A deal is won, lost or open as its stage says, and an ended one says when."),
    _("Move the deal to another stage and back."),
)
def ended_as_their_stage() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT o.id FROM sales_opportunity o JOIN sales_stage s ON s.id = o.stage_id "
        "WHERE o.open <> (s.outcome = 'open') OR o.won <> (s.outcome = 'won') OR (o.open AND o.closed_at IS NOT NULL)",
    )


@invariant(
    "deals.sum_of_lines",
    _("The amount of a deal with line items is the sum of their totals."),
    _("Open the deal and save one of its line items: the sum is made anew."),
)
def sum_of_lines() -> Iterator[Found]:
    yield ask(
        "",
        "SELECT o.id FROM sales_opportunity o JOIN sales_line l ON l.opportunity_id = o.id AND l.archived_at IS NULL "
        "AND l.total_amount IS NOT NULL GROUP BY o.id, o.amount_amount, o.amount_currency "
        "HAVING ABS(SUM(l.total_amount) - o.amount_amount) > 0.005 OR o.amount_amount IS NULL "
        "OR MIN(l.total_currency) <> o.amount_currency OR MAX(l.total_currency) <> o.amount_currency",
    )
