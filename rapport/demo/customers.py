"""Second chapter: the people around us.

Firms with their staff, groups of firms, suppliers, partners, households, persons.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rapport.base.money import Money
from rapport.base.postal_address import PostalAddress
from rapport.base.text import slug
from rapport.demo import names
from rapport.demo.world import World, mail
from rapport.parties import choices
from rapport.platform import records
from rapport.platform.objects import registry

FIRMS, SUPPLIERS, PARTNERS, HOUSEHOLDS, SINGLES = 120, 12, 10, 64, 70
SELLERS = ("oskar.adler", "johanna.krueger", "emre.demir", "lena.vogel", "matteo.rossi")
HOME_SELLERS = ("greta.busch", "tobias.haas")
DRIVERS = [key for key, _label in choices.DRIVERS]
CHANNELS = ("email", "phone", "visit", "video")


def gather(world: World) -> None:
    """Make everybody."""
    _firms(world)
    _groups(world)
    _staff(world)
    _households(world)
    _singles(world)
    _ties(world)


def _firms(world: World) -> None:
    taken: set[str] = set()
    rows = []
    for place in range(FIRMS + SUPPLIERS + PARTNERS):
        word, (trade, industry) = world.pick(names.FIRM_WORDS), world.pick(names.FIRM_TRADES)
        while f"{word} {trade}" in taken:
            word, (trade, industry) = world.pick(names.FIRM_WORDS), world.pick(names.FIRM_TRADES)
        taken.add(f"{word} {trade}")
        rows.append(_firm(world, place, word, trade, industry))
    world.firms = world.load("organisation", rows, at=[world.moment(world.day(900, 200)) for _row in rows])


def _firm(world: World, place: int, word: str, trade: str, industry: str) -> dict[str, Any]:
    form = world.pick(names.LEGAL_FORMS)
    role = "" if place < FIRMS else "supplier" if place < FIRMS + SUPPLIERS else "partner"
    buys = not role or (role == "partner" and world.chance(0.3))
    lifecycle = world.pick(("customer", "customer", "customer", "prospect", "prospect", "former", "stranger"))
    lifecycle = lifecycle if not role else "customer" if buys else "stranger"
    kinds = [kind for kind in (role, *_kinds(lifecycle)) if kind]
    owner = world.user(world.pick(SELLERS))
    domain = f"{slug(word)}-{slug(trade)}.example"
    employees = int(world.dice.lognormvariate(4.4, 1.2)) + 3
    values: dict[str, Any] = {
        "name": f"{word} {trade} {form}",
        "legal_form": form,
        "industry": industry,
        "employees": employees,
        "revenue": Money(Decimal(employees * world.dice.randint(90, 260) * 1000), "EUR"),
        "founded": world.today.year - world.dice.randint(4, 110),
        "website": f"https://www.{domain}",
        "email": f"info@{domain}",
        "phone": world.phone(),
        "address": PostalAddress(**world.address()),
        "kinds": kinds,
        "lifecycle": lifecycle,
        "rating": world.pick(("A", "B", "B", "C", "C", "C")),
        "source": world.pick(("referral", "web", "event", "cold", "partner", "campaign")),
        "owner": owner,
        "team": owner.team_id,
        "language": world.pick(("de", "de", "de", "en")),
    }
    if lifecycle == "customer":
        values["customer_since"] = world.day(2600, 100)
    return values | _knowledge(world)


def _kinds(lifecycle: str) -> list[str]:
    """Who bought is our customer, whatever else they are to us."""
    return ["customer"] if lifecycle in ("customer", "former") else []


def _knowledge(world: World) -> dict[str, Any]:
    """What we learnt about some of them."""
    if not world.chance(0.55):
        return {}
    return {
        "preferred_channels": world.dice.sample(CHANNELS, 2),
        "preferred_times": [world.pick(("morning", "afternoon", "early"))],
        "loyalty_drivers": world.dice.sample(DRIVERS[:10], world.dice.randint(1, 3)),
        "decision_criteria": world.pick(
            (
                "Delivery date, then price",
                "Total cost over ten years",
                "One partner for everything",
                "References in our trade",
                "Service within a day",
            )
        ),
        "needs": world.pick(
            (
                "Lower the energy bill before the next tariff",
                "Charge the new fleet at night",
                "Reach the climate target of the group",
                "Be safe against outages",
            )
        ),
    }


def _groups(world: World) -> None:
    """Some firms belong to others."""
    heads = world.firms[:10]
    changes = [(child, {"parent": world.pick(heads).pk}) for child in world.firms[10:FIRMS] if world.chance(0.22)]
    records.load_updates(world.actor, registry.get("organisation"), changes)
    rows = [
        {"type": "subsidiary", "party": child.pk, "other": values["parent"], "since": world.day(3000, 400)}
        for child, values in changes
    ]
    world.load("relationship", rows)


def _staff(world: World) -> None:
    rows = []
    for firm in world.firms:
        for _place in range(world.dice.choice((1, 2, 2, 3, 3, 4, 5))):
            rows.append(
                _person(
                    world,
                    firm.domain,
                    parent=firm.pk,
                    job_title=world.pick(names.JOBS),
                    owner=firm.owner_id,
                    team=firm.team_id,
                    lifecycle=firm.lifecycle,
                )
            )
    people = world.load("person", rows)
    world.people += people
    ties = []
    for person in people:
        world.staff_of.setdefault(person.parent_id, []).append(person)
        ties.append(
            {
                "type": "employment",
                "party": person.pk,
                "other": person.parent_id,
                "role": person.job_title,
                "main": True,
                "since": world.day(2500, 60),
            }
        )
    for colleagues in world.staff_of.values():
        ties += [
            {"type": "reports_to", "party": one.pk, "other": colleagues[0].pk}
            for one in colleagues[1:]
            if world.chance(0.6)
        ]
    world.load("relationship", ties)


def _person(world: World, domain: str, **more: Any) -> dict[str, Any]:
    woman = world.chance(0.5)
    given, family = world.pick(names.GIVEN_F if woman else names.GIVEN_M), world.pick(names.FAMILY)
    values = {
        "given": given,
        "family": family,
        "email": mail(given, family, domain),
        "phone": world.phone(),
        "language": "de",
    }
    return values | _knowledge(world) | more


def _households(world: World) -> None:
    rows = []
    for _place in range(HOUSEHOLDS):
        family, owner = world.pick(names.FAMILY), world.user(world.pick(HOME_SELLERS))
        lifecycle = world.pick(("customer", "customer", "prospect", "prospect", "stranger"))
        rows.append(
            {
                "name": f"{family} family, {world.pick(names.PLACES)[1]}",
                "address": PostalAddress(**world.address()),
                "kinds": _kinds(lifecycle),
                "lifecycle": lifecycle,
                "owner": owner,
                "team": owner.team_id,
                "source": world.pick(("web", "referral", "event", "campaign")),
                "phone": world.phone(),
            }
        )
    world.households = world.load("household", rows, at=[world.moment(world.day(500, 30)) for _row in rows])
    people = []
    for home in world.households:
        family = home.name.split(" family")[0]
        for _place in range(world.dice.choice((1, 2, 2, 2, 3))):
            one = _person(
                world, "mail.example", parent=home.pk, owner=home.owner_id, team=home.team_id, lifecycle=home.lifecycle
            )
            people.append(
                {
                    **one,
                    "family": family,
                    "email": mail(one["given"], f"{family}{world.dice.randint(10, 99)}", "mail.example"),
                }
            )
    made = world.load("person", people)
    ties = []
    for person in made:
        world.staff_of.setdefault(person.parent_id, []).append(person)
        ties.append({"type": "member", "party": person.pk, "other": person.parent_id, "main": True})
    for members in (world.staff_of[home.pk] for home in world.households):
        if len(members) > 1:
            ties.append({"type": "married", "party": members[0].pk, "other": members[1].pk})
    world.load("relationship", ties)
    world.people += made


def _singles(world: World) -> None:
    rows = []
    for _place in range(SINGLES):
        owner, lifecycle = world.user(world.pick(HOME_SELLERS)), world.pick(("customer", "prospect", "stranger"))
        rows.append(
            _person(
                world,
                f"post{world.dice.randint(1, 9)}.example",
                owner=owner,
                team=owner.team_id,
                lifecycle=lifecycle,
                kinds=_kinds(lifecycle),
                address=PostalAddress(**world.address()),
            )
        )
    people = world.load("person", rows)
    for person in people:
        world.staff_of[person.pk] = [person]
    world.people += people


def _ties(world: World) -> None:
    """Who supplies, advises, referred whom, and who of us looks after whom."""
    firms = world.firms
    rows: list[dict[str, Any]] = []
    for supplier in firms[FIRMS : FIRMS + SUPPLIERS]:
        rows += [
            {"type": "supplies", "party": supplier.pk, "other": other.pk}
            for other in world.dice.sample(firms[:FIRMS], 2)
        ]
    for partner in firms[FIRMS + SUPPLIERS :]:
        rows += [
            {"type": "advises", "party": partner.pk, "other": other.pk} for other in world.dice.sample(firms[:FIRMS], 3)
        ]
    referred = world.dice.sample(firms[:FIRMS], 24)
    rows += [
        {"type": "referred", "party": one.pk, "other": other.pk, "since": world.day(700, 60)}
        for one, other in zip(referred[:12], referred[12:], strict=True)
    ]
    rows += [{"type": "contact", "party": firm.pk, "colleague": firm.owner_id} for firm in firms]
    world.load("relationship", rows)
