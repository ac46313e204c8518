"""Ready-made sales records: a pipeline with five stages, deals in a named stage."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapport.base.money import Money
from tests.make import make

if TYPE_CHECKING:
    from rapport.sales.opportunity import Opportunity
    from rapport.sales.pipeline import Pipeline, Stage
    from rapport.sales.product import Product

STAGES = (
    ("Discover", "open", 10),
    ("Qualify", "open", 25),
    ("Propose", "open", 50),
    ("Won", "won", 100),
    ("Lost", "lost", 0),
)


def make_pipeline(name: str = "Selling", **values: Any) -> Pipeline:
    """A pipeline with the stages of STAGES."""
    pipeline: Pipeline = make("pipeline", name=name, **values)
    for position, (label, outcome, probability) in enumerate(STAGES, start=1):
        make(
            "stage", pipeline=pipeline, name=label, outcome=outcome, probability=Decimal(probability), position=position
        )
    return pipeline


def stage(name: str, pipeline: Pipeline | None = None) -> Stage:
    """A stage by its name; the pipeline is made when there is none."""
    from rapport.sales.pipeline import Pipeline, Stage

    found = pipeline or Pipeline.objects.first() or make_pipeline()
    return Stage.objects.get(name=name, pipeline=found)


def make_opportunity(name: str = "Deal", *, in_stage: str = "Discover", **values: Any) -> Opportunity:
    return make("opportunity", name=name, stage=stage(in_stage), **values)


def make_product(name: str = "Plant", price: int = 100, **values: Any) -> Product:
    return make("product", name=name, price=Money(Decimal(price), "EUR"), **values)


def eur(amount: int | str) -> Money:
    return Money(Decimal(amount), "EUR")
