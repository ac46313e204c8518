"""Fourth chapter: a year of conversations, and what is to be done today and next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rapport.base import clock
from rapport.demo.world import World
from rapport.platform.fields import Ref

# kind -> (direction or None for either, subjects, what was said)
SAID: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "call": (
        "",
        (
            "Delivery date of the inverters",
            "Question on the offer",
            "Roof statics are in",
            "Invoice for the second part",
            "Short call on the meter",
        ),
        (
            "They want to know when the second delivery comes. Asked for the list of parts before the review.",
            "Price is fine, the date is not. Needs an answer by Friday.",
            "Statics allow 12 kg per square metre. We can go on with planning.",
            "Left a message with the assistant, will call back tomorrow.",
            "Happy with the first month: 14 % above the forecast.",
        ),
    ),
    "email": (
        "",
        (
            "Offer for the hall roof",
            "Re: Offer",
            "Data sheet Sunfield 250",
            "Appointment on site",
            "Thank you for the visit",
            "Grid operator needs form E.8",
        ),
        (
            "Thank you for the offer. Two questions on the care contract, then we can go ahead.",
            "Please find the data sheet attached. The warranty runs for twelve years.",
            "Could we move the appointment to next week? Our electrician is ill.",
            "The grid operator sent the approval today.",
            "We compare two offers and decide at the end of the month.",
        ),
    ),
    "meeting": (
        "",
        (
            "Planning round",
            "Quarterly review",
            "Kick-off on site",
            "Decision meeting with the board",
            "Acceptance of the plant",
        ),
        (
            "Went through the plan step by step. Open: fire protection.",
            "Review of the year: output above plan, answer times too slow.",
            "Decision postponed to next month, budget is there.",
        ),
    ),
    "visit": (
        "out",
        ("Site visit", "Roof inspection", "Visit to the storage room"),
        ("Roof in good order, east side in shade after three.", "Cable way is 40 m, as planned."),
    ),
    "note": (
        "internal",
        ("Competitor in the house", "Heard from the partner", "For the next talk"),
        (
            "Helix offered 6 % less, but without care.",
            "New managing director starts in spring.",
            "Wants references from the food trade.",
        ),
    ),
    "letter": (
        "out",
        ("Contract by post", "Season's greetings"),
        ("Two copies, to be signed.", "With our thanks for the year."),
    ),
    "chat": (
        "in",
        ("Question on the app", "Where do I see my yield?"),
        ("The app shows yesterday's yield only.", "Where can I change my address?"),
    ),
    "web": (
        "in",
        ("Request through the web site", "Roof calculator sent"),
        ("Wants an offer for 14 kW and storage.", "Asks for a call back after five."),
    ),
    "fax": ("in", ("Order by fax", "Signed acceptance"), ("One page, signed.",)),
    "social": (
        "in",
        ("Comment on our post", "Question in the open channel"),
        ("Asks for the price of a charge point.", "Praises the team on the roof."),
    ),
}
WEIGHTS = {
    "call": 30,
    "email": 34,
    "meeting": 9,
    "visit": 6,
    "note": 10,
    "letter": 3,
    "chat": 4,
    "web": 4,
    "fax": 1,
    "social": 2,
}
OUTCOMES = ("reached", "agreed", "interested", "undecided", "", "", "", "message", "no_answer", "solved")
TODO = (
    ("Call about the offer", "call"),
    ("Send the list of parts", "email"),
    ("Prepare the review", "todo"),
    ("Visit the site", "visit"),
    ("Ask for the roof plan", "email"),
    ("Check the credit line", "todo"),
    ("Agree the delivery date", "call"),
    ("Send references from the trade", "email"),
)


def converse(world: World) -> None:
    """Interactions with everybody, tasks for open deals, things planned for the days ahead."""
    _interactions(world)
    _planned(world)
    _tasks(world)


def _interactions(world: World) -> None:
    rows = [
        row
        for party in world.firms + world.households
        for row in _talks(world, party, most=54 if party.kind == "organisation" else 16)
    ]
    rows += [row for person in world.people if person.parent_id is None for row in _talks(world, person, most=9)]
    rows.sort(key=lambda row: row["occurred_at"])
    for start in range(0, len(rows), 2000):
        chunk = rows[start : start + 2000]
        world.load("interaction", chunk, at=[row["occurred_at"] for row in chunk])


def _talks(world: World, party: Any, *, most: int) -> list[dict[str, Any]]:
    """What was said with one customer: more with customers, lately less with those who fall silent."""
    lively = {"customer": 1.0, "prospect": 0.6, "former": 0.3, "stranger": 0.12}[party.lifecycle]
    silent = world.dice.randint(60, 160) if world.chance(0.12) else 0
    return [
        _talk(world, party, world.day(364, silent))
        for _n in range(int(most * lively * world.dice.uniform(0.4, 1.2)) + 1)
    ]


def _talk(world: World, party: Any, day: Any) -> dict[str, Any]:
    kind = world.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    fixed, subjects, bodies = SAID[kind]
    at = world.past(world.moment(day))
    people = world.staff_of.get(party.pk, [])
    row: dict[str, Any] = {
        "kind": kind,
        "direction": fixed or world.pick(("in", "out", "out")),
        "subject": world.pick(subjects),
        "body": world.pick(bodies),
        "occurred_at": at,
        "done_at": at,
        "customer": party.pk,
        "people": [world.pick(people).pk] if people and kind != "note" else [],
        "colleagues": [party.owner_id],
        "owner": party.owner_id,
        "team": party.team_id,
    }
    if kind in {"call", "meeting", "visit"}:
        row |= {
            "duration": timedelta(minutes=world.pick((3, 5, 8, 12, 20, 35, 60, 90))),
            "outcome": world.pick(OUTCOMES),
        }
    if row["direction"] == "in" and world.chance(0.985):
        row["answered_at"] = min(at + timedelta(hours=world.dice.randint(1, 60)), clock.now())
    return row


def _planned(world: World) -> None:
    """Meetings and visits ahead."""
    rows = []
    for deal in world.dice.sample([deal for deal in world.deals if deal.open], 36):
        people = world.staff_of.get(deal.customer_id, [])
        kind = world.pick(("meeting", "meeting", "visit", "call"))
        rows.append(
            {
                "kind": kind,
                "direction": "out",
                "subject": world.pick(SAID[kind][1]),
                "occurred_at": _ahead(world, 21),
                "customer": deal.customer_id,
                "about": Ref("opportunity", deal.pk),
                "people": [one.pk for one in people[:2]],
                "colleagues": [deal.owner_id],
                "owner": deal.owner_id,
                "team": deal.team_id,
            }
        )
    world.load("interaction", rows)


OWNERS = (
    ("Call the managing director before they decide", "call"),
    ("Read the offer before it leaves the house", "todo"),
    ("Thank them for the visit to the plant", "email"),
)


def _tasks(world: World) -> None:
    rows = [_task(world, deal, late=world.chance(0.16)) for deal in world.deals if deal.open and world.chance(0.72)]
    rows += [
        _task(world, deal, late=False) for deal in world.dice.sample([deal for deal in world.deals if deal.open], 20)
    ]
    for firm in world.firms[:40:5]:
        row = _plain_task(world, "Quarterly visit", "visit", firm.pk, firm.owner_id, firm.team_id, _ahead(world, 60))
        rows.append(row | {"recurrence": "FREQ=MONTHLY;INTERVAL=3"})
    rows += _for_the_owner(world)
    world.load("task", rows)


def _for_the_owner(world: World) -> list[dict[str, Any]]:
    """What the managing director keeps for himself: the largest offers, and old friends of the house."""
    owner = world.user("jonas.keller")
    largest = sorted((deal for deal in world.deals if deal.open and deal.amount), key=lambda deal: -deal.amount.amount)
    rows = [
        _plain_task(world, subject, kind, deal.customer_id, owner.pk, owner.team_id, _ahead(world, 2))
        | {"about": Ref("opportunity", deal.pk), "priority": "high"}
        for deal, (subject, kind) in zip(largest, OWNERS, strict=False)
    ]
    friends = [firm for firm in world.firms if "partner" in firm.kinds][:2]
    return rows + [
        _plain_task(world, "Lunch", "visit", firm.pk, owner.pk, owner.team_id, _ahead(world, 10)) for firm in friends
    ]


def _task(world: World, deal: Any, *, late: bool) -> dict[str, Any]:
    subject, kind = world.pick(TODO)
    due = clock.now() - timedelta(days=world.dice.randint(1, 9), hours=2) if late else _ahead(world, 24)
    row = _plain_task(world, subject, kind, deal.customer_id, deal.owner_id, deal.team_id, due)
    return row | {
        "about": Ref("opportunity", deal.pk),
        "priority": world.pick(("normal", "normal", "normal", "high", "low")),
    }


def _plain_task(
    world: World, subject: str, kind: str, customer: int, owner: int, team: int, due: datetime
) -> dict[str, Any]:
    return {
        "subject": subject,
        "kind": kind,
        "customer": customer,
        "assignee": owner,
        "owner": owner,
        "team": team,
        "due_at": due,
    }


def _ahead(world: World, most: int) -> datetime:
    """A working hour between today and `most` days ahead, more often soon."""
    day = world.today + timedelta(days=int(most * world.dice.random() ** 2))
    if day.weekday() > 4:
        day += timedelta(days=7 - day.weekday())
    return datetime(day.year, day.month, day.day, world.dice.randint(8, 17), world.pick((0, 15, 30)), tzinfo=UTC)
