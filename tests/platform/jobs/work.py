"""Jobs for the tests, loaded by their worker processes too."""

from __future__ import annotations

import os
import time
from pathlib import Path

from rapport.platform.access import Actor
from rapport.platform.jobs import GiveUp, Run, job, stepwise_job
from tests.platform.jobs.database import effects, write_effect


@job("tests.note", retries=50)
def note(actor: Actor, job: Run, *, text: str = "done", seconds: float = 0.0) -> str:
    """Write one effect, slowly if asked."""
    write_effect(job.id, text)
    time.sleep(seconds)
    return text


@job("tests.fail", retries=2)
def fail(actor: Actor, job: Run, *, words: str = "no luck") -> None:
    """Write an effect and fail."""
    write_effect(job.id, "must not stay")
    raise RuntimeError(words + "\0 today")


@job("tests.give_up")
def give_up(actor: Actor, job: Run) -> None:
    """Say that no try will work."""
    raise GiveUp("The mailbox is closed.")


@stepwise_job("tests.count", retries=50)
def count(actor: Actor, job: Run, *, to: int, seconds: float = 0.0) -> int:
    """Write the effects 0001, 0002, … in steps; a later try goes on where the last one stopped."""
    for number in range(len(effects(job.id)) + 1, to + 1):
        with job.step(done=number, total=to):
            write_effect(job.id, f"{number:04}")
        time.sleep(seconds)
    return to


@stepwise_job("tests.sleepy", retries=3)
def sleepy(actor: Actor, job: Run, *, awake: str) -> None:
    """Commit a step, wait for a file, and try to commit another."""
    with job.step():
        write_effect(job.id, f"before, try {job.attempt}")
    while job.attempt == 1 and not Path(awake).exists():
        time.sleep(0.02)
    with job.step():
        write_effect(job.id, f"after, try {job.attempt}")


@job("tests.killer", retries=2)
def killer(actor: Actor, job: Run) -> None:
    """Take the whole worker down."""
    os._exit(9)
