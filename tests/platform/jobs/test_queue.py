"""The states of a job, in one process."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from rapport.platform.access import Actor, NotFound, system
from rapport.platform.access.actor import Rights
from rapport.platform.jobs import GiveUp, LeaseLost, cancel, enqueue, overview, queue, retry, stepwise_job
from rapport.platform.jobs.models import Job, State
from rapport.platform.jobs.run import Run, perform
from tests.platform.jobs import work
from tests.platform.jobs.conftest import let_leases_run_out
from tests.platform.jobs.database import effects

pytestmark = pytest.mark.usefixtures("address")


def do_next() -> Job:
    """Claim and do the next job; how it is afterwards."""
    job = queue.claim("test")
    assert job is not None
    perform(job)
    return Job.objects.get(pk=job.pk)


def test_a_job_exists_only_if_its_transaction_commits(actor: Actor) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        enqueue(actor, work.note)
        raise RuntimeError
    assert not Job.objects.exists()


def test_a_job_is_done_once_and_its_result_kept(actor: Actor) -> None:
    job = enqueue(actor, work.note, {"text": "hello"})
    done = do_next()
    assert (done.pk, done.state, done.result, done.attempts) == (job.pk, "done", "hello", 1)
    assert effects() == ["hello"] and queue.claim("test") is None


def test_wrong_arguments_are_refused_when_asked_for_not_when_done(actor: Actor) -> None:
    for wrong in ({"txet": "x"}, {"text": "a\0b"}, {"text": object()}, {"seconds": float("nan")}):
        with pytest.raises((TypeError, ValueError)):
            enqueue(actor, work.note, wrong)
    assert not Job.objects.exists()


def test_a_failing_job_leaves_no_effect_and_returns_later(actor: Actor) -> None:
    enqueue(actor, work.fail, {"words": "no luck"})
    failed = do_next()
    assert failed.state == "queued" and "no luck today" in failed.last_error and effects() == []
    pause = failed.run_after - queue.database_now()
    assert timedelta(seconds=4) < pause < timedelta(seconds=16)
    assert queue.claim("test") is None, "it is not due yet"


def test_a_job_without_tries_left_is_dead_and_can_be_tried_again(actor: Actor) -> None:
    job = enqueue(actor, work.fail)
    for _ in range(3):
        Job.objects.update(run_after=queue.database_now())
        dead = do_next()
    assert (dead.state, dead.attempts) == ("dead", 3)
    assert [found.pk for found in overview(actor).dead] == [job.pk]
    again = retry(actor, job.pk)
    assert (again.state, again.attempts) == ("queued", 0)


def test_pauses_grow_and_are_never_equal() -> None:
    assert {queue.pause_after(3) for _ in range(20)} != {queue.pause_after(3)}
    assert queue.pause_after(1) < timedelta(seconds=16) and queue.pause_after(40) <= timedelta(hours=9)


def test_a_refusal_is_final_and_in_words(actor: Actor) -> None:
    enqueue(actor, work.give_up)
    dead = do_next()
    assert (dead.state, dead.attempts, dead.last_error) == ("dead", 1, "The mailbox is closed.")


def test_a_job_of_another_version_waits_for_a_worker_that_knows_it(actor: Actor) -> None:
    enqueue(actor, work.note)
    Job.objects.update(key="tests.from_the_future")
    later = do_next()
    assert later.state == "queued" and "no job tests.from_the_future" in later.last_error


def test_the_job_of_somebody_who_left_is_given_up(actor: Actor) -> None:
    enqueue(actor, work.note)
    Job.objects.update(actor_id=424242)
    dead = do_next()
    assert dead.state == "dead" and "may not sign in any more" in dead.last_error and effects() == []


def test_the_same_wish_waits_once(actor: Actor) -> None:
    first = enqueue(actor, work.note, {"text": "a"}, unique="7")
    assert enqueue(actor, work.note, {"text": "b"}, unique="7").pk == first.pk
    assert enqueue(actor, work.note, unique="8").pk != first.pk


def test_a_wish_made_while_it_is_done_is_done_again_afterwards_not_beside(actor: Actor) -> None:
    first = enqueue(actor, work.note, {"text": "old"}, unique="7")
    running = queue.claim("one")
    assert running is not None and running.pk == first.pk
    second = enqueue(actor, work.note, {"text": "new"}, unique="7")
    assert second.pk != first.pk and queue.claim("two") is None
    perform(running)
    assert do_next().pk == second.pk


def test_a_failed_wish_gives_way_to_the_same_one_made_meanwhile(actor: Actor) -> None:
    enqueue(actor, work.fail, unique="7")
    running = queue.claim("one")
    assert running is not None
    second = enqueue(actor, work.fail, unique="7")
    perform(running)
    assert list(Job.objects.order_by("id").values_list("state", flat=True)) == ["cancelled", "queued"]
    with pytest.raises(ValidationError, match="waiting already"):
        retry(actor, running.pk)
    assert Job.objects.get(pk=second.pk).attempts == 0


def test_a_unique_wish_may_be_made_inside_a_transaction(actor: Actor) -> None:
    with transaction.atomic():
        assert enqueue(actor, work.note, unique="7").pk == enqueue(actor, work.note, unique="7").pk


def test_the_more_urgent_goes_first_and_the_later_waits(actor: Actor) -> None:
    later = enqueue(actor, work.note, after=timedelta(hours=1), priority=9)
    normal = enqueue(actor, work.note)
    urgent = enqueue(actor, work.note, priority=5)
    assert [do_next().pk, do_next().pk] == [urgent.pk, normal.pk]
    assert queue.claim("test") is None and Job.objects.get(pk=later.pk).state == "queued"


def test_two_workers_never_hold_the_same_job(actor: Actor) -> None:
    for _ in range(30):
        enqueue(actor, work.note)
    claimed: list[int] = []

    def take() -> None:
        while job := queue.claim(threading.current_thread().name):
            claimed.append(job.pk)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 30


def test_a_lost_worker_s_job_is_taken_back(actor: Actor) -> None:
    job = enqueue(actor, work.note)
    assert queue.claim("lost") and queue.reclaim() == 0
    let_leases_run_out()
    assert queue.reclaim() == 1
    back = Job.objects.get(pk=job.pk)
    assert back.state == "queued" and "The worker lost was lost" in back.last_error
    assert do_next().state == "done" and effects() == ["done"]


def test_a_beat_keeps_the_lease(actor: Actor) -> None:
    enqueue(actor, work.note)
    job = queue.claim("alive")
    assert job is not None and job.attempt_id is not None
    let_leases_run_out()
    assert queue.beat([job.attempt_id]) == 1 and queue.reclaim() == 0


def test_an_attempt_that_lost_its_lease_changes_nothing(actor: Actor) -> None:
    enqueue(actor, work.note, {"text": "once"})
    asleep = queue.claim("asleep")
    assert asleep is not None
    let_leases_run_out()
    queue.reclaim()
    assert do_next().state == "done"
    perform(asleep)
    assert effects() == ["once"] and Job.objects.get().attempts == 2
    with pytest.raises(LeaseLost):
        queue.settle_failed(asleep, "late", is_final=True)


def test_a_step_of_an_attempt_that_lost_its_lease_is_rolled_back(actor: Actor) -> None:
    enqueue(actor, work.count, {"to": 1})
    asleep = queue.claim("asleep")
    assert asleep is not None
    let_leases_run_out()
    queue.reclaim()
    run = Run(asleep, in_steps=True)
    with pytest.raises(LeaseLost), run.step():
        from tests.platform.jobs.database import write_effect

        write_effect(asleep.pk, "late")
    assert effects() == []


def test_a_job_that_kills_every_worker_ends_dead(actor: Actor) -> None:
    enqueue(actor, work.killer)
    for _ in range(3):
        assert queue.claim("victim")
        let_leases_run_out()
        queue.reclaim()
    dead = Job.objects.get()
    assert dead.state == "dead" and "try 3 of 3" in dead.last_error


def test_stopping_puts_back_without_counting_the_try(actor: Actor) -> None:
    enqueue(actor, work.note)
    job = queue.claim("stopping")
    assert job is not None and job.attempt_id is not None
    assert queue.release([job.attempt_id]) == 1
    assert Job.objects.filter(state=State.QUEUED, attempts=0).count() == 1


def test_progress_is_seen_while_the_job_runs(actor: Actor) -> None:
    seen: list[tuple[int, int | None]] = []

    @stepwise_job("tests.watched")
    def watched(actor: Actor, job: Run) -> None:
        job.progress(3, 10)
        seen.extend(Job.objects.values_list("progress_done", "progress_total"))

    enqueue(actor, watched)
    do_next()
    assert seen == [(3, 10)]


def test_cancelling_stops_a_waiting_job_at_once_and_a_running_one_at_its_next_step(actor: Actor) -> None:
    waiting = enqueue(actor, work.note)
    assert cancel(actor, waiting.pk).state == "cancelled"
    enqueue(actor, work.count, {"to": 5})
    running = queue.claim("test")
    assert running is not None and cancel(actor, running.pk).cancel_asked
    perform(running)
    assert Job.objects.get(pk=running.pk).state == "cancelled" and effects() == ["0001"]
    with pytest.raises(ValidationError, match="ended already"):
        cancel(actor, running.pk)


def test_people_see_and_stop_their_own_jobs_only(actor: Actor) -> None:
    mine = Actor(7, "Ann", "web", Rights(({"*": {"delete": "team"}},)))
    theirs = enqueue(actor, work.note)
    own = enqueue(mine, work.note)
    assert [job.pk for job in overview(mine).waiting] == [own.pk]
    assert overview(actor).counts["queued"] == 2
    with pytest.raises(NotFound):
        cancel(mine, theirs.pk)
    with pytest.raises(PermissionDenied):
        retry(mine, own.pk)


def test_a_system_actor_keeps_its_name() -> None:
    job = enqueue(system("nightly cleaning"), work.note)
    assert (job.actor_id, job.actor_name) == (None, "nightly cleaning")


def test_a_function_that_is_no_job_is_refused(actor: Actor) -> None:
    with pytest.raises(LookupError, match="is not a job"):
        enqueue(actor, test_a_function_that_is_no_job_is_refused)
    assert issubclass(GiveUp, Exception)
