"""The next step on a record is its earliest open plan, after any sequence of writes."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.parties.party import Party
from rapport.platform import actions, next_step, records
from rapport.platform.objects import registry
from tests.make import SYSTEM, make_interaction, make_organisation, make_person, make_task

pytestmark = pytest.mark.django_db
MONDAY = datetime(2096, 3, 26, 8, tzinfo=UTC)


def step_of(party: Party) -> tuple[str, datetime | None]:
    party.refresh_from_db()
    return party.next_step, party.next_step_at


def test_the_earliest_open_plan_is_the_next_step() -> None:
    ana = make_person()
    make_task("Later", about=ana, due_at=MONDAY + timedelta(days=2))
    soon = make_task("Soon", about=ana, due_at=MONDAY)
    assert step_of(ana) == ("Soon", MONDAY)
    actions.run(SYSTEM, registry.get("task"), soon, "done", {})
    assert step_of(ana) == ("Later", MONDAY + timedelta(days=2))


def test_a_planned_meeting_counts_and_one_that_took_place_does_not() -> None:
    ana = make_person()
    meeting = make_interaction("meeting", subject="Demo", customer=ana, occurred_at=MONDAY)
    assert step_of(ana) == ("Demo", MONDAY)
    actions.run(SYSTEM, registry.get("interaction"), meeting, "held", {"outcome": "agreed"})
    assert step_of(ana) == ("", None)


def test_a_task_without_date_comes_after_all_others() -> None:
    ana = make_person()
    make_task("Sometime", about=ana)
    assert step_of(ana) == ("Sometime", None)
    make_task("Dated", about=ana, due_at=MONDAY)
    assert step_of(ana) == ("Dated", MONDAY)


def test_archiving_moving_and_restoring_a_task_moves_the_step() -> None:
    ana, ben = make_person(), make_person()
    task = make_task("Call", about=ana, due_at=MONDAY)
    records.update(SYSTEM, task, {"about": registry.ref(ben), "customer": ben.pk})
    assert (step_of(ana)[0], step_of(ben)[0]) == ("", "Call")
    records.archive(SYSTEM, Task.objects.get())
    assert step_of(ben)[0] == ""
    records.restore(SYSTEM, Task.objects.get())
    assert step_of(ben)[0] == "Call"


def test_writing_a_stale_record_does_not_bring_an_old_step_back() -> None:
    ana = make_person()
    stale = Party.objects.get(pk=ana.pk)
    make_task("Call", about=ana, due_at=MONDAY)
    records.write(SYSTEM, stale, {"description": "x"})
    assert step_of(ana)[0] == "Call"


def test_any_sequence_of_writes_leaves_the_step_equal_to_a_fresh_look() -> None:
    chance = random.Random(3)
    people = [make_person() for _ in range(3)]
    tasks: list[Task] = []
    for number in range(60):
        who = chance.choice(people)
        if not tasks or chance.random() < 0.4:
            due = MONDAY + timedelta(hours=chance.randrange(200)) if chance.random() < 0.8 else None
            tasks.append(make_task(f"T{number}", about=who, due_at=due))
        else:
            task = Task.objects.get(pk=chance.choice(tasks).pk)
            verb = chance.choice(["done", "reopen", "move"])
            if verb == "move":
                records.update(SYSTEM, task, {"customer": who.pk, "about": registry.ref(who)})
            elif task.is_open == (verb == "done"):
                actions.run(SYSTEM, registry.get("task"), task, verb, {})
        for person in people:
            mine = Task.objects.filter(customer=person, done_at=None)
            first = min(mine, key=lambda t: (t.due_at is None, t.due_at or MONDAY, t.subject), default=None)
            assert step_of(person) == ((first.subject, first.due_at) if first else ("", None))


def test_a_batch_of_history_plans_nothing_and_a_batch_of_plans_is_followed() -> None:
    ana, firm = make_person(), make_organisation()
    past = {"kind": "call", "subject": "x", "customer": ana.pk, "occurred_at": datetime(2020, 1, 1, tzinfo=UTC)}
    records.load(SYSTEM, registry.get("interaction"), [past] * 20)
    rows = [{"subject": f"T{n}", "customer": firm.pk, "due_at": MONDAY - timedelta(days=n)} for n in range(20)]
    records.load(SYSTEM, registry.get("task"), rows)
    assert step_of(ana) == ("", None)
    assert step_of(firm)[0] == "T19"


def test_the_strip_tells_tasks_and_planned_contacts_soonest_first() -> None:
    ana = make_person()
    make_task("Offer", about=ana, due_at=MONDAY + timedelta(days=1))
    make_interaction("meeting", subject="Demo", customer=ana, occurred_at=MONDAY)
    assert [step.text for step in next_step.steps(SYSTEM, ana)] == ["Demo", "Offer"]
    assert Interaction.objects.get().is_planned
