"""`rapport keys`: the keys that values are sealed with; make a new one, seal everything anew, drop an old one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rapport.platform import sealing
from rapport.platform.jobs.worker import load_everything
from rapport.platform.sealing import keyring as rings


class Command(BaseCommand):
    """Show, rotate, and drop keys; none is ever printed but for a ring that lives in the environment."""

    help = "Show the keys that values are sealed with; make a new one and seal everything anew; drop an old one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", nargs="?", choices=["list", "rotate", "reseal", "drop", "new"], default="list")
        parser.add_argument("key", nargs="?", help="which key to drop")

    def handle(self, *args: Any, **options: Any) -> None:
        load_everything()
        try:
            getattr(self, f"_{options['verb']}")(options["key"])
        except (sealing.BadRing, sealing.Broken) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _new(self, _key: str | None) -> None:
        """A ring for `RAPPORT_KEY_RING`; nothing is kept."""
        self.stdout.write(rings.new_ring().text())

    def _list(self, _key: str | None) -> None:
        where = "RAPPORT_KEY_RING" if rings.is_in_environment() else str(rings.place())
        found = sealing.ring()
        self.stdout.write(f"Keys in {where}:")
        for key_id in found.keys:
            said = ", the newest" if key_id == found.newest else ""
            self.stdout.write(f"  {key_id}{said}: {_used(key_id)} sealed values")

    def _rotate(self, _key: str | None) -> None:
        wider = sealing.ring().with_new_key()
        if rings.is_in_environment():
            self.stdout.write(wider.text())
            raise CommandError("Set RAPPORT_KEY_RING to the line above, start anew, then `rapport keys reseal`.")
        rings.keep(wider)
        self.stdout.write(f"New key: {wider.newest}.")
        self._reseal(None)

    def _reseal(self, _key: str | None) -> None:
        done = sealing.reseal()
        self.stdout.write(f"{done} values sealed anew with {sealing.ring().newest}.")

    def _drop(self, key: str | None) -> None:
        if key is None:
            raise CommandError("Say which key: `rapport keys drop k1`.")
        narrower = sealing.ring().without(key)
        used = _used(key)
        if used:
            raise CommandError(f"{used} values are still sealed with {key}: `rapport keys reseal` first.")
        if rings.is_in_environment():
            self.stdout.write(narrower.text())
            raise CommandError("Set RAPPORT_KEY_RING to the line above, and start anew.")
        rings.keep(narrower)
        self.stdout.write(f"{key} is gone. What an old backup sealed with it can no longer be read.")


def _used(key_id: str) -> int:
    return sum(one.used(key_id) for one in sealing.stores())
