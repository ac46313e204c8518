"""A worker as `rapport worker` starts it, with short times: LEASE THREADS GRACE."""

import os
import sys
from datetime import timedelta

import django


def main(lease: float, threads: str, grace: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.core.management import call_command

    from rapport.platform.jobs import queue, worker

    queue.LEASE = timedelta(seconds=lease)
    queue.FIRST_PAUSE = timedelta(milliseconds=20)
    worker.IDLE_SECONDS = worker.UPKEEP_SECONDS = 0.05
    worker.BEAT_SECONDS = lease / 5
    call_command("worker", "--threads", threads, "--grace", grace, "--load", "tests.platform.jobs.work")


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3])
