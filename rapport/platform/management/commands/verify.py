"""`rapport verify`: ask whether everything that must be true of the data is true. Ends with 1 when it is not."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.base import clock
from rapport.platform import invariants
from rapport.platform.jobs.worker import load_everything


class Command(BaseCommand):
    """Each check by name, what it means, what was found, and what to do. Changes nothing."""

    help = "Check what must always be true of the data; name what is not, with examples and what to do."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("only", nargs="*", help="names of checks, or how they begin (outbox); all when left out")
        parser.add_argument("--json", action="store_true", help="one line of JSON for each check")

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        began, wrong = clock.monotonic(), 0
        wanted = tuple(options["only"]) or ("",)
        chosen = [one for one in invariants.every() if one.key.startswith(wanted)]
        if not chosen:
            known = ", ".join(one.key for one in invariants.every())
            raise CommandError(f"There is no such check. Known: {known}.")
        for finding in invariants.run(chosen):
            wrong += bool(finding.number)
            self.stdout.write(_as_json(finding) if options["json"] else _as_text(finding))
        if wrong:
            raise CommandError(f"{wrong} of {len(chosen)} checks found something.")
        if not options["json"]:
            self.stdout.write(f"{len(chosen)} checks in {clock.monotonic() - began:.1f} s: all is as it should be.")


def _as_text(finding: invariants.Finding) -> str:
    one = finding.invariant
    if not finding.number:
        return f"good   {one.key}: {one.says}"
    shown = ", ".join(finding.examples)
    return f"WRONG  {one.key}: {one.says}\n       {finding.number} found: {shown}\n       {one.remedy}"


def _as_json(finding: invariants.Finding) -> str:
    one = finding.invariant
    return json.dumps({"check": one.key, "says": str(one.says), "number": finding.number, "examples": finding.examples})
