"""`rapport jobs`: what waits, runs and failed; `rapport jobs retry 7` and `rapport jobs cancel 7`."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform.access import NotFound, system
from rapport.platform.jobs import cancel, overview, retry
from rapport.platform.jobs.models import Job
from rapport.platform.jobs.worker import load_everything


class Command(BaseCommand):
    """Show jobs; try a failed one again, or stop one."""

    help = "Show what waits, runs and failed; try a failed job again, or stop one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", nargs="?", choices=["list", "retry", "cancel"], default="list")
        parser.add_argument("job", nargs="*", type=int, help="numbers of jobs")

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        if options["verb"] == "list":
            self._list()
            return
        change = retry if options["verb"] == "retry" else cancel
        for number in options["job"]:
            try:
                self.stdout.write(_line(change(system("rapport jobs", "command"), number)))
            except ValidationError as refusal:
                raise CommandError(f"{number}: {' '.join(refusal.messages)}") from refusal
            except NotFound as refusal:
                raise CommandError(f"{number}: {refusal}") from refusal

    def _list(self) -> None:
        found = overview(system("rapport jobs", "command"))
        for job in (*found.running, *found.waiting, *found.dead):
            self.stdout.write(_line(job))
        self.stdout.write(", ".join(f"{count} {state}" for state, count in found.counts.items()))
        if not found.is_attended:
            self.stdout.write(f"Nobody works: the first has waited for {found.longest_wait}. Start `rapport worker`.")


def _line(job: Job) -> str:
    progress = f" {job.progress_done}/{job.progress_total}" if job.progress_total else ""
    error = f": {job.last_error.strip().splitlines()[-1]}" if job.last_error else ""
    return f"{job.pk:>8}  {job.state:<9}  {job.key}{progress}, try {job.attempts} of {job.max_attempts}{error}"
