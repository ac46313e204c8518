"""A courier as a process of its own, with a short lease: LEASE."""

import os
import sys
import threading
import time
from datetime import timedelta

import django


def main(lease: float) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from rapport.platform.outbox import courier, queue

    queue.LEASE = timedelta(seconds=lease)
    here = courier.Courier(f"courier {os.getpid()}")

    def beat() -> None:
        while True:
            here.beat()
            time.sleep(lease / 4)

    threading.Thread(target=beat, daemon=True).start()
    while True:
        here.upkeep()
        if not courier.carry(here.name):
            time.sleep(0.05)


if __name__ == "__main__":
    main(float(sys.argv[1]))
