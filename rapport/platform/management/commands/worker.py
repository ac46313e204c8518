"""`rapport worker`: do the jobs, until SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from rapport.base.supervised import follow
from rapport.platform.events import cursor
from rapport.platform.jobs.worker import Worker, load_everything, worker_name
from rapport.platform.outbox.courier import Courier


class Command(BaseCommand):
    """Do the jobs that are waiting, and those to come."""

    help = "Do the jobs that are waiting, and those to come, until told to stop."
    requires_system_checks = ()  # `rapport run` and `rapport check` have done them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=None, help="jobs at a time")
        parser.add_argument("--grace", type=float, default=25.0, help="seconds that jobs in hand get when told to stop")
        parser.add_argument("--load", action="append", default=[], help=argparse.SUPPRESS)
        parser.add_argument("--follow", type=int, help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        for name in options["load"]:
            import_module(name)
        cursor.renumber_after_restore()
        couriers = [Courier(f"{worker_name()} courier {number}") for number in range(settings.COURIERS)]
        threads = options["threads"] or settings.WORKER_THREADS
        worker = Worker(threads=threads, grace=options["grace"], companions=couriers)
        for number in (signal.SIGTERM, signal.SIGINT):
            # From a thread: set() in the handler itself would wait for a lock that the interrupted wait() may hold.
            signal.signal(number, lambda *_: threading.Thread(target=worker.stop.set).start())
        if options["follow"] is not None:
            follow(options["follow"])
        code = worker.run()
        # Threads that did not stop in time hold nothing any more: their jobs were put back and their leases are gone.
        sys.stdout.flush()
        os._exit(code)
