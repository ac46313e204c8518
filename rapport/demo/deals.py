"""Third chapter: twelve months of selling in two pipelines, with the way each deal took through its stages."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from rapport.base import clock
from rapport.base.money import Money
from rapport.demo.world import World
from rapport.platform import records
from rapport.platform.events.append import append_many, build
from rapport.platform.objects import registry
from rapport.sales.pipeline import Pipeline, Stage
from rapport.sales.stage_entry import load_stage_history

PROJECTS, HOMES = 300, 170
LOST = ("price", "competitor", "budget", "no_decision", "timing")
WON = ("fit", "relationship", "delivery", "function")
TITLES = (
    "Roof plant",
    "Storage for night load",
    "Hall 2",
    "Car park roof",
    "Second site",
    "Fleet charging",
    "Retrofit",
    "Open field",
    "Emergency power",
    "Care renewal",
)


@dataclass(frozen=True)
class Fact:
    """One step of a deal's way, for `load_stage_history`."""

    record_id: int
    at: datetime
    values: dict[str, Any]


def sell(world: World) -> None:
    """Make the deals, their products, their people and their history."""
    first, homes = Pipeline.objects.order_by("position")[:2]
    buyers = [firm for firm in world.firms if "supplier" not in firm.kinds]
    _pipeline(world, first, [buyers[int(len(buyers) * world.dice.random() ** 1.6)] for _n in range(PROJECTS)])
    singles = [person for person in world.people if person.parent_id is None]
    _pipeline(world, homes, [world.pick([*world.households, *singles]) for _n in range(HOMES)])
    _standing(world)


def _standing(world: World) -> None:
    """Whoever bought is a customer from that day on, whoever was offered something a prospect, and so are the people of
    a firm; said by whoever looks after them.
    """
    bought: dict[int, datetime] = {}
    offered: dict[int, datetime] = {}
    for deal in sorted(world.deals, key=lambda deal: deal.closed_at or deal.created_at):
        offered.setdefault(deal.customer_id, deal.created_at)
        if deal.won:
            bought.setdefault(deal.customer_id, deal.closed_at)
    told: dict[tuple[datetime, int, str], list[tuple[Any, dict[str, Any]]]] = {}
    for party in (*world.firms, *world.households, *world.people):
        firm = party.parent_id if party.parent_id and party.kind == "person" else party.pk
        values: dict[str, Any] = {}
        if firm in bought and party.lifecycle != "customer":
            values["lifecycle"] = "customer"
        elif firm in offered and party.lifecycle == "stranger":
            values["lifecycle"] = "prospect"
        if party.pk in bought:
            values["customer_since"] = party.customer_since or bought[party.pk].date()
            values["kinds"] = ["customer", *(kind for kind in party.kinds if kind != "customer")]
        if values:
            told.setdefault((bought.get(firm, offered[firm]), party.owner_id, party.kind), []).append((party, values))
    for (moment, owner_id, kind), rows in told.items():
        with clock.freeze(moment):
            records.load_updates(world.by(owner_id), registry.get(kind), rows)


def _pipeline(world: World, pipeline: Pipeline, customers: list[Any]) -> None:
    stages = list(Stage.objects.filter(pipeline=pipeline).order_by("position"))
    steps = [stage for stage in stages if stage.outcome == "open"]
    rows, ways = [], []
    for customer in customers:
        way = _way(world, steps, stages)
        rows.append(_deal(world, pipeline, customer, way))
        ways.append(way)
    deals = world.load("opportunity", rows, at=[way[0][0] for way in ways])
    load_stage_history(
        world.actor,
        [Fact(deal.pk, at, {"stage": stage.pk}) for deal, way in zip(deals, ways, strict=True) for at, stage in way],
    )
    _tell(world, deals, ways)
    _details(world, deals)
    world.deals += deals


def _way(world: World, steps: list[Stage], stages: list[Stage]) -> list[tuple[datetime, Stage]]:
    """[(moment, stage)]: how far a deal begun on some day of the last year has come by today."""
    day = world.day(365, 2)
    way: list[tuple[datetime, Stage]] = []
    for stage in steps:
        if way and (day >= world.today or world.chance(0.12)):
            break
        way.append((world.moment(day), stage))
        day += timedelta(days=world.dice.randint(4, 34))
    finished = day < world.today and (len(way) == len(steps) or world.chance(0.55))
    if finished:
        good = world.chance(0.25 + 0.18 * len(way))
        end = next(stage for stage in stages if stage.outcome == ("won" if good else "lost"))
        way.append((world.moment(day), end))
    return way


