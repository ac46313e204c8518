"""Pipeline and stage: a way of selling. Stages have a place, a probability, a gate and an age limit.

Every pipeline has at least one open stage; a stage belongs to one pipeline for good.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now

from rapport.platform import access, records
from rapport.platform.fields import Choice, MultiChoice, Number, Option, Percent, Reference, Text
from rapport.platform.install import installer
from rapport.platform.objects import Object, Section, register
from rapport.platform.record import Record
from rapport.platform.words import gettext_lazy as _

OUTCOMES = (Option("open", _("Open")), Option("won", _("Won"), "good"), Option("lost", _("Lost"), "bad"))
GATES = (
    ("customer", _("Customer")),
    ("amount", _("Amount")),
    ("closes_on", _("Expected close")),
    ("source", _("Source")),
    ("criteria", _("Decision criteria")),
    ("next_step", _("Next step")),
    ("lines", _("At least one product")),
    ("people", _("At least one person who decides")),
)


class Pipeline(Record):
    """A way of selling, e.g. new business or renewals."""

    name = Text(_("Name"), max=80, required=True, unique=True)
    position = Number(_("Order"), default=1, min=0, max=10_000)
    description = Text(_("What it is for"), max=300)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name"], name="pipeline_named_once"),)

    def first_stage(self) -> Stage | None:
        """Where a new opportunity starts."""
        return Stage.objects.filter(pipeline=self, outcome="open", archived_at=None).order_by("position", "pk").first()

    def stage_with(self, outcome: str) -> Stage | None:
        """The first stage that means won (or lost)."""
        return Stage.objects.filter(pipeline=self, outcome=outcome, archived_at=None).order_by("position", "pk").first()


class Stage(Record):
    """One step of a pipeline."""

    name = Text(_("Name"), max=80, required=True)
    pipeline: Reference[Pipeline] = Reference(_("Pipeline"), "sales.Pipeline", required=True)
    position = Number(_("Order"), default=1, min=0, max=10_000)
    outcome = Choice(_("Means"), OUTCOMES, default="open", required=True)
    probability = Percent(_("Probability"), help=_("How many of 100 deals in this stage are won in the end."))
    gates = MultiChoice(_("Must be filled to enter"), GATES)
    limit_in_days = Number(_("Days until a deal here is overdue"), min=1, max=3650)

    pipeline_id: int | None
    objects: ClassVar[models.Manager[Stage]] = models.Manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["pipeline", "name"], name="stage_named_once_in_pipeline"),)


def outcome_sets_probability(stage: Stage) -> None:
    """Won is 100 %, lost is 0 %; whatever was entered."""
    if stage.outcome != "open":
        stage.probability = Decimal(100) if stage.outcome == "won" else Decimal(0)


def keeps_its_pipeline(stage: Stage) -> None:
    """A stage cannot move to another pipeline: the deals in it would be in two."""
    if stage.pk and Stage.objects.filter(pk=stage.pk).exclude(pipeline=stage.pipeline).exists():
        raise ValidationError({"pipeline": _now("A stage stays in its pipeline. Make a new stage in the other one.")})


PIPELINE = register(
    Object(
        key="pipeline",
        label=_("Pipeline"),
        plural=_("Pipelines"),
        model_class=Pipeline,
        icon="kanban",
        columns=("name", "position", "description"),
        sections=(Section(_("Pipeline"), ("name", "position", "description")),),
        quick=("name",),
        search=("name",),
        match=(("name",),),
        sort="position",
    )
)
STAGE = register(
    Object(
        key="stage",
        label=_("Stage"),
        plural=_("Stages"),
        model_class=Stage,
        icon="milestone",
        subtitle=("pipeline",),
        columns=("name", "pipeline", "position", "outcome", "probability", "limit_in_days", "gates"),
        sections=(
            Section(_("Stage"), ("name", "pipeline", "position", "outcome", "probability", "gates", "limit_in_days")),
        ),
        quick=("name", "pipeline", "outcome"),
        search=("name",),
        match=(("pipeline", "name"),),
        sort="position",
        derive=outcome_sets_probability,
        check=keeps_its_pipeline,
    )
)

STARTING = (
    (_("Discovery"), "open", 10, 30, ()),
    (_("Qualified"), "open", 25, 30, ("customer",)),
    (_("Proposal"), "open", 50, 21, ("customer", "amount", "closes_on")),
    (_("Negotiation"), "open", 75, 21, ("customer", "amount", "closes_on")),
    (_("Won"), "won", 100, None, ()),
    (_("Lost"), "lost", 0, None, ()),
)


@installer
def first_pipeline() -> None:
    """A house without any pipeline gets one it can work with and change."""
    if Pipeline.objects.exists():
        return
    actor = access.system("installation")
    pipeline = records.create(actor, PIPELINE, {"name": _now("New business"), "position": 1})
    for position, (name, outcome, probability, limit, gates) in enumerate(STARTING, start=1):
        values = {
            "name": str(name),
            "pipeline": pipeline,
            "position": position,
            "outcome": outcome,
            "probability": Decimal(probability),
        }
        records.create(actor, STAGE, {**values, "limit_in_days": limit, "gates": list(gates)})
