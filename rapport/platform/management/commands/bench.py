"""`rapport bench`: measure. The suite is not part of the installed program; it lies in `bench/` of the source tree."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    """Hands its arguments to `python -m bench`, which chooses the databases itself."""

    help = "Measure: make the large data set, print figures and ratios, write bench/out/report.json."

    def run_from_argv(self, argv: list[str]) -> None:
        """Arguments belong to the suite; Django's own parser would refuse them."""
        if not (ROOT / "bench").is_dir():
            raise CommandError("The benchmark suite lies in the source tree; this installation has none.")
        sys.exit(subprocess.call([sys.executable, "-m", "bench", *argv[2:]], cwd=ROOT))  # noqa: S603  # our own interpreter and suite

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("Call it from the command line: rapport bench --scale 0.1")