def _deal(world: World, pipeline: Pipeline, customer: Any, way: list[tuple[datetime, Stage]]) -> dict[str, Any]:
    stage = way[-1][1]
    small = customer.kind != "organisation"
    amount = Decimal(
        world.dice.randint(9, 34) * 1000 if small else int(world.dice.lognormvariate(11.4, 0.7) // 500 * 500)
    )
    currency = "EUR" if small else world.pick(("EUR",) * 12 + ("CHF", "GBP", "USD", "DKK"))
    ripe = bool(way[0][0].date() < world.today - timedelta(days=200))
    values: dict[str, Any] = {
        "name": f"{world.pick(('Rooftop', 'Rooftop and storage', 'Storage', 'Charge point'))}"
        if small
        else world.pick(TITLES),
        "customer": customer.pk,
        "pipeline": pipeline.pk,
        "stage": stage.pk,
        "amount": Money(amount, currency),
        "closes_on": _closes(world, stage, way, late=ripe),
        "opened_on": way[0][0].date(),
        "source": world.pick(("referral", "web", "event", "customer", "partner", "campaign")),
        "kind": world.pick(("new", "new", "more", "service")),
        "owner": customer.owner_id,
        "team": customer.team_id,
        "stage_entered_at": way[-1][0],
    }
    if stage.outcome == "won":
        values |= {"reason": world.pick(WON), "closed_at": way[-1][0]}
    elif stage.outcome == "lost":
        values |= {"reason": world.pick(LOST), "closed_at": way[-1][0]}
    return values


def _closes(world: World, stage: Stage, way: list[tuple[datetime, Stage]], *, late: bool) -> date:
    if stage.outcome != "open":
        return way[-1][0].date()
    return world.today + timedelta(days=world.dice.randint(-12 if late else 5, 110))


def _tell(world: World, deals: list[Any], ways: list[list[tuple[datetime, Stage]]]) -> None:
    """The moves as Events at their dates, so that the timeline tells them."""
    obj = registry.get("opportunity")
    kinds = {"open": "moved", "won": "won", "lost": "lost"}
    events = []
    for deal, way in zip(deals, ways, strict=True):
        for (_was, before), (at, after) in itertools.pairwise(way):
            events.append(
                build(
                    world.by(deal.owner_id),
                    obj,
                    deal,
                    kind=kinds[after.outcome],
                    action="move",
                    at=at,
                    reactions=False,
                    before={"stage": before.pk, "probability": before.probability},
                    after={"stage": after.pk, "probability": after.probability},
                )
            )
    append_many(events)


def _details(world: World, deals: list[Any]) -> None:
    """Products on some, the buying committee on more."""
    lines, roles = [], []
    for deal in deals:
        people = world.staff_of.get(deal.customer_id, [])
        for place, person in enumerate(people[: world.dice.choice((0, 1, 2, 3))]):
            role = ("decides", "uses", "influences")[place]
            roles.append(
                {
                    "opportunity": deal.pk,
                    "person": person.pk,
                    "role": role,
                    "owner": deal.owner_id,
                    "stance": world.pick(("for", "neutral", "unknown", "against")),
                }
            )
        if deal.amount is not None and deal.amount.currency == "EUR" and world.chance(0.3):
            lines += _lines(world, deal)
    with clock.freeze(world.then(200)):
        world.load("buying_role", roles)
        world.load("line", lines)


def _lines(world: World, deal: Any) -> list[dict[str, Any]]:
    """A plant or a unit and a service, whose sum is the amount; the deal's own amount follows its lines."""
    cheap = [product for product in world.products if product.price.amount < 25_000]
    dear = [product for product in world.products if product.price.amount >= 25_000]
    main = world.pick(dear if deal.amount.amount > 60_000 else cheap)
    extra = world.pick(cheap)
    chosen = [(main, 1)] + ([(extra, world.dice.randint(1, 4))] if extra is not main else [])
    return [
        {
            "opportunity": deal.pk,
            "product": product.pk,
            "quantity": Decimal(number),
            "owner": deal.owner_id,
            "discount": Decimal(world.pick((0, 0, 0, 3, 5, 10))),
            "position": place,
        }
        for place, (product, number) in enumerate(chosen, start=1)
    ]
