"""Workers as processes, killed at any moment: nothing is lost, nothing happens twice, nothing comes late."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from rapport.platform.access import Actor
from rapport.platform.jobs import enqueue
from rapport.platform.jobs.models import Job, State
from tests import sizes
from tests.platform.jobs import work
from tests.platform.jobs.conftest import Workers
from tests.platform.jobs.database import effects

pytestmark = pytest.mark.slow

Eventually = Callable[..., None]


def ours() -> int:
    """Jobs of the tests that are not done yet; the product's periodic ones run beside them."""
    return Job.objects.filter(key__startswith="tests.").exclude(state=State.DONE).count()


def test_a_worker_does_what_waits_and_stops_when_told(actor: Actor, workers: Workers, eventually: Eventually) -> None:
    for number in range(20):
        enqueue(actor, work.note, {"text": f"{number:02}"})
    process = workers.start(threads=2)
    eventually(lambda: not ours())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert effects() == [f"{number:02}" for number in range(20)]


def test_stopping_finishes_what_is_in_hand(actor: Actor, workers: Workers, eventually: Eventually) -> None:
    job = enqueue(actor, work.note, {"seconds": 1.0})
    process = workers.start()
    eventually(lambda: Job.objects.filter(pk=job.pk, state=State.RUNNING).exists())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.attempts, effects()) == ("done", 1, ["done"])


def test_what_does_not_finish_in_time_is_put_back(actor: Actor, workers: Workers, eventually: Eventually) -> None:
    job = enqueue(actor, work.count, {"to": 500, "seconds": 0.1})
    process = workers.start(grace=0.3)
    eventually(lambda: len(effects()) >= 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 1
    back = Job.objects.get(pk=job.pk)
    assert (back.state, back.attempts, back.attempt_id) == ("queued", 0, None)
    left = len(effects())
    time.sleep(0.3)
    assert len(effects()) == left


def test_a_lease_outlives_the_job_while_the_worker_lives(
    actor: Actor, workers: Workers, eventually: Eventually
) -> None:
    enqueue(actor, work.count, {"to": 6, "seconds": 0.5})
    workers.start(lease=1.0)
    workers.start(lease=1.0)
    eventually(lambda: not ours())
    assert Job.objects.get(key="tests.count").attempts == 1


def test_a_frozen_worker_that_wakes_up_late_changes_nothing(
    actor: Actor, workers: Workers, eventually: Eventually, tmp_path: Path
) -> None:
    awake = tmp_path / "awake"
    job = enqueue(actor, work.sleepy, {"awake": str(awake)})
    frozen = workers.start(lease=1.0)
    eventually(lambda: effects(job.pk) == ["before, try 1"])
    with transaction.atomic():  # whoever holds the lock of SQLite when frozen would hold up everybody
        os.kill(frozen.pid, signal.SIGSTOP)
    workers.start(lease=1.0)
    eventually(lambda: Job.objects.get(pk=job.pk).state == State.DONE)
    awake.touch()
    os.kill(frozen.pid, signal.SIGCONT)
    time.sleep(1)
    assert effects(job.pk) == ["after, try 2", "before, try 1", "before, try 2"]
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_a_job_that_kills_its_workers_is_given_up(actor: Actor, workers: Workers, eventually: Eventually) -> None:
    job = enqueue(actor, work.killer)
    for _ in range(3):
        assert workers.start(lease=0.5).wait(timeout=20) == 9
        time.sleep(0.6)
    workers.start(lease=0.5)
    eventually(lambda: Job.objects.get(pk=job.pk).state == State.DEAD)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(sizes.cases("workers killed")))
def test_killing_workers_at_random_loses_nothing_and_repeats_nothing(
    actor: Actor, workers: Workers, eventually: Eventually, seed: int
) -> None:
    chance = random.Random(seed)
    notes = [enqueue(actor, work.note, {"text": f"{n:03}", "seconds": 0.02}) for n in range(60)]
    counts = [enqueue(actor, work.count, {"to": 15, "seconds": 0.01}) for _ in range(6)]
    alive = [workers.start(lease=1.0, threads=2) for _ in range(2)]
    for _ in range(8):
        time.sleep(chance.uniform(0.3, 1.2))
        number = chance.randrange(len(alive))
        alive[number].kill()
        alive[number].wait(timeout=10)
        alive[number] = workers.start(lease=1.0, threads=2)
    eventually(lambda: not ours(), seconds=60)
    for number, job in enumerate(notes):
        assert effects(job.pk) == [f"{number:03}"]
    for job in counts:
        assert effects(job.pk) == [f"{number:04}" for number in range(1, 16)]
