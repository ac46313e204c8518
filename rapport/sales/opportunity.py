"""Opportunity: one possible sale on its way through a pipeline.

Always: it stands in a stage of its pipeline; `open`, `won` and `probability` follow the stage; a closed one has a close
moment. Only `move` (and `win`, `lose`, `reopen`, which call it) changes the stage, wherever the wish comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.base.clock import now, today
from rapport.platform import records
from rapport.platform.actions import action
from rapport.platform.fields import (
    AutoNumber,
    Boolean,
    Choice,
    Date,
    DateTime,
    LongText,
    MoneyField,
    Option,
    Percent,
    Reference,
    ReferenceMany,
    Text,
)
from rapport.platform.objects import Board, Object, Section, Story, View, register
from rapport.platform.record import PRESENT, Record, Steps
from rapport.platform.words import gettext_lazy as _
from rapport.sales.pipeline import GATES, Pipeline, Stage

if TYPE_CHECKING:
    from rapport.parties.party import Party
    from rapport.platform.access import Actor

TYPES = (
    ("new", _("New business")),
    ("more", _("More of the same")),
    ("renewal", _("Renewal")),
    ("service", _("Service")),
)
SOURCES = (
    ("referral", _("Referral")),
    ("web", _("Web site")),
    ("event", _("Event")),
    ("campaign", _("Campaign")),
    ("cold", _("Own approach")),
    ("partner", _("Partner")),
    ("customer", _("Existing customer")),
    ("import", _("Imported")),
)
REASONS = (
    Option("fit", _("Best fit"), "good"),
    Option("relationship", _("Trust in us"), "good"),
    Option("price", _("Price")),
    Option("delivery", _("Delivery time")),
    Option("function", _("Function")),
    Option("competitor", _("Competitor chosen"), "bad"),
    Option("budget", _("No budget"), "bad"),
    Option("no_decision", _("No decision"), "bad"),
    Option("timing", _("Bad timing"), "bad"),
    Option("unknown", _("Not known")),
)


class Opportunity(Steps, Record):
    """A deal."""

    name = Text(_("Name"), required=True)
    number = AutoNumber(_("Number"), pattern="O-{:d}")
    customer: Reference[Party] = Reference(_("Customer"), "parties.Party")
    pipeline: Reference[Pipeline] = Reference(_("Pipeline"), "sales.Pipeline", panel=False)
    stage: Reference[Stage] = Reference(_("Stage"), "sales.Stage", panel=False)
    amount = MoneyField(_("Amount"), indexed=True)
    probability = Percent(_("Probability"))
    closes_on = Date(_("Expected close"), indexed=True)
    kind = Choice(_("Type"), TYPES, default="new")
    source = Choice(_("Source"), SOURCES)
    criteria = LongText(_("Decision criteria"), max=5_000, help=_("What the customer will decide by, in their words."))
    competitors: ReferenceMany = ReferenceMany(_("Competitors"), "parties.Party", kinds=("organisation",))
    reason = Choice(_("Reason won or lost"), REASONS)
    reason_note = LongText(_("What happened"), max=5_000)
    description = LongText(_("Description"), max=20_000)
    external_id = Text(_("Number elsewhere"), max=60, unique=True, help=_("Its number in the system it came from."))
    open = Boolean(_("Open"), default=True, read_only=True)
    won = Boolean(_("Won"), read_only=True)
    stage_entered_at = DateTime(_("In stage since"), read_only=True)
    opened_on = Date(_("Opened"), indexed=True)
    closed_at = DateTime(_("Closed"), read_only=True, indexed=True)

    customer_id: int | None
    pipeline_id: int | None
    stage_id: int | None
    objects: ClassVar[models.Manager[Opportunity]] = models.Manager()

    class Meta:
        indexes = (
            # A board's cards in their order and, from the index alone, its sums, weights and deals without a plan.
            models.Index(
                fields=["pipeline", "open", "stage", "closes_on", "id", "probability", "amount_base", "next_step_at"],
                condition=PRESENT,
                name="opportunity_on_board",
            ),
            # What Today asks about the deals of one person.
            models.Index(
                fields=["owner", "next_step_at", "closes_on", "stage", "stage_entered_at"],
                condition=PRESENT & models.Q(open=True),
                name="opportunity_open_of_owner",
            ),
            models.Index(fields=["customer", "open"], name="opportunity_of_customer"),
            models.Index(fields=["external_id"], name="opportunity_external"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["external_id"], condition=~models.Q(external_id=""), name="opportunity_external_once"
            ),
            models.CheckConstraint(
                condition=models.Q(open=False) | models.Q(won=False), name="opportunity_not_open_and_won"
            ),
        )

    @property
    def is_open(self) -> bool:
        return self.open

    def missing_for(self, stage: Stage) -> list[str]:
        """What the gate of `stage` asks for and this deal lacks, as keys of `GATES`."""
        return [key for key in stage.gates if not self._has(key)]

    def _has(self, gate: str) -> bool:
        from rapport.sales.buying_role import BuyingRole
        from rapport.sales.line import Line

        if gate == "lines":
            return Line.objects.filter(opportunity=self, archived_at=None).exists()
        if gate == "people":
            return BuyingRole.objects.filter(opportunity=self, role="decides", archived_at=None).exists()
        field = OPPORTUNITY.field(gate)
        return not field.is_empty(field.read(self))


def follow_stage(deal: Opportunity) -> None:
    """Pipeline from stage or the first one, stage from pipeline;
    open, won, probability and close date from the stage.
    """
    if deal.stage is None or (deal.pipeline_id is not None and deal.stage.pipeline_id != deal.pipeline_id):
        pipeline = deal.pipeline or Pipeline.objects.filter(archived_at=None).order_by("position", "pk").first()
        if pipeline is None:
            raise ValidationError({"pipeline": _now("There is no pipeline yet. Make one in Settings → Pipelines.")})
        deal.pipeline, deal.stage = pipeline, pipeline.first_stage()
        if deal.stage is None:
            raise ValidationError({"pipeline": _now("This pipeline has no open stage.")})
    deal.pipeline_id = deal.stage.pipeline_id
    deal.open, deal.won = deal.stage.outcome == "open", deal.stage.outcome == "won"
    if deal.probability is None or not deal.open:
        deal.probability = deal.stage.probability
    deal.opened_on = deal.opened_on or today()
    deal.stage_entered_at = deal.stage_entered_at or now()
    deal.closed_at = None if deal.open else (deal.closed_at or now())


WHERE_TO: Reference[Stage] = Reference(_("Stage"), "sales.Stage", required=True)


@action(label=_("Move"), icon="arrow-right-left", event="moved")
def move(
    actor: Actor,
    opportunity: Opportunity,
    *,
    stage: Annotated[Stage, WHERE_TO],  # type: ignore[valid-type]  # django-stubs takes Annotated models for its own
) -> Opportunity:
    """Move to another stage of the same pipeline; a won or lost stage closes it.

    Raises ValidationError by field when the gate of the stage asks for something that is missing.
    """
    if stage.pipeline_id != opportunity.pipeline_id:
        raise ValidationError({"stage": _now("“%(stage)s” belongs to another pipeline.") % {"stage": stage.name}})
    missing = opportunity.missing_for(stage)
    if missing:
        words = dict(GATES)
        raise ValidationError(
            {key: _now("“%(stage)s” needs: %(field)s.") % {"stage": stage.name, "field": words[key]} for key in missing}
        )
    return _enter(actor, opportunity, stage, {})


@action(label=_("Win"), icon="trophy", event="won", when=lambda deal: deal.is_open, primary=True)
def win(
    actor: Actor,
    opportunity: Opportunity,
    *,
    reason: Annotated[str, Choice(_("Why did they choose us?"), REASONS)] = "",
    note: Annotated[str, LongText(_("What happened"))] = "",
) -> Opportunity:
    """Close it as won; the probability becomes 100 %. A won deal needs an amount and a customer."""
    errors = {key: _now("A won opportunity needs this.") for key in ("customer", "amount") if not opportunity._has(key)}
    if errors:
        raise ValidationError(errors)
    return _close(actor, opportunity, "won", {"reason": reason, "reason_note": note})


@action(label=_("Lose"), icon="circle-x", event="lost", when=lambda deal: deal.is_open, primary=True)
def lose(
    actor: Actor,
    opportunity: Opportunity,
    *,
    reason: Annotated[str, Choice(_("Why was it lost?"), REASONS, required=True)],
    note: Annotated[str, LongText(_("What happened"))] = "",
) -> Opportunity:
    """Close it as lost, with the reason; the probability becomes 0 %."""
    return _close(actor, opportunity, "lost", {"reason": reason, "reason_note": note})


@action(label=_("Reopen"), icon="rotate-ccw", event="reopened", when=lambda deal: not deal.is_open)
def reopen(actor: Actor, opportunity: Opportunity) -> Opportunity:
    """Put a closed deal back into the first open stage of its pipeline."""
    pipeline = opportunity.pipeline
    stage = pipeline.first_stage() if pipeline else None
    if stage is None:
        raise ValidationError(_now("This pipeline has no open stage."))
    values = {"reason": "", "reason_note": "", "closed_at": None, "probability": stage.probability}
    return _enter(actor, opportunity, stage, values, event="reopened")


def _close(actor: Actor, opportunity: Opportunity, outcome: str, values: dict[str, Any]) -> Opportunity:
    stage = opportunity.pipeline.stage_with(outcome) if opportunity.pipeline else None
    if stage is None:
        raise ValidationError(_now("This pipeline has no stage that means “%(outcome)s”.") % {"outcome": outcome})
    return _enter(actor, opportunity, stage, {key: value for key, value in values.items() if value})


def _enter(
    actor: Actor, opportunity: Opportunity, stage: Stage, values: dict[str, Any], *, event: str = ""
) -> Opportunity:
    """Write the stage and what follows from entering it. Won and lost are facts of their own."""
    if stage.pk == opportunity.stage_id:
        return opportunity
    told = event or {"open": "moved", "won": "won", "lost": "lost"}[stage.outcome]
    entered = {
        "stage": stage.pk,
        "stage_entered_at": now(),
        "probability": stage.probability,
        "closed_at": None if stage.outcome == "open" else now(),
    }
    moved: Opportunity = records.write(
        actor, opportunity, {**entered, **values}, action="move" if told == "moved" else told, event=told
    )
    return moved


OPPORTUNITY = register(
    Object(
        key="opportunity",
        label=_("Opportunity"),
        plural=_("Opportunities"),
        model_class=Opportunity,
        slug="opportunities",
        icon="square-kanban",
        subtitle=("number", "customer", "amount"),
        columns=("name", "customer", "stage", "amount", "closes_on", "next_step", "owner"),
        sections=(
            Section(
                _("Deal"),
                (
                    "customer",
                    "amount",
                    "closes_on",
                    "pipeline",
                    "stage",
                    "probability",
                    "kind",
                    "source",
                    "owner",
                    "team",
                ),
            ),
            Section(_("Decision"), ("criteria", "competitors", "reason", "reason_note")),
            Section(
                _("More"),
                ("number", "external_id", "opened_on", "closed_at", "stage_entered_at", "description", "tags"),
                open=False,
            ),
        ),
        quick=("name", "customer", "amount", "closes_on"),
        search=("name", "number", "external_id"),
        search_bodies=("description", "criteria", "reason_note"),
        match=(("external_id",), ("number",)),
        sort="closes_on",
        views=(
            View("open", _("All open"), "open"),
            View("mine", _("Mine"), "open and owner = me"),
            View("quarter", _("Closing this quarter"), "open and closes_on in this quarter"),
            View("stuck", _("Without next step"), "open and next_step_at is empty"),
            View("won", _("Won"), "won", sort="-closed_at"),
            View("all", _("All")),
        ),
        board=Board(
            by="stage",
            group="pipeline",
            value="amount",
            weight="probability",
            card=("name", "customer", "amount", "closes_on", "owner"),
            since="stage_entered_at",
            limit_in_days="stage.limit_in_days",
            open_only="open",
            lane_closed="outcome != open",
            ask=(("outcome = lost", ("reason", "reason_note")),),
        ),
        story=Story(at="created_at", party=("customer",), title="name", kind="opportunity"),
        actions=(win, lose, move, reopen),
        set_by={"stage": move},
        derive=follow_stage,
        fetch=("stage", "pipeline"),
        path="customer",
        keeps=_("Sales and what they brought are kept for the accounts; names and texts in them go."),
        navigation=30,
        pages=((_("Flow"), "/sales/flow", "funnel"),),
        letter="d",
        help=_("One possible sale: who may buy what, for how much, when, and what happens next."),
    )
)
