"""`rapport privacy`: what is held about somebody, as a bundle; erase somebody; the ledger after a restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform import access
from rapport.platform.jobs.worker import load_everything
from rapport.platform.objects import registry
from rapport.platform.privacy import bundle, erase
from rapport.platform.privacy.models import Erasure
from rapport.platform.privacy.subject import gather, has_subjects


class Command(BaseCommand):
    """Give somebody what is held about them, erase them, or erase again whom a restored backup brought back."""

    help = "What is held about somebody as a bundle, a preview of an erasure, an erasure, the ledger after a restore."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["bundle", "preview", "erase", "ledger"])
        parser.add_argument("who", nargs="?", default="", help="uid or number of the person or organisation")
        parser.add_argument("--to", default="", help="the file to write the bundle to")
        parser.add_argument("--reason", default="", help="why somebody is erased; no name")

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        actor = access.system("rapport privacy", "command")
        if options["verb"] == "ledger":
            self.stdout.write(f"{erase.apply_ledger(actor)} erased again, as {erase.ledger()} says.")
            return
        try:
            self._about(actor, options)
        except access.NotFound as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal

    def _about(self, actor: access.Actor, options: dict[str, Any]) -> None:
        obj = next(one for one in registry.all() if not one.of and has_subjects(one))
        record = access.find(actor, obj, options["who"])
        if options["verb"] == "bundle":
            target = Path(options["to"] or f"{record.uid}.zip")
            bundle.write(actor, gather(record), target)
            self.stdout.write(f"Everything held is in {target}.")
        elif options["verb"] == "preview":
            for line in erase.preview(actor, record):
                self.stdout.write(f"{line['count']:>6} {line['label']}: {'go' if line['goes'] else line['why']}")
        else:
            asked = erase.request(actor, record, reason=options["reason"])
            self.stdout.write(f"Erasure {asked.uid} waits for the worker.")
            self.stdout.write(json.dumps(Erasure.objects.get(pk=asked.pk).receipt))
