"""What the house does for itself every day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rapport.platform.access import Actor
from rapport.platform.jobs import enqueue, overview, queue
from rapport.platform.jobs.models import Job, State
from rapport.platform.jobs.run import perform
from rapport.platform.jobs.upkeep import forget_old_jobs, tend_database
from tests.platform.jobs import work

pytestmark = pytest.mark.django_db


def test_old_jobs_are_forgotten_but_failed_ones_wait_for_a_decision(actor: Actor) -> None:
    long_ago = queue.database_now() - timedelta(days=31)
    kept = [enqueue(actor, work.note).pk for _ in range(3)]
    for pk, state in zip(kept, (State.DONE, State.CANCELLED, State.DEAD), strict=True):
        Job.objects.filter(pk=pk).update(state=state, finished_at=long_ago)
    recent = enqueue(actor, work.note)
    Job.objects.filter(pk=recent.pk).update(state=State.DONE, finished_at=queue.database_now())
    enqueue(actor, forget_old_jobs)
    job = queue.claim("test")
    assert job is not None
    perform(job)
    assert set(Job.objects.filter(key="tests.note").values_list("pk", flat=True)) == {kept[2], recent.pk}


def test_the_database_is_tended_without_an_error(actor: Actor) -> None:
    enqueue(actor, tend_database)
    job = queue.claim("test")
    assert job is not None
    perform(job)
    assert Job.objects.get().state == State.DONE


def test_periodic_jobs_are_shown_with_their_sentence_and_next_time(actor: Actor) -> None:
    found = {one.key: one for one in overview(actor).periodic}
    assert found["jobs.tidy"].sentence.startswith("Forget jobs that were done or cancelled")
    assert found["jobs.tidy"].next_slot > queue.database_now()
