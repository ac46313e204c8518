"""Retention: nothing ends before its preview was confirmed; then what is old enough, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from rapport.base.clock import now
from rapport.interactions.interaction import Interaction
from rapport.interactions.task import Task
from rapport.parties.party import PARTY, Party
from rapport.platform import actions, records
from rapport.platform.access import Actor
from rapport.platform.events.models import Event
from rapport.platform.jobs import enqueue, queue
from rapport.platform.jobs.run import perform
from rapport.platform.privacy.models import Erasure
from rapport.platform.privacy.retention import carry_out, due
from rapport.platform.privacy.retention.models import Ended
from rapport.platform.privacy.retention.rule import RETENTION_RULE, RetentionRule
from tests.make import SYSTEM, actor_as, make, make_interaction, make_person, make_task
from tests.platform.views.pages import signed_in, words

pytestmark = pytest.mark.django_db
OLD = timedelta(days=400)


@pytest.fixture
def owner() -> Actor:
    return actor_as("owner")


def rule(**values: Any) -> RetentionRule:
    given = {"name": "Old notes", "object": "interaction", "since": "occurred_at", "days": 365, **values}
    made: RetentionRule = make("retention_rule", **given)
    return made


def note(text: str, *, old: bool = True, **values: Any) -> Interaction:
    at = now() - OLD if old else now()
    return make_interaction("note", subject=text, body=f"body of {text}", occurred_at=at, **values)


def confirm(owner: Actor, found: RetentionRule) -> None:
    actions.run(owner, RETENTION_RULE, found, "confirm", {"expected": due.number_due(found)})


def night() -> None:
    enqueue(SYSTEM, carry_out.end_old_records)
    while (job := queue.claim("test")) is not None:
        perform(job)


def test_nothing_ends_before_its_preview_was_confirmed(owner: Actor) -> None:
    old, new = note("old"), note("new", old=False)
    made = rule(condition="kind = note", ending="erase")
    night()
    assert Interaction.objects.filter(pk__in=[old.pk, new.pk]).count() == 2
    with pytest.raises(ValidationError, match="would end 1"):
        actions.run(owner, RETENTION_RULE, made, "confirm", {"expected": 7})
    confirm(owner, made)
    night()
    assert list(Interaction.objects.values_list("pk", flat=True)) == [new.pk]
    logged = Ended.objects.get()
    assert (logged.record_uid, logged.what, logged.reason) == (old.uid, "erase", "")
    assert not Event.objects.filter(object="interaction", record_id=old.pk).exclude(changes={}).exists()
    assert Event.objects.filter(object="interaction", record_id=new.pk).exclude(changes={}).exists()


def test_one_record_ends_without_touching_whoever_has_its_number(owner: Actor) -> None:
    ana = make_person("Ana Berg")
    while (old := note("old")).pk < ana.pk:
        pass
    people = [make_person(f"Person {number}") for number in range(3)]
    confirm(owner, made := rule(ending="erase"))
    night()
    assert not due.number_due(made)
    for person in (ana, *people):
        assert Event.objects.filter(object="party", record_id=person.pk).exclude(changes={}).exists()
    assert old.pk


def test_fields_are_emptied_with_their_history_and_only_once(owner: Actor) -> None:
    old, new = note("old"), note("new", old=False)
    confirm(owner, rule(ending="empty", fields="body, next_step"))
    night()
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.body, old.subject, new.body) == ("", "old", "body of new")
    told = Event.objects.filter(object="interaction", record_id=old.pk)
    assert not told.exclude(changes={}).exists() and told.filter(action="retain").exists()
    night()
    assert Ended.objects.count() == 1


def test_a_task_is_put_away_and_can_be_brought_back(owner: Actor) -> None:
    task = make_task("Call", due_at=now() - OLD)
    confirm(owner, rule(object="task", since="due_at"))
    night()
    assert Task.objects.get(pk=task.pk).archived_at is not None
    records.restore(SYSTEM, Task.objects.get(pk=task.pk))


def test_a_person_ends_as_by_an_erasure_and_a_restricted_one_stays(owner: Actor) -> None:
    ana, bob = make_person("Ana Berg", email="ana@acme.example"), make_person("Bob")
    Party.objects.filter(pk__in=[ana.pk, bob.pk]).update(created_at=now() - OLD)
    actions.run(owner, PARTY, bob, "restrict", {"reason": "a claim"})
    made = rule(object="person", since="created_at", ending="erase")
    assert (due.number_due(made), due.number_restricted(made)) == (1, 1)
    confirm(owner, made)
    night()
    assert Party.objects.get(pk=ana.pk).name == "Erased" and Party.objects.get(pk=bob.pk).name == "Bob"
    assert Erasure.objects.get().done_at is not None


def test_what_a_guard_forbids_is_written_down_and_does_not_stop_the_rest(owner: Actor) -> None:
    from tests.make import make_purpose

    make("consent", party=make_person(), purpose=make_purpose(), state="given", at=now() - OLD)
    confirm(owner, rule(object="consent", since="at", ending="archive"))
    night()
    assert "stays as it is" in Ended.objects.get().reason


def test_a_rule_that_means_far_more_than_was_confirmed_stops_itself(
    owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(owner, made := rule(ending="erase"))
    monkeypatch.setattr(carry_out, "MOST_MORE", 1)
    kept = [note(f"n{number}") for number in range(2)]
    night()
    made.refresh_from_db()
    assert made.state == "stopped" and "far more" in made.problem
    assert Interaction.objects.filter(pk__in=[one.pk for one in kept]).count() == 2


def test_a_confirmed_rule_is_stopped_before_it_means_something_else(owner: Actor) -> None:
    confirm(owner, made := rule())
    with pytest.raises(ValidationError, match="Stop this rule"):
        records.update(owner, made, {"days": 1})
    records.update(owner, made, {"because": "the tax law"})
    actions.run(owner, RETENTION_RULE, made, "stop", {})
    records.update(owner, made, {"days": 1})


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("object", {"object": "user"}),
        ("object", {"object": "nothing"}),
        ("since", {"since": "subject"}),
        ("condition", {"condition": "what is this"}),
        ("fields", {"ending": "empty", "fields": "kind"}),
        ("fields", {"ending": "empty"}),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(field: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refusal:
        rule(**values)
    assert field in refusal.value.message_dict


def test_rules_are_for_who_handles_privacy() -> None:
    sales = actor_as("sales_manager")
    values = {"name": "X", "object": "task", "since": "due_at", "days": 9}
    with pytest.raises(PermissionDenied):
        records.create(sales, RETENTION_RULE, values)
    with pytest.raises(PermissionDenied):
        actions.run(sales, RETENTION_RULE, rule(), "confirm", {"expected": 0})


def test_its_page_shows_the_number_the_sample_and_what_it_ended() -> None:
    client = signed_in()
    note("old one")
    made = rule(ending="erase")
    url = f"/settings/privacy/retention/{made.pk}"
    assert "Old notes" in words(client.get("/settings/privacy/retention"))
    assert "old one" in words(client.get(url))
    told = b"".join(client.get(f"{url}/csv").streaming_content)  # type: ignore[attr-defined]  # a stream
    assert b"old one" in told
    assert client.post(f"{url}/confirm", {"expected": "5"}).status_code == 422
    assert client.post(f"{url}/confirm", {"expected": "1"}).status_code == 303
    night()
    read = words(client.get(url))
    assert "What it has ended" in read and "old one" not in read
    assert client.post(f"{url}/stop").status_code == 303
