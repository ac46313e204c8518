"""`rapport audit verify`, `anchor`, `rotate`, `restored`, `evidence`: the audit trail, for who runs the house."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform.access import system
from rapport.platform.audit import anchor, evidence, keys, proof
from rapport.platform.audit.verify import verify
from rapport.platform.audit.write import record

ACTOR = system("rapport audit", "command")


class Command(BaseCommand):
    """Verify the audit trail; write evidence for an auditor."""

    help = "Verify the audit trail, anchor it, renew its key, write evidence for an auditor."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("verify", help="read everything again; names the first entry that was changed")
        check.add_argument("--since", help="only what was sealed since this day or moment (2026-11-28, UTC)")
        verbs.add_parser("anchor", help="write the head of the chain down now")
        verbs.add_parser("rotate", help="a new key for what is sealed from now on")
        verbs.add_parser("restored", help="after a backup was restored: begin new files of anchors")
        bundle = verbs.add_parser("evidence", help="users and rights, sign-ins, changes of rights, integrity, parts")
        bundle.add_argument("folder", type=Path, help="a folder that is made for it")

    def handle(self, *args: Any, **options: Any) -> None:
        verb = getattr(self, f"_{options['verb']}")
        try:
            verb(options)
        except keys.NoKey as error:
            raise CommandError(str(error)) from error

    def _verify(self, options: dict[str, Any]) -> None:
        result = verify(since=_moment(options["since"]))
        if options["since"] is None:
            proof.tell(ACTOR, result)
        for warning in result.warnings:
            self.stdout.write(self.style.WARNING(warning))
        if result.problem is not None:
            raise CommandError(f"The audit trail does not hold. First bad entry: {result.problem}")
        self.stdout.write(f"{result.count} entries in {result.seals} seals hold; head {result.head or '–'}.")

    def _anchor(self, _options: dict[str, Any]) -> None:
        found = anchor.latest()
        anchor.keep(found)
        told = f"Entry {found.last}, seal {found.number}: {found.head}" if found else "Nothing is sealed yet."
        self.stdout.write(told)

    def _rotate(self, _options: dict[str, Any]) -> None:
        name = keys.rotate()
        record(ACTOR, "key_rotated", detail={"key": name})
        self.stdout.write(f"Key {name} seals from now on. Keep a copy of {keys.path()} apart from the database.")

    def _restored(self, _options: dict[str, Any]) -> None:
        moved = anchor.set_aside()
        record(ACTOR, "restored", detail={"files": [kept.name for kept in moved]})
        self.stdout.write("\n".join(f"Kept as {kept}" for kept in moved) or "There were no anchors.")

    def _evidence(self, options: dict[str, Any]) -> None:
        for written in evidence.write(options["folder"]):
            self.stdout.write(str(written))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text!r} is no day or moment such as 2026-11-28 or 2026-11-28T10:00.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
